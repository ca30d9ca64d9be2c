"""EXIF orientation: between the stored picture and the upright one.

The eight values are those of EXIF 2.32, tag 0x0112 (same as TIFF 6.0). Values other than 1 to 8
count as 1, as viewers treat them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from efface.geometry import Grid, Rect


@dataclass(frozen=True, slots=True)
class Orientation:
    """What turns the stored picture upright: first transpose, then mirror columns, then rows."""

    exif: int
    transposed: bool
    mirror_x: bool
    mirror_y: bool

    @classmethod
    def of(cls, exif: int) -> Orientation:
        """From an EXIF orientation value."""
        if exif not in _STEPS:
            exif = 1
        return cls(exif, *_STEPS[exif])

    def upright(self, stored: NDArray[Any]) -> NDArray[Any]:
        """A view of a stored array (height, width, …) as a viewer shows it."""
        view = stored.swapaxes(0, 1) if self.transposed else stored
        if self.mirror_x:
            view = view[:, ::-1]
        return view[::-1] if self.mirror_y else view

    def stored(self, upright: NDArray[Any]) -> NDArray[Any]:
        """The inverse of ``upright``: writing through this view changes the stored array."""
        view = upright[::-1] if self.mirror_y else upright
        if self.mirror_x:
            view = view[:, ::-1]
        return view.swapaxes(0, 1) if self.transposed else view

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """Upright (width, height) of a stored picture."""
        return (height, width) if self.transposed else (width, height)

    def stored_rect(self, rect: Rect, width: int, height: int) -> Rect:
        """An upright rectangle in a stored picture of ``width`` x ``height`` pixels."""
        across, down = self.upright_size(width, height)
        x0, x1 = (across - rect.x1, across - rect.x0) if self.mirror_x else (rect.x0, rect.x1)
        y0, y1 = (down - rect.y1, down - rect.y0) if self.mirror_y else (rect.y0, rect.y1)
        return Rect(y0, x0, y1, x1) if self.transposed else Rect(x0, y0, x1, y1)

    def upright_grid(self, step_x: int, step_y: int, width: int, height: int) -> Grid:
        """The upright grid of cells that start at the stored picture's (0, 0).

        Args:
            step_x: stored cell width; ``step_y``: stored cell height, pixels.
            width: stored width; ``height``: stored height, pixels.
        """
        if self.transposed:
            step_x, step_y, width, height = step_y, step_x, height, width
        return Grid(
            step_x,
            step_y,
            width % step_x if self.mirror_x else 0,
            height % step_y if self.mirror_y else 0,
        )


_STEPS = {
    # EXIF value: transposed, mirror columns, mirror rows
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
