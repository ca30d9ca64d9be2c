"""Rectangles: whole pixels, half-open, origin at the top-left corner."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels with ``x0 <= x < x1`` and ``y0 <= y < y1``."""

    x0: int
    y0: int
    x1: int
    y1: int

    def __post_init__(self) -> None:
        if self.x1 < self.x0 or self.y1 < self.y0:
            raise ValueError(f"expected x0 <= x1 and y0 <= y1, got {self}")

    @classmethod
    def covering(cls, x: float, y: float, width: float, height: float) -> Rect:
        """The smallest whole-pixel rectangle that covers a rectangle given in floats."""
        return cls(
            math.floor(x),
            math.floor(y),
            max(math.floor(x), math.ceil(x + width)),
            max(math.floor(y), math.ceil(y + height)),
        )

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def empty(self) -> bool:
        return self.area == 0

    def clipped(self, width: int, height: int) -> Rect:
        """The part inside a picture of ``width`` x ``height`` pixels."""
        x0, y0 = min(max(self.x0, 0), width), min(max(self.y0, 0), height)
        x1, y1 = min(max(self.x1, x0), width), min(max(self.y1, y0), height)
        return Rect(x0, y0, x1, y1)

    def padded(self, horizontal: int, vertical: int) -> Rect:
        """Grown by that many pixels on each side (not clipped)."""
        return Rect(
            self.x0 - horizontal, self.y0 - vertical, self.x1 + horizontal, self.y1 + vertical
        )

    def snapped(self, grid: Grid) -> Rect:
        """Grown outwards to the cells of a grid."""
        return Rect(
            grid.start(self.x0, grid.step_x, grid.offset_x),
            grid.start(self.y0, grid.step_y, grid.offset_y),
            grid.end(self.x1, grid.step_x, grid.offset_x),
            grid.end(self.y1, grid.step_y, grid.offset_y),
        )

    def intersection(self, other: Rect) -> Rect:
        """The common part; an empty rectangle when there is none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Rect(x0, y0, max(x0, min(self.x1, other.x1)), max(y0, min(self.y1, other.y1)))


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of ``step_x`` x ``step_y`` pixels; one cell has its corner at (offset_x, offset_y).

    The offset is not zero when a picture is stored turned: its block grid starts at the stored
    corner, which is another corner of the upright picture.
    """

    step_x: int = 1
    step_y: int = 1
    offset_x: int = 0
    offset_y: int = 0

    @staticmethod
    def start(value: int, step: int, offset: int) -> int:
        """First pixel of the cell that holds pixel ``value``."""
        return (value - offset) // step * step + offset

    @staticmethod
    def end(value: int, step: int, offset: int) -> int:
        """One past the last pixel of the cell that ends at or after ``value``."""
        return -((offset - value) // step) * step + offset


NO_GRID = Grid()
