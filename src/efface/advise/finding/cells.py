"""The border of a mosaic, from its cells: even within, of other colours than their neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.mosaic import SeenGrid
from efface.geometry import Rect

EVEN = 1.6
"""Steps of 255 by which luma strays within a cell of a picture without losses, at most."""

TIMES = 1.8
"""How much more it may stray than the middle one of those that were seen."""

STEP = 2.5
"""Steps of 255 to a neighbour from which it is another cell."""

_AROUND = 3
"""Cells beside a mosaic that are looked at."""

FEWEST = 9
"""Cells of a zone."""


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A mosaic's zone."""

    zone: Rect
    cells: int
    filled: float
    """Share of the rectangle's cells that are even."""
    beside: float
    """Share of the cells around it that are, too."""


def mosaic_zone(luma: NDArray[np.float32], grid: SeenGrid, seed: Rect) -> Mosaic | None:
    """Grow from where a grid was seen over all cells of the same grid.

    Args:
        luma: 0 to 255.
        grid: seen in the seed; lines and sides in pixels of ``luma``.
        seed: a rectangle that meets the mosaic.
    """
    height, width = luma.shape
    (side_x, side_y), (at_x, at_y) = grid.sides, grid.lines
    x = _lines(at_x, side_x, width)
    y = _lines(at_y, side_y, height)
    if len(x) < 4 or len(y) < 4:
        return None
    mean, stray = _cells(luma, x, y)
    inside = _within(x, seed.x0, seed.x1), _within(y, seed.y0, seed.y1)
    middle = stray[inside[1], inside[0]]
    if not middle.size:
        return None
    even = stray <= max(EVEN, TIMES * float(np.median(middle)))
    even &= _differs(mean) >= 2
    # by chance a cell of a rough picture is even; seldom two of its neighbours are, too
    near = np.pad(even.astype(np.intp), 1)
    even &= near[:-2, 1:-1] + near[2:, 1:-1] + near[1:-1, :-2] + near[1:-1, 2:] >= 2
    count, labels = cv2.connectedComponents(even.astype(np.uint8), connectivity=4)
    sizes = np.bincount(labels[inside[1], inside[0]].ravel(), minlength=count)
    sizes[0] = 0
    best = int(sizes.argmax())
    if sizes[best] < FEWEST:
        return None
    rows, columns = np.nonzero(labels == best)
    first, last = (columns.min(), rows.min()), (columns.max(), rows.max())
    area = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
    zone = Rect(
        round(x[first[0]]), round(y[first[1]]), round(x[last[0] + 1]), round(y[last[1] + 1])
    )
    around = even[max(0, first[1] - _AROUND) : last[1] + _AROUND + 1]
    around = around[:, max(0, first[0] - _AROUND) : last[0] + _AROUND + 1]
    own = even[first[1] : last[1] + 1, first[0] : last[0] + 1]
    beside = (int(around.sum()) - int(own.sum())) / max(around.size - own.size, 1)
    whole = _with_cut_cells(luma, zone, side_x, side_y)
    return Mosaic(whole, len(rows), len(rows) / float(area), beside)


def _lines(at: float, side: float, length: int) -> NDArray[np.float64]:
    first = math.ceil(-at / side)
    return np.asarray(at + side * np.arange(first, math.floor((length - at) / side) + 1))


def _within(lines: NDArray[np.float64], low: int, high: int) -> slice:
    return slice(
        int(np.searchsorted(lines, low)), max(int(np.searchsorted(lines, high, "right")) - 1, 0)
    )


def _cells(
    luma: NDArray[np.float32], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and deviation of each cell's inner pixels, shape (rows, columns)."""
    sums = np.asarray(cv2.integral(luma, sdepth=cv2.CV_64F), np.float64)
    square = np.square(luma.astype(np.float64))
    squares = np.asarray(cv2.integral(square, sdepth=cv2.CV_64F), np.float64)
    edges = []
    for lines in (x, y):
        rim = 1 if lines[1] - lines[0] >= 4.5 else 0
        low = np.ceil(lines[:-1] - 1e-6).astype(np.intp) + rim
        high = np.ceil(lines[1:] - 1e-6).astype(np.intp) - rim
        edges.append((low, np.maximum(high, low + 1)))
    (x0, x1), (y0, y1) = edges
    area = np.outer(y1 - y0, x1 - x0)

    def of(table: NDArray[np.float64]) -> NDArray[np.float64]:
        parts = (table[np.ix_(a, b)] for a in (y0, y1) for b in (x0, x1))
        low_low, low_high, high_low, high_high = parts
        return np.asarray((high_high - high_low - low_high + low_low) / area)

    mean = of(sums)
    return mean, np.sqrt(np.maximum(of(squares) - np.square(mean), 0))


def _differs(mean: NDArray[np.float64]) -> NDArray[np.intp]:
    """From how many of its four neighbours a cell differs."""
    out = np.zeros(mean.shape, np.intp)
    down, across = np.abs(np.diff(mean, axis=0)) >= STEP, np.abs(np.diff(mean, axis=1)) >= STEP
    out[1:] += down
    out[:-1] += down
    out[:, 1:] += across
    out[:, :-1] += across
    return out


def _with_cut_cells(luma: NDArray[np.float32], zone: Rect, side_x: float, side_y: float) -> Rect:
    """Tools cut the last cells of a row where the zone ends."""
    x0, x1 = _further(luma[_middle(zone.y0, zone.y1)], zone.x0, zone.x1, side_x)
    y0, y1 = _further(luma.T[_middle(zone.x0, zone.x1)], zone.y0, zone.y1, side_y)
    return Rect(x0, y0, x1, y1)


def _middle(low: int, high: int) -> slice:
    cut = round(0.3 * (high - low))
    return slice(low + cut, max(high - cut, low + cut + 1))


def _further(rows: NDArray[np.float32], first: int, last: int, side: float) -> tuple[int, int]:
    """First and end of the columns, with those that go on without a change."""
    change = np.abs(np.diff(rows, axis=1)).mean(axis=0)
    still = 2 * float(np.percentile(change[first : max(last - 1, first + 1)], 40)) + 1.0
    most = int(side) - 1
    after = _run(change[last:][:most] <= still)
    before = _run(change[: max(first - 1, 0)][::-1][:most] <= still)
    return first - (before + 1 if before else 0), last + (after + 1 if after else 0)


def _run(even: NDArray[np.bool_]) -> int:
    """How many are true before the first that is not."""
    return len(even) if even.all() else int(even.argmin())
