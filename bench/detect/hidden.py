"""Faces that something hides, turns or spoils: what share of them is covered, beside deface.

    python bench/detect/hidden.py PEOPLE --deface-python .venv-deface/bin/python

Draws sheets of 25 faces at several widths over the people of a folder of portraits, which are not
part of the project. A face counts as covered when one box, grown by 15 % on each side, holds all of
its landmarks that can still be seen.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
from hiding import NAMES, Picture, Points, square
from PIL import Image
from recall_table import HERE, run

from efface.detect.landmarks import POINTS, decode, landmark_network

WIDTHS_PX = (24, 48, 110)
ROW = 5
SEED = 11
SURE = 0.8
GROWN = 0.15
TOOLS = ("default", "high", "fast", "deface")


Shown = dict[str, list[list[list[float]]]]
"""The landmarks of each face that can be seen, by the name of its sheet."""


def person(path: Path) -> tuple[Picture, Points, float] | None:
    """A portrait, its landmarks and the width of its face; nothing unless there is just one."""
    with Image.open(path) as opened:
        picture = np.asarray(opened.convert("RGB"))
    edge = [(0, -side % 32) for side in picture.shape[:2]]
    padded = np.pad(picture, (*edge, (0, 0)))
    (found,) = landmark_network().run([padded], lambda out, shape: decode(out, shape, SURE))
    if not len(found) or found[0, 2] < 60:
        return None
    points = found[0, 5:].reshape(POINTS, 2)
    tilt = np.degrees(np.arctan2(*(points[1] - points[0])[::-1]))
    return (picture, points, float(found[0, 2])) if abs(tilt) < 15 else None


def draw(people: list[Path], each: int, folder: Path) -> Shown:
    """Write the sheets; returns the visible landmarks of each face on each."""
    cast = []
    for path in people:
        one = person(path)
        if one is not None:
            cast.append(one)
        if len(cast) == each:
            break
    shown: Shown = {}
    for name in NAMES:
        for width in WIDTHS_PX:
            side = 3 * width
            for first in range(0, len(cast), ROW * ROW):
                sheet = np.zeros((side * ROW, side * ROW, 3), np.uint8)
                sheet_name = f"{NAMES.index(name)}-{width}-{first}"
                shown[sheet_name] = []
                for k, (picture, points, face_px) in enumerate(cast[first : first + ROW * ROW]):
                    cut, seen = square(picture, points, width / face_px, side, name)
                    x, y = k % ROW * side, k // ROW * side
                    sheet[y : y + side, x : x + side] = cut
                    shown[sheet_name].append((seen + np.array([x, y])).tolist())
                quality = 8 if name.startswith("JPEG") else 98
                Image.fromarray(sheet).save(folder / f"{sheet_name}.jpg", quality=quality)
    return shown


def covered(folder: Path, shown: Shown) -> dict[tuple[int, int], float]:
    """Share of faces covered, by kind and width."""
    hits: dict[tuple[int, int], list[bool]] = {}
    for name, faces in shown.items():
        kind, width, _ = (int(part) for part in name.split("-"))
        document = json.loads((folder / f"{name}.json").read_text())
        boxes = [b["box"] for track in document["tracks"] for b in track["boxes"]]
        for face in faces:
            points, sized = np.array(face), [box for box in boxes if box[2] < 3 * width]
            hit = any(_holds((x, y, w, h), points) for x, y, w, h in sized)
            hits.setdefault((kind, width), []).append(hit)
    return {key: float(np.mean(values)) for key, values in hits.items()}


def _holds(box: tuple[float, float, float, float], points: Points) -> bool:
    x, y, w, h = box
    low, high = (x - GROWN * w, y - GROWN * h), (x + (1 + GROWN) * w, y + (1 + GROWN) * h)
    return bool(((points >= low) & (points <= high)).all())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=Path, help="folder of portraits")
    parser.add_argument("--deface-python", type=Path)
    parser.add_argument("--each", type=int, default=100, help="people")
    parser.add_argument("--tools", nargs="*", choices=TOOLS, default=list(TOOLS))
    args = parser.parse_args()
    paths = sorted(p for p in args.people.rglob("*") if p.suffix.lower() in (".jpg", ".png"))
    random.Random(SEED).shuffle(paths)
    table: dict[str, dict[tuple[int, int], float]] = {}
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
        sheets = Path(scratch) / "sheets"
        sheets.mkdir()
        shown = draw(paths, args.each, sheets)
        for tool in args.tools:
            out = Path(scratch) / tool
            if tool == "deface":
                command = [args.deface_python, HERE / "deface_regions.py", sheets, out]
            else:
                command = [sys.executable, HERE / "efface_regions.py", sheets, out]
                command += ["--recall", tool]
            run(command)
            table[tool] = covered(out, shown)
    widths = " / ".join(map(str, WIDTHS_PX))
    print(f"Covered in %, faces {widths} px wide:\n")
    print("| | " + " | ".join(table) + " |\n|---" + "|---" * len(table) + "|")
    for kind, name in enumerate(NAMES):
        cells = [
            " / ".join(f"{100 * values[kind, width]:.0f}" for width in WIDTHS_PX)
            for values in table.values()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
