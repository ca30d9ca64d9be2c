"""The grain of a picture, as it is around a zone, laid over what is drawn into it.

What is drawn has none, and shows by that in a noisy picture. Read off differences of neighbours in
small blocks, of which the smoothest count: the others hold edges and patterns. Whole numbers
throughout: the same surroundings give the same bytes on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.zones.filling import Surroundings

REACH = 0.15
"""How far around a zone grain is looked for, in its shorter side."""

BLOCK = 8
"""Pixels, each way."""

LEAST = 6
"""Blocks that it takes."""

SMOOTHEST = 5
"""One block in so many is smoother than the one that counts."""

HALF = 1.652
"""Where half of the second differences of noise lie below, in its standard deviations: the square
root of 6 times the normal distribution's quantile."""

MOST = 12.0
"""Levels: more than this is a pattern."""

BYTES = 8
"""Uniform numbers a pixel, whose sum is nearly normal."""

_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""Of SplitMix64 (Steele, Lea and Flood 2014)."""


def grain_around(around: Surroundings, rect: Rect) -> float:
    """Standard deviation of a picture's grain around a rectangle, in levels.

    Args:
        around: of the frame.
        rect: within the picture.
    """
    wide, tall = around.size
    thick = max(BLOCK + 4, round(REACH * min(rect.width, rect.height)))
    whole = rect.padded(thick, thick).clipped(wide, tall)
    part = around.part(whole).astype(np.int32)
    bright = (part[..., 0] + 2 * part[..., 1] + part[..., 2]) // 4
    free = around.open(whole)
    bent = np.abs(2 * bright[:, 1:-1] - bright[:, :-2] - bright[:, 2:])
    seen = free[:, 1:-1] & free[:, :-2] & free[:, 2:]
    rows, columns = (side // BLOCK for side in bent.shape)
    shape = rows, BLOCK, columns, BLOCK
    blocks, whole_ones = (
        values[: rows * BLOCK, : columns * BLOCK]
        .reshape(shape)
        .swapaxes(1, 2)
        .reshape(-1, BLOCK**2)
        for values in (bent, seen)
    )
    blocks = blocks[whole_ones.all(axis=1)]
    if len(blocks) < LEAST:
        return 0.0
    halves = np.sort(blocks, axis=1)[:, BLOCK**2 // 2]
    return min(float(np.sort(halves)[len(halves) // SMOOTHEST]) / HALF, MOST)


def grain(size: tuple[int, int], deviation: float) -> NDArray[np.float32]:
    """Grain to add to every channel, shape (height, width, 1); the same for the same size.

    Args:
        size: (height, width).
        deviation: in levels.
    """
    height, width = size
    state = np.arange(1, height * width + 1, dtype=np.uint64) + np.uint64(height << 32)
    state *= np.uint64(_STEP)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(_FIRST)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(_SECOND)
    state ^= state >> np.uint64(31)
    numbers = state.astype("<u8").view(np.uint8).reshape(height, width, BYTES).astype(np.int64)
    sums = 2 * numbers.sum(axis=2) - 255 * BYTES
    own = np.float32(deviation / (2 * np.sqrt(BYTES * (256**2 - 1) / 12)))
    return np.asarray(sums.astype(np.float32) * own)[..., None]
