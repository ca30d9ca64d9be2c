"""Holds what ``efface scan`` says of faces against pictures of known pose, blur and cover.

The pictures are those of Celebrities in Frontal-Profile (Sengupta et al. 2016), one folder a person
with ``f*.jpg`` (towards the camera) and ``p*.jpg`` (from the side); they are not part of the
project: ``python bench/detect/face_quality.py FOLDER``.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from efface.detect.face_quality import FaceQuality, assess
from efface.detect.faces import face_detector
from efface.regions import Box

SIDES = {"towards": "f*.jpg", "from the side": "p*.jpg"}
MARGIN = 0.3
"""Share of its longer side that is added around each picture in grey: the faces fill them, and a
box at the edge counts as partly hidden."""

Picture = NDArray[np.uint8]
Change = Callable[[Picture, Box], tuple[Picture, Box]]


def face_of(path: Path) -> tuple[Picture, Box] | None:
    """The picture in a grey frame, and its largest face; ``None`` where none is found."""
    picture = np.asarray(Image.open(path).convert("RGB"))
    margin = (round(MARGIN * max(picture.shape)),) * 2
    picture = np.pad(picture, (margin, margin, (0, 0)), constant_values=127)
    found = face_detector("fast").detect(picture)
    if not found:
        return None
    best = max(found, key=lambda face: face.width * face.height)
    return picture, Box(0, best.x, best.y, best.width, best.height)


def shrunk(height_px: int) -> Change:
    """To a face of that height."""

    def change(picture: Picture, box: Box) -> tuple[Picture, Box]:
        scale = height_px / box.height
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        small = Image.fromarray(picture).resize(size, Image.Resampling.BOX)
        x, y, width, height = (v * scale for v in (box.x, box.y, box.width, box.height))
        return np.asarray(small), Box(0, x, y, width, height)

    return change


def blurred(share: float) -> Change:
    """By a Gaussian whose standard deviation is that share of the face's height."""

    def change(picture: Picture, box: Box) -> tuple[Picture, Box]:
        image = Image.fromarray(picture).filter(ImageFilter.GaussianBlur(share * box.height))
        return np.asarray(image), box

    return change


def covered(top: float, bottom: float, left: float = -0.1, right: float = 1.1) -> Change:
    """By a plain rectangle, in shares of the face's box."""

    def change(picture: Picture, box: Box) -> tuple[Picture, Box]:
        out = picture.copy()
        y0, y1 = (max(0, round(box.y + share * box.height)) for share in (top, bottom))
        x0, x1 = (max(0, round(box.x + share * box.width)) for share in (left, right))
        out[y0:y1, x0:x1] = (120, 100, 80)
        return out, box

    return change


CHANGES: dict[str, Change] = {
    "as it is": lambda picture, box: (picture, box),
    "48 px": shrunk(48),
    "32 px": shrunk(32),
    "24 px": shrunk(24),
    "16 px": shrunk(16),
    "blur 1/64": blurred(1 / 64),
    "blur 1/32": blurred(1 / 32),
    "blur 1/16": blurred(1 / 16),
    "blur 1/8": blurred(1 / 8),
    "eyes covered": covered(0.22, 0.52),
    "mouth covered": covered(0.55, 1.1),
    "one half covered": covered(-0.1, 1.2, left=0.5),
    "all but the brow": covered(0.3, 1.3),
}


def shares(qualities: list[FaceQuality]) -> str:
    """Every label's share in per cent."""
    parts = []
    for label in ("pose", "hidden", "sharpness", "light"):
        counts = Counter(getattr(a, label) for a in qualities)
        rates = (f"{k} {100 * n / len(qualities):.1f}" for k, n in counts.most_common())
        parts.append(", ".join(rates))
    return " | ".join(parts)


def main(folder: Path, each: int = 4) -> None:
    """Print a table: change by side, with the share of each label in per cent."""
    rng = random.Random(1)
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    for side, pattern in SIDES.items():
        paths = [p for one in people for p in rng.sample(sorted(one.glob(pattern)), each)]
        faces = [face for path in paths if (face := face_of(path)) is not None]
        print(
            f"{side}: {len(faces)} faces of {len(people)} people; {len(paths) - len(faces)} unfound"
        )
        for name, change in CHANGES.items():
            some = faces if name == "as it is" else faces[::3]
            seen = [assess(p, [b])[0] for p, b in (change(*face) for face in some)]
            print(f"  {name:17} {len(seen):4}: {shares(seen)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
