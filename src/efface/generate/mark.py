"""A mark that nobody sees, in what was drawn: "AI-generated face, efface", and nothing else.

It is the same in every file, so that it says what a head is and not where it comes from. Soft
noise of a few levels, periodic over the whole picture, is added in drawn zones alone; it is found
by correlation, at the picture's own size and at half of it, wherever the picture was not cut.

Spread spectrum as in Cox et al. (1997). The pattern is made of whole numbers, the same on every
machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

PERIOD_PX = 64
CELL_PX = 4
"""Of the noise: half a picture's pixels still hold it."""
STRENGTH = 2.0
"""Levels of 255, root mean square."""

BLOCK_PX = 8
SIDES = (6, 8, 12, 16, 24, 32, 48)
"""Of the squares that are looked at, in blocks."""
LEAST = 24
"""Blocks of a square that lie in the picture."""
FOUND = 6.5
"""Standard deviations from which the mark is there; docs/methods.md has what is found and what is
found where there is none."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MarkFound:
    """The mark, in a picture."""

    deviations: float
    """How far it stands out, in standard deviations."""
    halved: bool
    """The picture was made half as wide since."""


@cache
def pattern() -> NDArray[np.int64]:
    """The mark, in thousandths of its root mean square, shape (PERIOD_PX, PERIOD_PX); 0 in the
    mean over every eighth row and column, where coders leave traces of their own."""
    side = PERIOD_PX // CELL_PX
    drawn = hashlib.shake_256(b"AI-generated face, efface").digest(side * side)
    cells = np.where(np.frombuffer(drawn, np.uint8).reshape(side, side) & 1, 1, -1).astype(np.int64)
    near = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    around = np.sum([np.roll(cells, way, (0, 1)) for way in near], axis=0)
    out = _interpolated(_interpolated(25 * cells - around).T).T
    folded = out.reshape(8, BLOCK_PX, 8, BLOCK_PX).sum(axis=(0, 2))
    out = 64 * out - np.tile(folded, (8, 8))
    root = round(float(np.sqrt(np.mean(out.astype(np.float64) ** 2))))
    return np.asarray(out * 1000 // root)


def marked(pixels: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    """What was drawn, with the mark in it.

    Args:
        pixels: RGB, shape (rect.height, rect.width, 3).
        rect: where they stand in the upright picture.
    """
    rows = np.arange(rect.y0, rect.y1) % PERIOD_PX
    columns = np.arange(rect.x0, rect.x1) % PERIOD_PX
    added = np.rint(pattern()[np.ix_(rows, columns)] * (STRENGTH / 1000)).astype(np.int64)
    return np.asarray(np.clip(pixels + added[..., None], 0, 255), np.uint8)


def mark_in(pictures: Iterable[NDArray[np.uint8]]) -> MarkFound | None:
    """The mark in a picture, or in pictures of one place, such as frames of a video; ``None``: it
    is not found.

    Args:
        pictures: RGB, of one shape (height, width, 3).
    """
    best = strongest(pictures)
    return best if best.deviations >= FOUND else None


def strongest(pictures: Iterable[NDArray[np.uint8]]) -> MarkFound:
    """How far a mark stands out where it does so most, whether it is one or not."""
    sums: dict[bool, Floats] = {}
    for picture in pictures:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        for halved, shown in ((False, grey), (True, _doubled(grey))):
            even = _evened(shown)
            sums[halved] = sums[halved] + even if halved in sums else even
    found = [MarkFound(_standing_out(even), halved) for halved, even in sums.items()]
    return max(found, key=lambda one: one.deviations, default=MarkFound(0.0, False))


def _interpolated(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Between the middles of cells, along columns, times ``2 * CELL_PX``."""
    out = []
    for step in range(CELL_PX):
        away = 2 * step + 1 - CELL_PX
        other = np.roll(cells, -1 if away > 0 else 1, 0)
        out.append((2 * CELL_PX - abs(away)) * cells + abs(away) * other)
    return np.stack(out, axis=1).reshape(-1, cells.shape[1])


def _doubled(grey: Floats) -> Floats:
    height, width = grey.shape
    size = 2 * width, 2 * height
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _evened(grey: Floats) -> Floats:
    """What is about as fine as the mark, as strong everywhere."""
    fine = cv2.GaussianBlur(grey, (0, 0), 1.0) - cv2.GaussianBlur(grey, (0, 0), 5.0)
    spread = np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), 8.0))
    return np.asarray(np.clip(fine / (spread + 1), -3, 3), np.float32)


def _standing_out(even: Floats) -> float:
    """Of the mark, in the square in which it does so most: the sum over blocks of how they go with
    it, by the root of the sum of squares."""
    rows, columns = (side // BLOCK_PX for side in even.shape)
    part = even[: rows * BLOCK_PX, : columns * BLOCK_PX]
    if not part.size:
        return 0.0
    repeated = tuple(-(-side // PERIOD_PX) for side in part.shape)
    mark = np.tile((pattern() / 1000).astype(np.float32), repeated)
    product = part * mark[: part.shape[0], : part.shape[1]]
    blocks = product.reshape(rows, BLOCK_PX, columns, BLOCK_PX).sum(axis=(1, 3))
    best = 0.0
    for side in SIDES:
        size = min(side, columns), min(side, rows)
        sums, squares, counts = (
            cv2.boxFilter(v, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
            for v in (blocks, blocks * blocks, np.ones_like(blocks))
        )
        standing = np.where(counts >= LEAST, sums / np.sqrt(squares + 1e-3), 0)
        best = max(best, float(standing.max()))
    return best
