"""What the network for near faces learns from: portraits with their points, and pictures in which
there is no face.

    python training/near_material.py PORTRAITS FAIRFACE PICTURES training/.cache/near.npz

Of FairFace only the surroundings are used: what lies near anything that a detector takes for a face
is painted black. PICTURES is a text file with the path of one picture without people in
each line.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect.landmarks import POINTS, decode, landmark_network
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid

LONGEST_PX = 448
"""Pictures without faces are shrunk to at most this: a look sees them smaller still."""
FACE_SCORE = 0.6
SUSPECT_SCORE = 0.12
AWAY = 0.5
"""So many sizes of a face around it are painted over."""
PORTRAIT_PX = 224

_log = logging.getLogger("training")


def portraits(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Portraits of even place in the sorted list, less every fortieth (the others are distractors
    that redactions are tested against), and their points."""
    pictures, points = [], []
    for place, path in enumerate(sorted(folder.rglob("*.jpg"))):
        if place % 2 or place % 40 == 0:
            continue
        picture = np.asarray(Image.open(path).convert("RGB"))
        if picture.shape[:2] != (PORTRAIT_PX, PORTRAIT_PX):
            continue
        (faces,) = landmark_network("f32").run(
            [picture], lambda outputs, shape: decode(outputs, shape, FACE_SCORE)
        )
        if len(faces):
            pictures.append(picture)
            points.append(faces[0, 5:].reshape(POINTS, 2))
    return np.stack(pictures), np.stack(points).astype(np.float32)


def surroundings(path: Path) -> NDArray[np.uint8]:
    """A photo of a person with all that may be a face painted over."""
    picture = np.array(Image.open(path).convert("RGB"))
    height, width = picture.shape[:2]
    for x, y, across, along, _ in second_look(Pyramid(picture), SUSPECT_SCORE):
        x0, x1 = max(0, round(x - AWAY * across)), min(width, round(x + (1 + AWAY) * across))
        y0, y1 = max(0, round(y - AWAY * along)), min(height, round(y + (1 + AWAY) * along))
        picture[y0:y1, x0:x1] = 0
    return picture


def small(path: Path) -> NDArray[np.uint8]:
    """A picture of at most ``LONGEST_PX``."""
    with Image.open(path) as image:
        image.draft("RGB", (LONGEST_PX, LONGEST_PX))
        shown = image.convert("RGB")
        shown.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.BOX)
        return np.asarray(shown)


def main(faces: Path, fairface: Path, listed: Path, out: Path) -> None:
    """Write the material to ``out``."""
    pictures, points = portraits(faces)
    _log.info("%d portraits", len(pictures))
    empty = [small(Path(line)) for line in listed.read_text().splitlines() if line]
    _log.info("%d pictures without people", len(empty))
    empty += [surroundings(path) for path in sorted(fairface.glob("*.jpg"))]
    np.savez(
        out,
        portraits=pictures,
        points=points,
        **{f"empty_{i}": picture for i, picture in enumerate(empty)},
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main(*(Path(argument) for argument in sys.argv[1:5]))
