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
_PEAKS, _PARTS = 8, 4
"""Peaks of the spectrum that are followed, and down to which part of their frequency."""

_NEAR = 0.3
"""How far from a peak's a side may be, in sides squared over the length."""


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
    sides = _likely(change)
    combs = _combs(sides, length)
    sums = np.bincount(combs.comb, change[combs.line], len(combs.offset))
    excess = sums / total - np.bincount(combs.comb, minlength=len(combs.offset)) / (length - 1)
    best: Comb | None = None
    for side, first, end in zip(sides, combs.begins, combs.begins[1:], strict=False):
        of_side = excess[first:end]
        top = of_side.max()
        if best is None or top > best.excess + 1e-9:
            # of the offsets that draw the same lines, the middle
            same = np.flatnonzero(of_side > top - 1e-9)
            offset = combs.offset[first + same[(len(same) - 1) // 2]]
            best = Comb(float(side), float(offset), float(top))
    return best


@dataclass(frozen=True, slots=True)
class _EveryComb:
    """Every comb of several sides, in the order of the sides."""

    offset: NDArray[np.float64]
    """Where a cell begins, of each comb."""
    begins: NDArray[np.intp]
    """The first comb of each side, and the end."""
    comb: NDArray[np.intp]
    """Of each line, whose it is."""
    line: NDArray[np.intp]
    """Its place, at least 1 and less than the length."""


def _combs(sides: NDArray[np.float64], length: int) -> _EveryComb:
    offsets = np.ceil(sides / _OFFSET_STEP_PX).astype(np.intp)
    begins = np.concatenate([[0], np.cumsum(offsets)])
    side = np.repeat(sides, offsets)
    offset = (np.arange(begins[-1]) - np.repeat(begins[:-1], offsets)) * _OFFSET_STEP_PX
    counts = (np.ceil(length / side) + 1).astype(np.intp)
    comb = np.repeat(np.arange(len(side)), counts)
    number = np.arange(len(comb)) - np.repeat(np.cumsum(counts) - counts, counts)
    # the pixel that a cell beginning here begins with (see ``cells``)
    line = np.ceil(offset[comb] + side[comb] * number - 1e-6).astype(np.intp)
    inside = (line >= 1) & (line < length)
    return _EveryComb(offset, begins, comb[inside], line[inside])


def _likely(change: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of all sides those that the spectrum's highest peaks, or parts of their frequencies, hint at.

    Equally spaced lines have peaks at their frequency and its multiples, of which a multiple may be
    the highest.
    """
    length = len(change)
    points = 1 << int(np.ceil(np.log2(8 * length)))
    power = np.abs(np.fft.rfft(change[1:] - change[1:].mean(), points))
    inner = power[1:-1]
    peaks = 1 + np.flatnonzero((inner >= power[:-2]) & (inner >= power[2:]))
    peaks = np.append(peaks, len(power) - 1)  # lines at every second pixel
    peaks = peaks[peaks >= points * _FEWEST_LINES / (1.2 * length)]
    highest = peaks[np.argsort(power[peaks])[::-1][:_PEAKS]] / points
    sides = _sides(length)
    chosen = np.zeros(len(sides), bool)
    for side in (np.arange(1, _PARTS + 1) / highest[:, None]).ravel():
        near = side * max(_NEAR * side, 1.5) / length
        chosen |= np.abs(sides - side) <= near
    return sides[chosen]


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
