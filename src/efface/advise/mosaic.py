"""The grid of a mosaic, and whether its cells are means or single pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from efface.advise.blur import CORRELATION
from efface.advise.evidence import mixture
from efface.advise.kernels import sharp
from efface.advise.rim import Rim, rim
from efface.attack.operators.apply import cells
from efface.attack.operators.grid import Comb, changes, find_comb
from efface.geometry import Rect

LINES = {1: 0.22, 2: 0.28, 3: 0.34}
"""Excess of change on a grid's lines of so many pixels, along the better axis, from which it is a
mosaic's; blurred and clear faces have less."""

FAINT = 0.6
"""Share of that which the other axis needs if the sides agree: cells of most tools are square."""

BETWEEN = 0.85
"""Share of luma's variance that lies between the cells of a mosaic, not within."""

STEP = 2.5
"""Mean change of luma across a line below which it is a lossy file's own blocks, or rounding."""

ALIKE = -0.1
"""Correlation of neighbouring cells below which it is a pattern, not a picture."""

OUTSIDE = 0.5
"""Share of the excess within from which the grid goes on outside."""

_FEW_ROWS = 4

SQUARE = 0.12
"""How far the sides of a cell may differ where one axis is faint."""


@dataclass(frozen=True, slots=True)
class SeenGrid:
    """A grid of cells in a zone."""

    side_px: float
    excess: float
    """Share of all change that lies on its lines, less what chance would put there; of the better
    axis."""
    weak: float
    """The same of the other axis."""
    between: float
    """Share of luma's variance that lies between cells."""
    alike: float
    """Correlation of neighbouring cells."""
    sampled: float
    """Odds, as a difference of cost, that a cell is a single pixel's colour; negative: its mean."""
    rim: Rim
    outside: float
    """Excess of change on the same lines above, below and beside the zone, of the weaker axis."""
    cells: int
    """Whole cells that were looked at."""
    lines: tuple[float, float]
    """x and y of a line, in pixels of the picture that was looked at."""
    sides: tuple[float, float]
    """Of a cell, across and down, in pixels."""


@dataclass(frozen=True, slots=True)
class GridSearch:
    """What was seen of grids."""

    grid: SeenGrid | None
    periodic: float
    """Excess of change on equally spaced lines, of the weaker axis, whether it is a grid or not."""


def find_grid(luma: NDArray[np.float32], parts: Sequence[Rect], face_px: float) -> GridSearch:
    """The grid that all change in a part of a picture lies on.

    Args:
        luma: of the picture, 0 to 255.
        parts: rectangles of it, the last of them the zone; the one that shows a grid best counts.
        face_px: width of the face.
    """
    found = [_grid(luma, part, parts[-1], face_px) for part in parts]
    grids = [one.grid for one in found if one.grid is not None]
    best = max(grids, key=lambda grid: grid.excess, default=None)
    return GridSearch(best, max(one.periodic for one in found))


def _grid(luma: NDArray[np.float32], part: Rect, zone: Rect, face_px: float) -> GridSearch:
    piece = luma[part.y0 : part.y1, part.x0 : part.x1]
    across, down = changes(piece, np.ones(piece.shape, bool))
    best: SeenGrid | None = None
    periodic = 0.0
    for width, lines in LINES.items():  # resizing spreads a line over a few pixels
        combs = [_comb(change, width) for change in (across, down)]
        x, y = combs
        if x is None or y is None or min(x.side_px, y.side_px) < 2.5 * width:
            continue
        weak, strong = sorted([x, y], key=lambda comb: comb.excess)
        periodic = max(periodic, weak.excess)
        square = abs(x.side_px / y.side_px - 1) <= SQUARE
        if strong.excess < lines or weak.excess < (FAINT * lines if square else lines):
            continue
        if best is not None and strong.excess < best.excess + 0.05:
            continue
        if min(_line_step(across, x, width), _line_step(down, y, width)) < STEP:
            continue
        colours, between = _cell_colours(piece, x, y)
        alike = _alike(colours)
        if between < BETWEEN or alike < ALIKE:
            continue
        side = (x.side_px + y.side_px) / 2 if square else x.side_px
        sides = x.side_px, y.side_px
        at = part.x0 + x.offset_px, part.y0 + y.offset_px
        best = SeenGrid(
            side, strong.excess, weak.excess, between, alike,
            _sampled(colours, *sides, face_px), rim(luma, zone, at, sides),
            _outside(luma, zone, at, sides, width), colours.size, at, sides,
        )  # fmt: skip
    return GridSearch(best, periodic)


