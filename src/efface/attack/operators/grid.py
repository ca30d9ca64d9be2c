"""Finding the grid of a mosaic in its pixels: all brightness changes lie on its lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINES = 0.2
"""Excess of change on a grid's lines above which it is a mosaic's; blurred faces have up to .12."""

MIN_SIDE_PX = 2.0
_OFFSET_STEP_PX = 0.5
_FEWEST_LINES = 3


@dataclass(frozen=True, slots=True)
class Comb:
    """Equally spaced lines along one axis."""

    side_px: float
    offset_px: float
    """Where a cell begins, 0 to ``side_px``."""
    excess: float
    """Share of all change that lies on the lines, less what chance would put there; 0 to 1."""


def find_comb(change: NDArray[np.float64]) -> Comb | None:
    """The spacing of lines that carries the most of the change along one axis.

    A grid twice as fine carries the same change on twice as many lines, one twice as coarse half
    of it; the share less the share of positions that are lines is largest for the true grid.

    Args:
        change: shape (length,): how much pixels at this position differ from those before; the
            first value is not used.

    Returns:
        ``None`` where there is no change at all.
    """
    length = len(change)
    total = change[1:].sum()
    if length < 2 * MIN_SIDE_PX or total <= 0:
        return None
    best: Comb | None = None
    for side in map(float, _sides(length)):
        offsets = np.arange(0, side, _OFFSET_STEP_PX)
        count = int(np.ceil(length / side)) + 1
        # the pixel that a cell beginning here begins with (see ``cells``)
        lines = np.ceil(offsets[:, None] + side * np.arange(count) - 1e-6).astype(np.intp)
        valid = (lines >= 1) & (lines < length)
        shares = np.where(valid, change[np.clip(lines, 0, length - 1)], 0).sum(axis=1) / total
        excess = shares - valid.sum(axis=1) / (length - 1)
        top = excess.max()
        if best is None or top > best.excess + 1e-9:
            # of the offsets that draw the same lines, the middle
            same = np.flatnonzero(excess > top - 1e-9)
            best = Comb(side, float(offsets[same[(len(same) - 1) // 2]]), float(top))
    return best


def _sides(length: int) -> NDArray[np.float64]:
    """Whole numbers, whole divisions of the length, and steps that drift by less than a pixel."""
    fine = [MIN_SIDE_PX]
    while fine[-1] < length / _FEWEST_LINES:
        fine.append(fine[-1] * (1 + 0.5 / length))
    whole = np.arange(MIN_SIDE_PX, length // _FEWEST_LINES + 1)
    divided = length / np.arange(_FEWEST_LINES, int(length / MIN_SIDE_PX) + 1)
    return np.concatenate([whole, divided, fine])


def changes(
    luma: NDArray[np.floating], zone: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean change of brightness at each column and each row, within the zone.

    Returns:
        Shapes (width,) and (height,).
    """
    across = _mean_change(luma, zone)
    down = _mean_change(luma.T, zone.T)
    return across, down


def _mean_change(luma: NDArray[np.floating], zone: NDArray[np.bool_]) -> NDArray[np.float64]:
    step = np.abs(np.diff(luma, axis=1))
    both = zone[:, 1:] & zone[:, :-1]
    count = both.sum(axis=0)
    mean = np.where(both, step, 0).sum(axis=0) / np.maximum(count, 1)
    return np.concatenate([[0.0], mean])
