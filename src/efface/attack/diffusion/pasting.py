"""An aligned face laid into a picture: bilinear, averaged where pixels are larger than its own."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from efface.attack.alignment import Transform

SEAM_PX = 2.0
"""Of the aligned face, over which it fades into what lies around it."""


def pasting(
    transform: Transform, shape: tuple[int, int], side: int
) -> tuple[csr_array, NDArray[np.float32]]:
    """What each pixel of a picture takes of the face, and how much of it is the face's.

    Args:
        transform: from continuous coordinates in the picture to those in the face.
        shape: rows and columns of the picture.
        side: of the face, in pixels.

    Returns:
        A matrix (rows * columns, side * side), and the sum of each of its rows, 0 to 1, shape
        (rows, columns).
    """
    height, width = shape
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    parts = max(1, ceil(scale))
    inner = (np.arange(parts) + 0.5) / parts
    rows, columns, weights = [], [], []
    pixel = np.arange(height * width)
    for down in inner:
        for across in inner:
            y, x = np.divmod(pixel, width)
            place = np.stack([x + across, y + down], axis=1) @ transform[:, :2].T + transform[:, 2]
            share = _share(place, side) / parts**2
            low = np.floor(place - 0.5).astype(np.intp)
            ahead = place - 0.5 - low
            for dy in (0, 1):
                for dx in (0, 1):
                    part = np.abs(1 - dx - ahead[:, 0]) * np.abs(1 - dy - ahead[:, 1]) * share
                    at = np.clip(np.add(low, (dx, dy)), 0, side - 1)
                    some = part > 0
                    rows.append(pixel[some])
                    columns.append((at[:, 1] * side + at[:, 0])[some])
                    weights.append(part[some])
    entries = np.concatenate(weights).astype(np.float32)
    where = np.concatenate(rows), np.concatenate(columns)
    matrix = csr_array(coo_array((entries, where), shape=(height * width, side * side)))
    covered = np.asarray(matrix.sum(axis=1), np.float32).reshape(shape)
    return matrix, covered


def _share(place: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """How much of a point is the face's: 1 inside, falling to 0 at its edge."""
    inside = np.minimum(place, side - place).min(axis=1)
    return np.asarray(np.clip(inside / SEAM_PX, 0, 1), np.float64)
