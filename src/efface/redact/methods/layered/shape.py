"""Cells drawn back: large, smooth, in the soft shape of a head.

All arithmetic is of IEEE 754, element by element and in one order: the same cells give the same
bytes on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.artwork import Artwork

SIZE = (72, 104)
"""Of the drawing, in its own pixels: all of it is soft."""

FACE = (1 / 1.8, 1 / 2.0)
"""Of the zone's width and height: the face's, as zones grow by default."""

HEAD = (1.12, 1.28)
"""Width and height of the head, in those of the face's box."""

SOFT = 0.34
"""How far its edge fades inwards and outwards, in half heads."""

_BEYOND = 3
"""Cells that go on beyond the face, as far as the drawing reaches."""


def head_of(cells: NDArray[np.uint8]) -> Artwork:
    """A head in these colours.

    Args:
        cells: RGB, shape (count, count, 3), rows first.
    """
    u = (((np.arange(SIZE[0]) + 0.5) / SIZE[0] - 0.5) / FACE[0])[None, :]
    v = (((np.arange(SIZE[1]) + 0.5) / SIZE[1] - 0.5) / FACE[1])[:, None]
    colours = _smooth(cells, u, v)
    narrower = 1 - 0.18 * np.maximum(v, 0)  # towards the chin
    x, y = 2 * u / (HEAD[0] * narrower), 2 * v / HEAD[1]
    inside = (1 + SOFT - np.sqrt(x * x + y * y)) / (2 * SOFT)
    share = np.clip(inside, 0, 1)
    alpha = share * share * (3 - 2 * share) * 255
    rgba = np.concatenate([colours, alpha[..., None]], axis=2)
    return Artwork(np.asarray(np.rint(rgba).clip(0, 255), np.uint8))


def _smooth(
    cells: NDArray[np.uint8], u: NDArray[np.float64], v: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Colours between those of cells, by a quadratic B-spline: neither edges nor corners are left.

    Args:
        u: of columns, in face widths from the middle, shape (1, width); ``v``: of rows.
    """
    count = cells.shape[0]
    beyond = (_BEYOND, _BEYOND)
    padded = np.pad(cells.astype(np.float64), (beyond, beyond, (0, 0)), "edge")
    out = np.zeros((v.shape[0], u.shape[1], 3))
    for row in range(count + 2 * _BEYOND):
        tall = _spline((v + 0.5) * count - (row - _BEYOND + 0.5))
        for column in range(count + 2 * _BEYOND):
            wide = _spline((u + 0.5) * count - (column - _BEYOND + 0.5))
            out += (tall * wide)[..., None] * padded[row, column]
    return out


def _spline(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = np.abs(distance)
    near, far = 0.75 - apart * apart, (1.5 - apart) * (1.5 - apart) / 2
    return np.where(apart <= 0.5, near, np.where(apart <= 1.5, far, 0.0))
