"""Means over a few cells of a face, on a grid that nobody knows.

The cells divide the oval in a face's box: so many across and as many down, whatever its size in
pixels. The grid is shifted and turned a little, by lot. Means are of all pixels, never of some.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.regions import Box

STEPS = 16
"""Of a cell's mean, in one of 255."""

TURN = 0.13
"""Tangent of half the largest angle by which the grid is turned: 15 degrees."""

SHIFT = 0.25
"""Of a cell, by which the grid is shifted at most, in either direction."""

_FINE = 64
"""Places along a face's longer side, at least, that are told apart: of a larger face several pixels
are taken together first, in a small one several places of a pixel are looked at."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How a grid lies, each from -1 to 1 of what it may."""

    turn: float
    across: float
    down: float


def cells_of(
    picture: NDArray[np.uint8], box: Box, count: int, lie: Lie
) -> NDArray[np.int64] | None:
    """The mean colours of a face's cells.

    Args:
        picture: RGB, shape (height, width, 3), upright.
        box: the face; what of it lies outside the picture is left out.
        count: cells across, and down.

    Returns:
        In ``STEPS`` of a level, shape (count, count, 3), rows first; a cell without pixels has the
        mean of the others. ``None``: nothing of the face lies in the picture.
    """
    part, left, top, size = _cut(picture, box)
    if part.size == 0:
        return None
    tall, wide = part.shape[:2]
    within = math.ceil(_FINE / max(wide, tall))
    places = (np.arange(max(tall, wide) * within) + 0.5) / within * size
    across = (left + places[: wide * within] - (box.x + box.width / 2))[None, :]
    down = (top + places[: tall * within] - (box.y + box.height / 2))[:, None]
    tangent = TURN * lie.turn
    cosine, sine = (1 - tangent**2) / (1 + tangent**2), 2 * tangent / (1 + tangent**2)
    u = (across * cosine + down * sine) / box.width
    v = (down * cosine - across * sine) / box.height
    column = np.floor((u + 0.5) * count + SHIFT * lie.across).clip(0, count - 1)
    row = np.floor((v + 0.5) * count + SHIFT * lie.down).clip(0, count - 1)
    cell = np.where(u * u + v * v <= 0.25, row * count + column, count * count).astype(np.int64)
    parts = cell.reshape(tall, within, wide, within)
    sums, counts = np.zeros((count * count, 3), np.int64), np.zeros(count * count, np.int64)
    for number in range(count * count):
        weights = (parts == number).sum(axis=(1, 3))
        counts[number] = weights.sum()
        sums[number] = (part * weights[..., None]).sum(axis=(0, 1))
    if not counts.any():
        return None
    means = (sums * STEPS + counts[:, None] // 2) // np.maximum(counts, 1)[:, None]
    means[counts == 0] = sums.sum(axis=0) * STEPS // counts.sum()
    return np.asarray(means.reshape(count, count, 3))


def _cut(picture: NDArray[np.uint8], box: Box) -> tuple[NDArray[np.int64], int, int, int]:
    """The face's part of the picture; its corner; and how many pixels make one of its own."""
    tall, wide = picture.shape[:2]
    reach = max(box.width, box.height) / 2 + 1  # however the oval is turned
    x, y = box.x + box.width / 2, box.y + box.height / 2
    x0, x1 = (int(np.clip(edge, 0, wide)) for edge in (np.floor(x - reach), np.ceil(x + reach)))
    y0, y1 = (int(np.clip(edge, 0, tall)) for edge in (np.floor(y - reach), np.ceil(y + reach)))
    part = picture[y0:y1, x0:x1].astype(np.int64)
    size = max(1, int(max(box.width, box.height)) // (2 * _FINE))
    if size > 1:
        part = part[: part.shape[0] // size * size, : part.shape[1] // size * size]
        blocks = part.reshape(part.shape[0] // size, size, part.shape[1] // size, size, 3)
        part = blocks.sum(axis=(1, 3)) // (size * size)
    return part, x0, y0, size
