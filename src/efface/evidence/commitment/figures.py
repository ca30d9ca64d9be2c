"""Figures of a picture, cell by cell: what its parts look like, in few numbers that survive coding.

A picture, or the frames of a group together, is cut into square cells (``Squares``), and of each
are told, in this order: the mean of its main component (luma, or green), the means of the others,
and two edge energies of the main one. Of a leaf, ``joined`` cells a side, its roughness is told.

* *Edge energies* are of differences between neighbours across, then down. Of a difference only
  counts by how much it exceeds ``DEAD_ZONE``: grain, which encoders take away, hardly does, while
  edges of things and strokes of letters do.
* *Roughness* is of differences between neighbouring squares of 2x2 pixels, of their means: across
  and down, both together. It has no dead zone, so that soft patterns count, and hardly any grain.

A difference between one cell and the next (of roughness: one leaf) counts in neither: nothing of a
hidden one goes into an open one.

Samples of more than 8 bits count without their low bits. A figure is a sum over the cell and the
frames, times ``SCALE``, divided by their number and rounded half up: whole numbers alone, so that
every machine comes to the same. A cell that is one pixel wide or high has no energy that way.

A leaf's figures are those of its cells, row by row, zero for cells past the right or lower edge;
then its roughness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.cells import Squares, sums_of
from efface.evidence.commitment.grid import Size

Figures = NDArray[np.uint16]
Samples = NDArray[np.uint8]

CELL_PX, BIG_CELL_PX = 16, 32
"""A cell's side in video: a macroblock of H.264. With half the side letters half as high would be
seen, and the proof of an hour be four times as large."""
PHOTO_CELL_PX, BIG_PHOTO_CELL_PX = 8, 16
"""In photos."""
SCALE = 64
"""Figures are in so many parts of a step of 255."""
DEAD_ZONE = 12
"""Of 255. Noise of a deviation of 8 has an energy of 1.7 above it, of 9 without it."""
ENERGIES = 2
SMALL_PX, BIG_PX = 1_000_000, 4_000_000
"""Pixels of a video's frame. Above the first a leaf has four cells, for there is a hash for each in
every group of frames. Above the second (UHD, not 1440p) cells are larger: a proof has about so many
bits for each."""
MOST_FRAMES = 257
"""In one pool, whose sums have 16 bits."""


@dataclass(frozen=True, slots=True)
class FigureGrid:
    """How a picture is cut into cells and leaves."""

    size: Size
    """Stored, pixels."""
    side: int
    """Of a cell, pixels."""
    joined: int = 1
    """Cells along a leaf's side."""
    others: int = 2
    """Components besides the main one."""

    @property
    def cells(self) -> Squares:
        return Squares.of_side(self.size, self.side)

    @property
    def leaves(self) -> Squares:
        cells = self.cells
        columns, rows = -(-cells.columns // self.joined), -(-cells.rows // self.joined)
        return Squares(columns, rows, self.size, self.side * self.joined)

    @property
    def a_cell(self) -> int:
        """Figures of a cell."""
        return 1 + self.others + ENERGIES

    @property
    def a_leaf(self) -> int:
        """Figures of a leaf."""
        return self.a_cell * self.joined**2 + 1

    def by_leaf(self, figures: Figures, rough: Figures) -> Figures:
        """All figures of leaves, shape (leaf rows, leaf columns, a_leaf).

        Args:
            figures: of cells, shape (rows, columns, a_cell).
            rough: of leaves, shape (leaf rows, leaf columns).
        """
        leaves, joined = self.leaves, self.joined
        whole = np.zeros((leaves.rows * joined, leaves.columns * joined, self.a_cell), np.uint16)
        whole[: figures.shape[0], : figures.shape[1]] = figures
        parts = whole.reshape(leaves.rows, joined, leaves.columns, joined, self.a_cell)
        own = parts.transpose(0, 2, 1, 3, 4).reshape(leaves.rows, leaves.columns, -1)
        return np.concatenate([own, rough[..., None]], axis=2)


def video_grid(size: Size, others: int) -> FigureGrid:
    """Cells and leaves of a video: as fine as an hour of it lets them be.

    Args:
        size: stored, pixels.
        others: components besides the main one.
    """
    pixels = size[0] * size[1]
    if pixels > BIG_PX:
        return FigureGrid(size, BIG_CELL_PX, 1, others)
    return FigureGrid(size, CELL_PX, 2 if pixels > SMALL_PX else 1, others)


class FigurePool:
    """The figures of some frames together, which are added one by one."""

    def __init__(self, grid: FigureGrid) -> None:
        self._grid = grid
        self._frames = 0
        self._sums: list[NDArray[Any]] = []
        """Of each component's samples, then of differences across and down, 16 bits each."""
        self._rough: list[NDArray[np.uint32]] = []
        """Of differences between squares of pixels, across and down, in quarters."""

    def add(self, components: Sequence[Samples]) -> None:
        """Take one frame more.

        Args:
            components: the main one, of the grid's size, and the others, which can be smaller;
                each of shape (height, width), 8 bits.
        """
        main = np.ascontiguousarray(components[0])
        planes = [
            main,
            *(np.ascontiguousarray(other) for other in components[1:]),
            _beyond(main[:, 1:], main[:, :-1]),
            _beyond(main[1:], main[:-1]),
        ]
        if not self._sums:
            self._sums = [plane.astype(np.uint16) for plane in planes]
        else:
            self._sums = [_added(*pair) for pair in zip(self._sums, planes, strict=True)]
        rough = _rough(main)
        if self._rough:
            rough = [a + b for a, b in zip(self._rough, rough, strict=True)]
        self._rough = rough
        self._frames += 1

    def take(self) -> Figures:
        """The figures of what was added since the last time, shape (leaf rows, leaf columns,
        a_leaf).

        Raises:
            ValueError: that is no frame, or more than ``MOST_FRAMES``.
        """
        if not 0 < self._frames <= MOST_FRAMES:
            raise ValueError(f"expected 1 to {MOST_FRAMES} frames, got {self._frames}")
        cells = self._grid.cells
        *means, across, down = self._sums
        out = np.zeros((cells.rows, cells.columns, self._grid.a_cell), np.uint16)
        for at, plane in enumerate(means):
            xs, ys = cells.edges(plane.shape[1], plane.shape[0])
            out[..., at] = self._averaged(sums_of(plane, xs, ys), np.diff(xs), np.diff(ys))
        xs, ys = cells.edges(*self._grid.size)
        wide, tall = np.diff(xs), np.diff(ys)
        sums = sums_of(_within(across, xs), xs, ys)
        out[..., -2] = self._averaged(sums, wide - 1, tall)
        sums = sums_of(_within(down.T, ys).T, xs, ys)
        out[..., -1] = self._averaged(sums, wide, tall - 1)
        rough = self._roughness(*self._grid.leaves.edges(*self._grid.size))
        self._sums, self._rough, self._frames = [], [], 0
        return self._grid.by_leaf(out, rough)

    def _roughness(self, xs: Sequence[int], ys: Sequence[int]) -> Figures:
        """Of squares that lie whole in a leaf; none where a leaf of the picture has no square.

        Args:
            xs, ys: edges of leaves.
        """
        across, down = self._rough
        columns, rows = _squares(xs), _squares(ys)
        if columns[-1] < 1 or rows[-1] < 1 or min(np.diff(columns)) < 1 or min(np.diff(rows)) < 1:
            return np.zeros((len(rows) - 1, len(columns) - 1), np.uint16)
        wide, tall = np.diff(columns), np.diff(rows)
        first = sums_of(_within(across, columns), columns, rows)
        second = sums_of(_within(down.T, rows).T, columns, rows)
        frames = 4 * self._frames  # squares are summed, not averaged
        both = np.zeros(first.shape, np.uint16)
        for sums, count in (
            (first, tall[:, None] * (wide - 1)),
            (second, (tall - 1)[:, None] * wide),
        ):
            number = np.maximum(count * frames, 1)
            both += ((2 * SCALE * sums + number) // (2 * number)).astype(np.uint16)
        return both

    def _averaged(
        self, sums: NDArray[np.int64], wide: NDArray[np.int64], tall: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        count = np.maximum(tall[:, None] * wide * self._frames, 1)
        return np.asarray((2 * SCALE * sums + count) // (2 * count))


def _beyond(a: Samples, b: Samples) -> Samples:
    """By how much neighbours differ more than the dead zone."""
    if not a.size:
        return a
    apart = np.asarray(cv2.absdiff(a, b), np.uint8).reshape(a.shape)
    return np.asarray(cv2.subtract(apart, np.full_like(apart, DEAD_ZONE)), np.uint8)


def _added(total: NDArray[Any], plane: Samples) -> NDArray[Any]:
    return cv2.add(total, plane, dst=total, dtype=cv2.CV_16U) if plane.size else total


def _rough(main: Samples) -> list[NDArray[np.uint32]]:
    """Differences between sums over squares of 2x2 pixels, across and down."""
    height, width = (side // 2 * 2 for side in main.shape)
    if not height or not width:
        return [np.zeros((0, 0), np.uint32)] * 2
    pairs = cv2.add(main[0:height:2, :width], main[1:height:2, :width], dtype=cv2.CV_16U)
    pairs = np.asarray(pairs, np.uint16).reshape(height // 2, width // 2, 2)
    squares = (pairs[..., 0] + pairs[..., 1]).astype(np.int16)
    return [np.abs(np.diff(squares, axis=axis)).astype(np.uint32) for axis in (1, 0)]


def _squares(edges: Sequence[int]) -> list[int]:
    """Edges of leaves in squares, of which those that lie whole in them count."""
    return [edge // 2 for edge in edges]


def _within(differences: NDArray[Any], edges: Sequence[int]) -> NDArray[Any]:
    """Differences between neighbours in a row, one fewer than pixels, without those from one cell
    to the next; one zero more, so that there are as many as pixels."""
    out = np.zeros((differences.shape[0], edges[-1]), differences.dtype)
    out[:, :-1] = differences
    out[:, [edge - 1 for edge in edges[1:]]] = 0
    return out
