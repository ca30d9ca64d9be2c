"""What lies around a zone goes on in it, smoothly: no seam, and nothing of what is covered.

A frame of pixels around the zone is averaged in pieces; inside, colours follow from those as heat
follows from the temperature of a plate's edge. Means are of whole numbers, and all else is IEEE 754
arithmetic, element by element and in one order: the same surroundings give the same bytes on every
machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.redact.methods.artwork import UNITS, resampled
from efface.zones.filling import BLANK, Surroundings

PIECES = 16
"""Along each side of a zone."""

FRAME = 0.05
"""Of the zone's shorter side: how far around it is looked at."""

LEAST_PX = 2

_DIGITS = 16
_ROUNDS = 700
"""After which the plate's colours no longer change."""


Look = Callable[[Rect], NDArray[np.float32]]
"""What stands in a rectangle: RGB, 0 to 255, shape (rect.height, rect.width, 3)."""


def continued(around: Surroundings, rect: Rect, instead: Look | None = None) -> NDArray[np.float32]:
    """Colours for a rectangle, shape (rect.height, rect.width, 3), 0 to 255.

    Args:
        around: what lies around it.
        rect: within the picture.
        instead: what is taken to stand in the places that can be seen, in place of the picture.
    """
    edge = _closed(_edge(around, rect, instead))
    inner = (_plate() @ edge) >> _DIGITS
    grid = np.zeros((PIECES + 2, PIECES + 2, 3), np.float32)
    grid[1:-1, 1:-1] = inner.reshape(PIECES, PIECES, 3) / 256
    top, right, bottom, left = edge.reshape(4, PIECES, 3) / 256
    grid[0, 1:-1], grid[-1, 1:-1] = top, bottom[::-1]
    grid[1:-1, 0], grid[1:-1, -1] = left[::-1], right
    for y, x in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        beside, above = grid[y, 1 if x == 0 else -2], grid[1 if y == 0 else -2, x]
        grid[y, x] = (beside + above) / 2
    thick = _thick(rect)
    rows = resampled(grid, *_spread(rect.height, thick), 0, rect.height)
    both = resampled(rows.swapaxes(0, 1), *_spread(rect.width, thick), 0, rect.width)
    return np.asarray(both.swapaxes(0, 1))


def _thick(rect: Rect) -> int:
    """Of the frame, pixels."""
    return max(LEAST_PX, round(FRAME * min(rect.width, rect.height)))


def _spread(size_px: int, thick: int) -> tuple[int, int]:
    """Where the grid begins and ends along a side, in ``UNITS``: its outermost pieces have their
    middles in that of the frame."""
    piece = (size_px + thick) / (PIECES + 1)
    beyond = (thick + piece) / 2
    return round(-beyond * UNITS), round((size_px + beyond) * UNITS)


def _edge(around: Surroundings, rect: Rect, instead: Look | None) -> NDArray[np.int64]:
    """Means of the pieces of the frame, clockwise from the top left corner, in 256ths of a level;
    -1 where there are no pixels to see. Shape (4 * PIECES, 3)."""
    wide, tall = around.size
    thick = _thick(rect)
    sides = (
        (Rect(rect.x0, rect.y0 - thick, rect.x1, rect.y0), False),
        (Rect(rect.x1, rect.y0, rect.x1 + thick, rect.y1), True),
        (Rect(rect.x0, rect.y1, rect.x1, rect.y1 + thick), False),
        (Rect(rect.x0 - thick, rect.y0, rect.x0, rect.y1), True),
    )
    out = np.full((4, PIECES, 3), -1, np.int64)
    for number, (side, upright) in enumerate(sides):
        seen = side.clipped(wide, tall)
        if seen.empty:
            continue
        own = around.part(seen) if instead is None else np.rint(instead(seen)).astype(np.uint8)
        shown = own.astype(np.int64)
        free = around.open(seen).astype(np.int64)
        sums, counts = (shown * free[..., None]).sum(int(upright)), free.sum(int(upright))
        start, length = (side.y0, side.height) if upright else (side.x0, side.width)
        first = seen.y0 if upright else seen.x0
        piece = (first - start + np.arange(len(counts))) * PIECES // length
        found, totals = np.zeros(PIECES, np.int64), np.zeros((PIECES, 3), np.int64)
        np.add.at(found, piece, counts)
        np.add.at(totals, piece, sums)
        out[number, found > 0] = totals[found > 0] * 256 // found[found > 0, None]
    out[2:] = out[2:, ::-1].copy()
    return out.reshape(-1, 3)


def _closed(edge: NDArray[np.int64]) -> NDArray[np.int64]:
    """With what could not be seen between what could, around the zone; a little smoothed."""
    known = np.flatnonzero(edge[:, 0] >= 0)
    count = len(edge)
    if not len(known):
        return np.full_like(edge, BLANK * 256)
    out = edge.copy()
    for here, after in zip(known, np.roll(known, -1), strict=True):
        gap = (after - here) % count or count
        for step in range(1, gap):
            out[(here + step) % count] = (
                edge[here] * (gap - step) + edge[after] * step
            ) // gap  # fmt: skip
    return np.asarray((np.roll(out, 1, 0) + 2 * out + np.roll(out, -1, 0)) // 4)


@cache
def _plate() -> NDArray[np.int64]:
    """How much of each piece of the frame each place inside has, times 2^16: shape (PIECES^2, 4 *
    PIECES); rows add up to 2^16."""
    grid = np.zeros((4 * PIECES, PIECES + 2, PIECES + 2))
    for number in range(PIECES):
        grid[number, 0, 1 + number] = 1
        grid[PIECES + number, 1 + number, -1] = 1
        grid[2 * PIECES + number, -1, PIECES - number] = 1
        grid[3 * PIECES + number, PIECES - number, 0] = 1
    for _ in range(_ROUNDS):
        upright = grid[:, :-2, 1:-1] + grid[:, 2:, 1:-1]
        grid[:, 1:-1, 1:-1] = (upright + (grid[:, 1:-1, :-2] + grid[:, 1:-1, 2:])) / 4
    inner = grid[:, 1:-1, 1:-1].reshape(4 * PIECES, -1).T
    shares = np.rint(inner * (1 << _DIGITS)).astype(np.int64)
    rest = (1 << _DIGITS) - shares.sum(axis=1)
    shares[np.arange(len(shares)), shares.argmax(axis=1)] += rest
    return shares
