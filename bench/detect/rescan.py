"""The rescan: false alarms on clean redactions, and its power, at several thresholds.

    rescan.py --data FOLDER [--more FOLDER ...] [--limit 100]

Clean: every face the default detector finds is covered by a zone of the default policy; an alarm is
false. Power: one annotated face (--data only) is left out of the zones; the rescan should see it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect.faces import face_detector
from efface.detect.interface import Detection
from efface.detect.rescan import RESCAN_THRESHOLD, rescan, rescan_detector_name
from efface.policy import Policy
from efface.regions import Box, Track
from efface.zones.growth import zone_of
from efface.zones.painting import fill
from efface.zones.zone import Zone

THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
BINS = ((8, 16), (16, 32), (32, 64), (64, 128), (128, 100_000))
SUFFIXES = {".jpg", ".jpeg", ".png"}
LEFT_OUT = 6
"""Faces left out in turn in each picture, at most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="folders of pictures")
    parser.add_argument("--limit", type=int, default=100, help="pictures of each of --more")
    args = parser.parse_args()
    print(f"Second detector: {rescan_detector_name()}; default threshold {RESCAN_THRESHOLD}.")
    print()
    print("False alarms on clean redactions (share of files with a face found)\n")
    row("folder", "files", *(f"at {t:g}" for t in THRESHOLDS))
    row(*["---"] * (2 + len(THRESHOLDS)))
    for folder in (args.data, *args.more):
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
        limit = len(paths) if folder == args.data else args.limit
        chosen = paths[:: max(1, len(paths) // limit)][:limit]
        alarms, files = clean(chosen)
        row(folder.name, files, *(f"{100 * n / max(files, 1):.1f} %" for n in alarms))
    print()
    print("Power: a face left out that the rescan sees\n")
    row("height, px", "faces", *(f"at {t:g}" for t in THRESHOLDS))
    row(*["---"] * (2 + len(THRESHOLDS)))
    faces, seen = power(args.data)
    for k, (low, high) in enumerate(BINS):
        name = f"{low} to {high}" if high < 100_000 else f"from {low}"
        row(name, faces[k], *(f"{100 * n / max(faces[k], 1):.0f} %" for n in seen[k]))


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def clean(paths: list[Path]) -> tuple[list[int], int]:
    """(files with an alarm at each threshold, files with a face)."""
    detector = face_detector("default")
    alarms, files = [0] * len(THRESHOLDS), 0
    for path in paths:
        picture = read(path)
        found = detector.detect(picture)
        if not found:
            continue
        files += 1
        zones = zones_over([(d.x, d.y, d.width, d.height) for d in found], picture)
        left = rescan(filled(picture, zones), 0, zones, [], THRESHOLDS[0])
        for k, threshold in enumerate(THRESHOLDS):
            alarms[k] += any(face.score >= threshold for face in left)
    return alarms, files


def power(data: Path) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """(faces left out, those seen at each threshold), by height."""
    faces = np.zeros(len(BINS), int)
    seen = np.zeros((len(BINS), len(THRESHOLDS)), int)
    for name, boxes in annotated(data):
        picture = read(data / name)
        chosen = np.random.default_rng(7).permutation(len(boxes))[:LEFT_OUT]
        for one in chosen:
            x, y, width, height = boxes[one]
            others = zones_over([b for k, b in enumerate(boxes) if k != one], picture)
            hidden = np.zeros(picture.shape[:2], bool)
            fill(hidden, others, 1)
            inside = hidden[int(y) : int(y + height) + 1, int(x) : int(x + width) + 1]
            if inside.any():
                continue  # a neighbour's zone covers part of it
            left = rescan(filled(picture, others), 0, others, [], THRESHOLDS[0])
            best = max((f.score for f in left if _same(f, boxes[one])), default=0.0)
            k = next(k for k, (low, high) in enumerate(BINS) if low <= height < high)
            faces[k] += 1
            seen[k] += np.array([best >= t for t in THRESHOLDS])
    return faces, seen


def annotated(data: Path) -> Iterator[tuple[str, list[tuple[float, float, float, float]]]]:
    for name, rows in sorted(json.loads((data / "gt.json").read_text()).items()):
        boxes = [tuple(r[:4]) for r in rows if not r[4]["invalid"] and r[2] > 0 and r[3] >= 8]
        if boxes:
            yield name, boxes


def read(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def filled(picture: NDArray[np.uint8], zones: Sequence[Zone]) -> NDArray[np.uint8]:
    """A copy with the zones black."""
    out = picture.copy()
    fill(out, zones, (0, 0, 0))
    return out


def zones_over(
    boxes: list[tuple[float, float, float, float]], picture: NDArray[np.uint8]
) -> list[Zone]:
    policy = Policy().zones
    height, width = picture.shape[:2]
    made = [Box(0, x, y, w, h) for x, y, w, h in boxes]
    return [zone_of(Track("t", (box,)), box, policy, width, height) for box in made]


def _same(face: Detection, box: tuple[float, float, float, float]) -> bool:
    x, y = face.x + face.width / 2, face.y + face.height / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


if __name__ == "__main__":
    main()
