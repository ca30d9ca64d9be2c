"""The five points of a face whose place is known, seen or taken as usual."""

from __future__ import annotations

import numpy as np

from efface.attack.interface import Pixels, Points
from efface.detect.face_points import points_in
from efface.regions import Box

__all__ = ["USUAL", "points_in", "points_of"]

USUAL: Points = np.array(
    [[0.26, 0.377], [0.74, 0.377], [0.5, 0.574], [0.295, 0.729], [0.705, 0.729]]
)
"""Where the points lie in YuNet's own boxes, in boxes: medians as for ``TEMPLATE``
(training/alignment.py)."""


def points_of(picture: Pixels, box: Box) -> tuple[Points, bool]:
    """The face's points, and whether they were seen; if not, they are where faces usually have
    them in their boxes.

    Args:
        picture: RGB, shape (height, width, 3), upright.
        box: the face; touches the picture.
    """
    points = points_in(picture, box)
    if points is not None:
        return points, True
    return np.array([box.x, box.y]) + USUAL * np.array([box.width, box.height]), False
