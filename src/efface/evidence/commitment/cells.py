"""Cells of a picture: their edges, and which of them a rectangle touches.

A side of n samples that is cut into k cells has their edges at floor(i * n / k), i from 0 to k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.grid import Size
from efface.evidence.commitment.tree import Mask
from efface.geometry import Rect


@dataclass(frozen=True, slots=True)
class Cells:
    """A picture cut into columns and rows."""

    columns: int
    rows: int

    @classmethod
    def of(cls, size: Size, long_side: int, least_px: int = 1) -> Cells:
        """So many cells along the longer side, about as many pixels wide as high.

        Args:
            size: of the picture.
            least_px: no side of a cell is shorter, but for pictures that are smaller.
        """
        longest = max(size)
        across, down = (
            max(1, min((2 * side * long_side + longest) // (2 * longest), side // least_px))
            for side in size
        )
        return cls(across, down)

    @property
    def number(self) -> int:
        return self.columns * self.rows

    def edges(self, width: int, height: int) -> tuple[list[int], list[int]]:
        """Where columns and rows of cells begin and end, in samples of a component."""
        across = [i * width // self.columns for i in range(self.columns + 1)]
        down = [i * height // self.rows for i in range(self.rows + 1)]
        return across, down

    def rect(self, number: int, size: Size) -> Rect:
        """The pixels of a cell, counted row by row."""
        across, down = self.edges(*size)
        row, column = divmod(number, self.columns)
        return Rect(across[column], down[row], across[column + 1], down[row + 1])

    def touched(self, rect: Rect, width: int, height: int) -> Mask:
        """The cells in which samples of a rectangle lie, shape (rows, columns)."""
        across, down = (np.array(edges) for edges in self.edges(width, height))
        columns = (across[:-1] < rect.x1) & (across[1:] > rect.x0)
        rows = (down[:-1] < rect.y1) & (down[1:] > rect.y0)
        return np.asarray(rows[:, None] & columns)


@dataclass(frozen=True, slots=True)
class Squares(Cells):
    """A picture cut into squares from its left upper corner; what remains at the right and lower
    edge is a cell if it is half as long, and else belongs to the one before it."""

    size: Size = (0, 0)
    """Of the picture."""
    side: int = 1
    """Pixels; a multiple of 4, so that edges of cells are edges of chroma samples."""

    @classmethod
    def of_side(cls, size: Size, side: int) -> Squares:
        """All of a picture."""
        columns, rows = (max(1, (length + side // 2) // side) for length in size)
        return cls(columns, rows, size, side)

    def edges(self, width: int, height: int) -> tuple[list[int], list[int]]:
        across = [i * self.side * width // self.size[0] for i in range(self.columns)]
        down = [i * self.side * height // self.size[1] for i in range(self.rows)]
        return [*across, width], [*down, height]


def sums_of(plane: NDArray[Any], xs: Sequence[int], ys: Sequence[int]) -> NDArray[np.int64]:
    """Sums over cells, shape (rows, columns).

    Args:
        plane: shape (height, width), unsigned; no sum over a column of a cell has more than 32
            bits.
        xs, ys: edges of cells, none of which is empty or has 65536 rows.
    """
    bands = [np.add.reduce(plane[top:end], axis=0, dtype=np.uint32) for top, end in pairwise(ys)]
    return np.add.reduceat(np.stack(bands).astype(np.int64), xs[:-1], axis=1)


def union_area(rects: Sequence[Rect]) -> int:
    """Pixels that lie in any of some rectangles."""
    xs = sorted({x for r in rects for x in (r.x0, r.x1)})
    ys = sorted({y for r in rects for y in (r.y0, r.y1)})
    inside = np.zeros((max(len(ys) - 1, 0), max(len(xs) - 1, 0)), bool)
    for r in rects:
        inside[ys.index(r.y0) : ys.index(r.y1), xs.index(r.x0) : xs.index(r.x1)] = True
    return int((np.diff(ys)[:, None] * np.diff(xs))[inside].sum()) if inside.size else 0
