"""The five points of a face whose place is known."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from efface.detect.landmarks import POINTS, Faces, decode, landmark_network
from efface.detect.warping import Transform, warped
from efface.regions import Box

Pixels = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

Points = NDArray[np.float64]
"""Shape (n, 2): x and y, pixels."""

TILE_PX = 160
"""Side of the square that the network sees; a multiple of 32."""

FACE_PX = 80
"""The longer side of the face in it, as in ``detect/closeup.py``."""

FLOOR = 0.05
"""Score from which points are taken. Low, because that there is a face is known."""

NEAR = 0.35
"""A face counts whose middle is this close to the box's middle, in longer sides of the box."""

SIZES = (0.5, 2.0)
"""Longer side of a face that counts, in longer sides of the box."""


def points_in(picture: Pixels, box: Box) -> Points | None:
    """The face's points, by YuNet on a close-up; ``None`` where it sees no face there.

    The picture's edge goes on past its end, so that faces which fill a picture are seen whole.
    Computed in 32 bits on every processor.

    Args:
        picture: RGB, shape (height, width, 3), upright.
        box: the face; touches the picture.

    Returns:
        Shape (5, 2), in pixels of the picture.
    """
    longer = max(box.width, box.height)
    scale = FACE_PX / longer
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    part, corner = _around(picture, middle, longer * TILE_PX / FACE_PX)
    shift = TILE_PX / 2 - scale * (middle - corner)
    transform: Transform = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    tile = warped(part, transform, TILE_PX)
    (faces,) = landmark_network("f32").run([tile], lambda out, shape: decode(out, shape, FLOOR))
    best = _best(faces)
    return None if best is None else (best - shift) / scale + corner


def _around(picture: Pixels, middle: Points, side: float) -> tuple[Pixels, Points]:
    """The part of the picture that a square around ``middle`` may show, and its corner."""
    height, width = picture.shape[:2]
    left, top = (max(0, math.floor(v - side / 2) - 2) for v in middle)
    right, bottom = (math.ceil(v + side / 2) + 2 for v in middle)
    part = picture[top : min(bottom, height), left : min(right, width)]
    if not part.size:
        raise ValueError(f"expected a box that touches the picture, got one around {middle}")
    return part, np.array([left, top], np.float64)


def _best(faces: Faces) -> Points | None:
    """The surest face near the middle of the tile and of the right size; shape (5, 2)."""
    centres = faces[:, :2] + faces[:, 2:4] / 2 - TILE_PX / 2
    sizes = faces[:, 2:4].max(axis=1) / FACE_PX
    there = np.hypot(centres[:, 0], centres[:, 1]) <= NEAR * FACE_PX
    there &= (sizes >= SIZES[0]) & (sizes <= SIZES[1])
    found = faces[there]
    return found[0, 5:].reshape(POINTS, 2) if len(found) else None
