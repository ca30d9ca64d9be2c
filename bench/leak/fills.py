"""Lossy coders: how far they move a plain fill, and how alike that is to what was covered.

Run by hand, with folders of pictures that no threshold was chosen on:
``python bench/leak/fills.py FOLDER FOLDER --each 5``. Printed are, by coder, fills that
``efface.attack.red_team.removal`` refuses, and faces left at a few steps of 255 that it takes for
the coder's own noise. Where nothing at all is left of a face, nothing is to be refused.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from efface.attack.pair import open_pair
from efface.attack.red_team.removal import Removal
from efface.attack.red_team.zones import change, zone_about
from efface.policy import Policy
from efface.regions import Box

Picture = NDArray[np.uint8]

SIDE = 256
FACE = Box(0, 88, 78, 80, 100)
"""Where a face is taken to be in each picture."""
GREY = 128
CODERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("webp", {"quality": 75}),
    ("webp", {"quality": 92}),
    ("avif", {"quality": 60, "speed": 8}),
    ("avif", {"quality": 85, "speed": 8}),
    ("heic", {"quality": 80}),
)


def photographs(folder: Path, number: int) -> Iterator[Picture]:
    """So many of a folder's pictures, drawn with a fixed seed, square."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".png", ".webp"))
    for index in np.random.default_rng(5).choice(len(files), number, replace=False):
        image = Image.open(files[index]).convert("RGB")
        side = min(image.size)
        x, y = (image.width - side) // 2, (image.height - side) // 2
        square = image.crop((x, y, x + side, y + side))
        yield np.asarray(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def generated(number: int) -> Iterator[Picture]:
    """Discs of many colours, and noise that is smooth on several scales, in turn."""
    for index in range(number):
        rng = np.random.default_rng(900 + index)
        if index % 2:
            waves = np.full((SIDE, SIDE, 3), float(GREY), np.float32)
            for cells in (3, 8, 24, 96):
                drawn = rng.normal(size=(cells, cells, 3)).astype(np.float32)
                large = cv2.resize(drawn, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
                waves += large * np.float32(180 / np.sqrt(cells))
            yield np.clip(waves, 0, 255).astype(np.uint8)
            continue
        discs = np.full((SIDE, SIDE, 3), int(rng.integers(30, 220)), np.uint8)
        for _ in range(40):
            x, y, radius, *colour = (int(v) for v in rng.integers(0, SIDE, 6))
            cv2.circle(discs, (x, y), 4 + radius // 7, colour, -1)
        yield discs


def hidden(picture: Picture) -> Iterator[tuple[str, Picture]]:
    """The face under fills, and left in one: at so many steps, or only brighter or darker."""
    across, along = 0.35 * FACE.width, 0.35 * FACE.height
    part = np.s_[
        round(FACE.y - along) : round(FACE.y + FACE.height + along),
        round(FACE.x - across) : round(FACE.x + FACE.width + across),
    ]
    face = picture[part].astype(np.float64)
    face -= face.mean(axis=(0, 1))
    face /= max(1.0, float(np.abs(face).max()))
    bright = face.mean(axis=2, keepdims=True)
    left = {"a fill": np.zeros_like(face)}
    left |= {f"a face at {steps} steps": np.round(steps * face) for steps in (1, 2, 3)}
    left["a face in two tones, one step apart"] = 1.0 * (bright > np.median(bright)) + 0 * face
    for name, values in left.items():
        out = picture.copy()
        out[part] = (GREY + values).astype(np.uint8)
        yield name, out
    black = picture.copy()
    black[part] = 0
    yield "a fill", black


def seen(original: Path, redacted: Path) -> tuple[bool, float]:
    """Whether removal counts as proven, and by how many steps the zone varies."""
    removal = Removal()
    for both in open_pair(redacted, original, Policy()).frames("look"):
        found = change(both.original, both.redacted, [FACE])
        removal.see(FACE, zone_about(FACE, found), found, both)
    return removal.why_not is None, removal.noise_steps


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=5, help="pictures of each folder, and made up")
    asked = parser.parse_args()
    pillow_heif.register_heif_opener()
    pictures = [p for folder in asked.folders for p in photographs(folder, asked.each)]
    pictures += generated(asked.each)
    counts: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for picture in pictures:
            for ending, options in CODERS:
                coder = f"{ending} {options['quality']}"
                original = Path(place) / f"original.{ending}"
                Image.fromarray(picture).save(original, **options)
                for name, redacted in hidden(picture):
                    path = original.with_stem("redacted")
                    Image.fromarray(redacted).save(path, **options)
                    proven, varies = seen(original, path)
                    gone = proven and not varies and name != "a fill"
                    row = coder, f"{name}, of which nothing is left" if gone else name
                    counts[row] += 1
                    wrong[row] += proven != (gone or name == "a fill")
    for (coder, name), count in sorted(counts.items()):
        print(f"{coder}: {name}: {wrong[coder, name]} of {count} wrong")


if __name__ == "__main__":
    main()
