"""Cells drawn back: large, smooth, in the soft shape of a head and a neck.

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

NECK = 0.52
"""Width of the neck, in that of the face's box; ``FLARE``: how much it grows towards the collar."""
FLARE = 1.2
CHIN, CHIN_SOFT, COLLAR = 0.45, 0.25, 0.98
"""In heights of the face's box below its middle: where the neck has come out of the head, how long
that takes, and where it has faded into what lies around."""

_BEYOND = 3
"""Cells that go on beyond the face, as far as the drawing reaches."""


def head_of(cells: NDArray[np.uint8]) -> Artwork:
    """A head in these colours.

    Args:
        cells: RGB, shape (count, count, 3), rows first.
    """
    u, v = places(*SIZE)
    colours = _smooth(cells, u, v)
    rgba = np.concatenate([colours, opaque(u, v)[..., None] * 255], axis=2)
    return Artwork(np.asarray(np.rint(rgba).clip(0, 255), np.uint8))


def places(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the columns and rows of a zone lie, in faces from its middle: shape (1, width), and
    (height, 1)."""
    u = (((np.arange(width) + 0.5) / width - 0.5) / FACE[0])[None, :]
    v = (((np.arange(height) + 0.5) / height - 0.5) / FACE[1])[:, None]
    return u, v


def opaque(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much head and neck cover of what lies around, 0 to 1, shape (height, width)."""
    narrower = 1 - 0.18 * np.maximum(v, 0)  # towards the chin
    x, y = 2 * u / (HEAD[0] * narrower), 2 * v / HEAD[1]
    head = _faded((1 + SOFT - np.sqrt(x * x + y * y)) / (2 * SOFT))
    wider = NECK * (1 + FLARE * np.maximum(v - CHIN, 0))
    sides = _faded((1 + SOFT - 2 * np.abs(u) / wider) / (2 * SOFT))
    along = _faded((v - CHIN) / CHIN_SOFT + 1) * _faded((COLLAR - v) / (COLLAR - CHIN))
    return np.asarray(1 - (1 - head) * (1 - sides * along))


def _faded(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 without a corner."""
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


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


def shares(places: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """How much each of so many cells along an axis has in a place, shape (places, count).

    Args:
        places: in faces from the middle, shape (places,).
    """
    out = np.zeros((len(places), count))
    for cell in range(-_BEYOND, count + _BEYOND):
        own = min(max(cell, 0), count - 1)
        out[:, own] += _spline((places + 0.5) * count - (cell + 0.5))
    return out


def _spline(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = np.abs(distance)
    near, far = 0.75 - apart * apart, (1.5 - apart) * (1.5 - apart) / 2
    return np.where(apart <= 0.5, near, np.where(apart <= 1.5, far, 0.0))
