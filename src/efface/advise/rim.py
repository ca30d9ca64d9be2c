"""Whether a mosaic's cells are means or single pixels, from the clear pixels beside its border.

Where a cell begins at the border, the pixel just outside is a neighbour of the cell's first pixel:
tools that take single pixels take that one most often. A mean is like all that lies beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

ALIGNED = 0.12
"""Share of a cell's side that its beginning may lie off the border, and a pixel on top."""

_ROUNDING = 4.0
"""Steps of 255, squared, that a lossy file adds anyhow."""


@dataclass(frozen=True, slots=True)
class Rim:
    """Cells at the border beside what lies outside."""

    cells: int
    """Looked at; 0: no cell begins at the border, or nothing lies outside."""
    first: float
    """Logarithm of mean squared difference to the pixel beside the first one, over that to the mean
    of all beside the cell; negative: single pixels."""

    @property
    def score(self) -> float:
        """``first``, the weightier the more cells."""
        return self.first * math.sqrt(min(self.cells, 40) / 10)


def rim(
    luma: NDArray[np.float32], zone: Rect, at: tuple[float, float], sides: tuple[float, float]
) -> Rim:
    """Look along the upper and the left border.

    Args:
        luma: 0 to 255.
        zone: what was changed, in it.
        at: x and y of a line between cells.
        sides: of a cell, across and down, pixels.
    """
    first, mean = [], []
    for turned in (False, True):
        picture = luma.T if turned else luma
        x0, y0 = (zone.y0, zone.x0) if turned else (zone.x0, zone.y0)
        x1 = zone.y1 if turned else zone.x1
        line_x, line_y = at[::-1] if turned else at
        side_x, side_y = sides[::-1] if turned else sides
        off = (line_y - y0 + side_y / 2) % side_y - side_y / 2
        if abs(off) > ALIGNED * side_y + 1 or y0 < 2 or side_x < 3:
            continue
        outside = picture[y0 - 2 : y0].mean(axis=0)
        deep = max(1, round(0.3 * side_y)), max(2, round(0.8 * side_y))
        inside = picture[y0 + deep[0] : y0 + deep[1]].mean(axis=0)
        start = line_x + side_x * math.ceil((x0 - line_x) / side_x - ALIGNED)
        while start + side_x <= x1 + 1:
            left, right = max(round(start), 0), round(start + side_x)
            low, high = round(start + 0.3 * side_x), max(round(start + 0.7 * side_x), left + 2)
            if right <= left + 1 or high > len(inside):
                break
            colour = float(inside[low:high].mean())
            first.append(colour - float(outside[left : left + 2].mean()))
            mean.append(colour - float(outside[left:right].mean()))
            start += side_x
    if not first:
        return Rim(0, 0.0)
    ratio = np.mean(np.square(first)) + _ROUNDING, np.mean(np.square(mean)) + _ROUNDING
    return Rim(len(first), float(math.log(ratio[0] / ratio[1])))
