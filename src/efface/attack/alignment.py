"""One geometry for every face: dlib's face chip, reached by YuNet's five points.

Coordinates are continuous: the pixel in column i covers i to i + 1, so that its centre lies at
i + 0.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels, Points
from efface.detect.warping import Transform, between_centres, warped

__all__ = [
    "ARCFACE", "ARCFACE_PX", "CHIP_PX", "TEMPLATE", "Transform", "between_centres", "chip",
    "chip_points", "recut", "similarity", "similarity_between", "warped",
]  # fmt: skip

CHIP_PX = 150
"""Side of the chip that recognisers take; that of dlib's ``get_face_chip``, with its padding of
0.25."""

TEMPLATE: Points = np.array(
    [[0.3154, 0.3017], [0.6846, 0.3017], [0.5, 0.5153], [0.3417, 0.6773], [0.6583, 0.6773]]
)
"""Where YuNet's points lie in dlib's chips, in chips. Medians over 200 AI-generated portraits and
over 211 faces of FairFace, averaged, and made symmetrical (training/alignment.py). Of 500 frontal
pictures of 250 people (CFP), 98.2 % find their person among one other picture of each with it;
as many do with dlib's own detector and 5-point predictor."""

ARCFACE_PX = 112
ARCFACE: Points = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
"""Where the five points lie in the faces of ``ARCFACE_PX`` that ArcFace and its many successors are
trained on (InsightFace's ``face_align.py``, OpenCV's ``face_recognize.cpp``)."""


def chip(pixels: Pixels, points: Points, size: int = CHIP_PX) -> Pixels:
    """A face, upright in the middle of a square. The picture's edge goes on past its end.

    Args:
        pixels: RGB, shape (height, width, 3).
        points: shape (5, 2), in pixels of ``pixels``.
        size: side of the square.

    Returns:
        Shape (size, size, 3).

    Raises:
        ValueError: the points are all in one place, or not finite.
    """
    return warped(pixels, similarity(points, size), size)


def chip_points(size: int = CHIP_PX) -> Points:
    """Where the five points lie in a chip of this size, shape (5, 2)."""
    return TEMPLATE * size


def similarity(points: Points, size: int = CHIP_PX) -> Transform:
    """The turn, scale and shift that bring the points closest to those of a chip (least squares,
    Umeyama 1991, without reflection).

    Raises:
        ValueError: the points are all in one place, or not finite.
    """
    return similarity_between(points, chip_points(size))


def similarity_between(points: Points, aim: Points) -> Transform:
    """The same, for any points to be reached.

    Raises:
        ValueError: the points are all in one place, or not finite.
    """
    middle, goal = points.mean(axis=0), aim.mean(axis=0)
    a, b = points - middle, aim - goal
    spread = float((a**2).sum())
    if not np.isfinite(spread) or spread <= 0:
        raise ValueError(f"expected five points apart from each other, got {points.tolist()}")
    cosine = float((a * b).sum()) / spread
    sine = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / spread
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.concatenate([turn, (goal - turn @ middle)[:, None]], axis=1)


def recut(chips: NDArray[np.uint8], points: Points, size: int) -> NDArray[np.uint8]:
    """Chips in another geometry; past their edges, the edges go on.

    Args:
        chips: shape (n, side, side, 3).
        points: where the five points are to lie, in pixels of the new squares.
        size: side of the new squares.

    Returns:
        Shape (n, size, size, 3).
    """
    transform = similarity_between(chip_points(chips.shape[1]), points)
    squares = [warped(one, transform, size) for one in chips]
    return np.stack(squares) if squares else np.zeros((0, size, size, 3), np.uint8)
