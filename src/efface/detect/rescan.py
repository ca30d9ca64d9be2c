"""Looking at the written file again, with the second detector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import clipped
from efface.detect.interface import Detection
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.detect.yunet import yunet
from efface.redact.interface import Zone
from efface.redact.solid import coverage
from efface.regions import Box

RESCAN_THRESHOLD = 0.75
"""YuNet's score from which the rescan counts a face; bench/detect/rescan.py measures what it then
misses and how often it cries wolf."""

INCLUDED_THRESHOLD = 0.7
"""Every detection includes what YuNet sees from this score on, so that on an unchanged picture the
rescan sees nothing new. It is lower than the rescan's, because a zone moves the scores beside it a
little."""


def rescan_detector_name() -> str:
    """Model, backend and precision of the second detector."""
    return yunet().name


def rescan(
    picture: NDArray[np.uint8],
    frame: int,
    zones: Iterable[Zone],
    kept: Sequence[Box],
    threshold: float = RESCAN_THRESHOLD,
) -> tuple[Detection, ...]:
    """Faces in a finished frame that lie neither in a zone nor on a face the user keeps.

    Args:
        picture: RGB, shape (height, width, 3), upright, of the written file.
        frame: its index.
        zones: zones of any frames; those of this frame count.
        kept: boxes of any frames; those of this frame count.
        threshold: score from which a face counts, 0 to 1.
    """
    height, width = picture.shape[:2]
    faces = clipped(second_look(Pyramid(picture), threshold), width, height)
    covered = coverage([zone for zone in zones if zone.frame == frame], width, height)
    held = [box for box in kept if box.frame == frame]
    return tuple(
        Detection(*map(float, face))
        for face in faces
        if not _in_zones(face, covered) and not any(_on(face, box) for box in held)
    )


def _in_zones(face: NDArray[np.float64], covered: NDArray[np.bool_]) -> bool:
    x, y, width, height = face[:4]
    x0, y0 = int(x + 0.1 * width), int(y + 0.1 * height)
    x1, y1 = int(np.ceil(x + 0.9 * width)), int(np.ceil(y + 0.9 * height))
    return bool(covered[y0:y1, x0:x1].mean() >= 0.5)


def _on(face: NDArray[np.float64], box: Box) -> bool:
    x = face[0] + face[2] / 2
    y = face[1] + face[3] / 2
    return bool(box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height)
