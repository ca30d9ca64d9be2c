"""The rescan: false alarms on clean redactions, and its power when one face was left out.

Clean: every marked face and every detected one is covered; any face the rescan reports then is an
artefact of the fill or something that no one marked. It is shown how many of those pictures alarm.
Power: one marked face is left uncovered; how often the rescan reports a face there, by height.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from efface.detect.faces import face_detector
from efface.detect.rescan import RESCAN_THRESHOLD, rescan, rescan_detector_name
from efface.policy import Policy
from efface.redact.interface import Zone
from efface.redact.solid import fill
from efface.redact.zones import zones_of
from efface.regions import Box, Media, Regions, Track

HEIGHTS = ((16, 32), (32, 64), (64, 128), (128, 10**9))


def filled(picture: np.ndarray[Any, Any], zones: tuple[Zone, ...]) -> np.ndarray[Any, Any]:
    """A copy with the zones black."""
    out = picture.copy()
    fill(out, zones, (0, 0, 0))
    return out


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further folders of *.jpg")
    args = parser.parse_args()
    marked = json.loads((args.data / "gt.json").read_text())
    detector = face_detector("default")
    rng = np.random.default_rng(0)
    alarms: Counter[str] = Counter()
    looked: Counter[str] = Counter()
    tried: Counter[tuple[int, int]] = Counter()
    seen: Counter[tuple[int, int]] = Counter()
    sources = [(p, marked.get(p.name) or marked.get(f"images/{p.name}") or []) for p in
               sorted((args.data / "images").glob("*.jpg"))]  # fmt: skip
    sources += [(p, []) for folder in args.more for p in sorted(folder.rglob("*.jpg"))[:150]]
    for path, faces in sources:
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGB"))
        height, width = picture.shape[:2]
        boxes = [Box(0, d.x, d.y, d.width, d.height) for d in detector.detect(picture)]
        true = [Box(0, f[0], f[1], f[2], f[3]) for f in faces if f[2] > 0 and f[3] > 0]
        media = Media(path.name, "", "image", width, height)
        regions = Regions(media, tuple(Track(f"t{n}", (b,)) for n, b in enumerate(boxes)))
        zones = zones_of(regions, Policy().zones)
        place = path.parent.name
        if zones:
            looked[place] += 1
            alarms[place] += bool(rescan(filled(picture, zones), 0, zones, []))
        wanted = [b for b in true if b.height >= HEIGHTS[0][0]]
        if wanted:
            left = wanted[rng.integers(len(wanted))]
            others = [b for b in boxes + true if not near(b, left)]
            tracks = tuple(Track(f"t{n}", (b,)) for n, b in enumerate(others))
            zones = zones_of(Regions(media, tracks), Policy().zones)
            size = next(h for h in HEIGHTS if h[0] <= left.height < h[1])
            tried[size] += 1
            found = rescan(filled(picture, zones), 0, zones, [])
            seen[size] += any(near(Box(0, f.x, f.y, f.width, f.height), left) for f in found)
    print(f"{rescan_detector_name()}, threshold {RESCAN_THRESHOLD}.\n")
    print("| clean redactions of | pictures | alarms | rate |\n|---|---|---|---|")
    for place, count in looked.items():
        print(f"| {place} | {count} | {alarms[place]} | {alarms[place] / count:.1%} |")
    total = sum(looked.values())
    print(f"| all | {total} | {sum(alarms.values())} | {sum(alarms.values()) / total:.1%} |\n")
    print("| one face left open, height in px | tried | seen |\n|---|---|---|")
    for size in HEIGHTS:
        name = f"{size[0]} to {size[1]}" if size[1] < 10**9 else f"{size[0]} up"
        print(f"| {name} | {tried[size]} | {seen[size] / max(1, tried[size]):.0%} |")


def near(a: Box, b: Box) -> bool:
    """Intersection over union of at least 0.3."""
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    common = max(wide, 0.0) * max(high, 0.0)
    return common / (a.width * a.height + b.width * b.height - common) >= 0.3


if __name__ == "__main__":
    main()