def _outside(
    luma: NDArray[np.float32],
    zone: Rect,
    at: tuple[float, float],
    sides: tuple[float, float],
    width: int,
) -> float:
    """Whether the grid goes on around the zone, as in a picture that is one grid all over."""
    found = []
    for axis, first, last in ((0, zone.y0, zone.y1), (1, zone.x0, zone.x1)):
        rows = (
            np.concatenate([luma[: max(first - 2, 0)], luma[last + 2 :]])
            if axis == 0
            else (np.concatenate([luma.T[: max(first - 2, 0)], luma.T[last + 2 :]]))
        )
        if len(rows) < _FEW_ROWS:
            return 0.0
        change = np.abs(np.diff(rows, axis=1)).mean(axis=0)
        lines = np.ceil(np.arange(at[axis] % sides[axis], len(change) + 1, sides[axis]) - 1e-6)
        places = {
            int(line) - 1 + step
            for line in lines
            for step in range(-(width // 2), (width + 1) // 2)
        }
        chosen = [place for place in places if 0 <= place < len(change)]
        share = float(change[chosen].sum()) / max(float(change.sum()), 1e-6)
        found.append(share - len(chosen) / len(change))
    return min(found)


def _alike(colours: NDArray[np.float64]) -> float:
    """Correlation of neighbours; faces are smooth, boards and fences alternate."""
    if min(colours.shape) < 2:
        return 0.0
    centred = colours - colours.mean()
    both = (centred[1:] * centred[:-1]).mean() + (centred[:, 1:] * centred[:, :-1]).mean()
    return float(both / max(2 * float(np.square(centred).mean()), 1e-6))


def _comb(change: NDArray[np.float64], width: int) -> Comb | None:
    """Lines that are so many pixels wide; the excess is that of all they carry."""
    found = find_comb(np.convolve(change, np.ones(width), "same"))
    return None if found is None else replace(found, excess=found.excess * width)


def _line_step(change: NDArray[np.float64], comb: Comb, width: int) -> float:
    """Mean change on the lines, in steps of 255."""
    count = int(len(change) / comb.side_px) + 2
    lines = np.ceil(comb.offset_px + comb.side_px * np.arange(count) - 1e-6).astype(np.intp)
    lines = lines[(lines >= 1) & (lines < len(change))]
    if not len(lines):
        return 0.0
    sums = np.convolve(change, np.ones(width), "same")
    return float(sums[lines].mean())


def _cell_colours(
    piece: NDArray[np.float32], x: Comb, y: Comb
) -> tuple[NDArray[np.float64], float]:
    """Mean luma of each cell, shape (rows, columns), and the share of variance between cells."""
    labels = []
    for length, comb in ((piece.shape[0], y), (piece.shape[1], x)):
        _, label = cells(length, comb.side_px, comb.offset_px % comb.side_px)
        labels.append(label)
    rows, columns = (int(label[-1]) + 1 for label in labels)
    index = (labels[0][:, None] * columns + labels[1]).ravel()
    count = np.bincount(index, minlength=rows * columns)
    sums = np.bincount(index, piece.ravel(), rows * columns)
    means = sums / np.maximum(count, 1)
    left = float(np.mean(np.square(piece.ravel() - means[index])))
    return means.reshape(rows, columns), 1 - left / max(float(piece.var()), 1e-6)


def _sampled(
    colours: NDArray[np.float64], across_px: float, down_px: float, face_px: float
) -> float:
    """How much likelier single pixels are than means, twice the logarithm."""
    rows, columns = colours.shape
    if min(rows, columns) < 3:
        return 0.0
    costs = []
    for averaged in (True, False):
        pairs = []
        for count, side in ((rows, down_px), (columns, across_px)):
            clear = CORRELATION * face_px / side
            if averaged:
                covariance = sharp(count, clear)
            else:
                covariance = np.exp(
                    -np.abs(np.subtract.outer(np.arange(count), np.arange(count))) / clear
                )
            pairs.append(np.linalg.eigh(covariance))
        (power_y, turn_y), (power_x, turn_x) = pairs
        power = np.outer(np.maximum(power_y, 0), np.maximum(power_x, 0))
        square = np.square(turn_y.T @ (colours - colours.mean()) @ turn_x)
        keep = power < power.max() * (1 - 1e-9)
        costs.append(mixture(power[keep], np.ones(int(keep.sum())), square[keep]).cost)
    return costs[0] - costs[1]
