"""A zone: the pixels of one frame that are filled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from efface.geometry import NO_GRID, Grid, Rect
from efface.regions import Shape

ROUNDED_ORDER = 4
"""A ``rounded`` zone is the superellipse |x|^4 + |y|^4 <= 1 inscribed in the zone's rectangle. It
takes the corners off and still covers the whole face box from a growth of 2^(1/4) = 1.19 on; an
ellipse would need 1.41 and leaves more of a person to recognise."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Whole pixels of one frame of the upright picture."""

    track: str
    """Id of the track it came from."""
    frame: int
    rect: Rect
    """What is filled, clipped to the picture (``rounded``: less its corners)."""
    outer: Rect
    """The zone before clipping and before the grid: what a rounded shape is inscribed in."""
    shape: Shape = "box"
    grid: Grid = NO_GRID
    """Cells that are filled whole as soon as the shape touches them."""
    spill_x: int = 0
    """The shape counts as wider by this many pixels on each side before the grid is applied."""
    spill_y: int = 0

    def on_grid(self, grid: Grid, spill_x: int, spill_y: int, width: int, height: int) -> Zone:
        """The zone grown by a spill, then to whole cells, clipped to a width x height picture."""
        rect = self.outer.padded(spill_x, spill_y).clipped(width, height)
        return replace(
            self,
            rect=rect.snapped(grid).clipped(width, height) if not rect.empty else rect,
            grid=grid,
            spill_x=spill_x,
            spill_y=spill_y,
        )

    @property
    def inscribed(self) -> Rect:
        """A rectangle that is filled whole: of a rounded zone, half of its shape's diagonal, which
        lies inside a superellipse of order 4."""
        if self.shape == "box":
            return self.rect
        o = self.outer
        x, y = o.width // 8, o.height // 8
        return self.rect.intersection(Rect(o.x0 + x, o.y0 + y, o.x1 - x, o.y1 - y))

    def mask(self) -> NDArray[np.bool_]:
        """Which pixels of ``rect`` are filled, shape (rect.height, rect.width)."""
        if self.shape == "box":
            return np.ones((self.rect.height, self.rect.width), bool)
        r, o, g = self.rect, self.outer.padded(self.spill_x, self.spill_y), self.grid
        x = _nearest((r.x0, r.x1), (o.x0, o.x1), (g.step_x, g.offset_x))
        y = _nearest((r.y0, r.y1), (o.y0, o.y1), (g.step_y, g.offset_y))
        reach = np.where(y <= 1, (1 - np.minimum(y, 1) ** ROUNDED_ORDER) ** (1 / ROUNDED_ORDER), -1)
        inside: NDArray[np.bool_] = x[None, :] <= reach[:, None]
        return inside


def _nearest(
    pixels: tuple[int, int], shape: tuple[int, int], cells: tuple[int, int]
) -> NDArray[np.float64]:
    """Along one axis: distance from the middle of the shape to the nearest point of each pixel's
    cell, in half widths of the shape.

    Args:
        pixels: first pixel and one past the last.
        shape: the shape's low and high edge.
        cells: step and offset of the grid.
    """
    (first, last), (low, high), (step, offset) = pixels, shape, cells
    centre, half = (low + high) / 2, max((high - low) / 2, 0.5)
    start = (np.arange(first, last) - offset) // step * step + offset
    gap = np.maximum(np.maximum(start - centre, centre - (start + step)), 0.0)
    return np.asarray(gap / half)
