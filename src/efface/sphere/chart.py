"""One eye's picture as a map of the sphere."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.sphere.rays import Patch, Rays

Floats = NDArray[np.float64]
Box4 = tuple[float, float, float, float]
"""x and y of the top-left corner, width, height, pixels; it may leave the picture."""


class Chart(Protocol):
    """A map of the sphere."""

    @property
    def width(self) -> int:
        """Pixels."""
        ...

    @property
    def height(self) -> int:
        """Pixels."""
        ...

    def __hash__(self) -> int: ...

    @property
    def wraps(self) -> bool:
        """The right edge goes on at the left one."""
        ...

    @property
    def per_radian(self) -> float:
        """Pixels for a radian where the map is not stretched."""
        ...

    def rays(self, x: Floats, y: Floats) -> Rays:
        """Where points of the picture lie on the sphere; pixel 0 reaches from 0 to 1."""
        ...

    def points(self, rays: Rays) -> tuple[Floats, Floats]:
        """Where rays meet the picture; far outside where they do not."""
        ...

    def patch(self, box: Box4) -> Patch | None:
        """The face that a box shows; ``None`` when it is a strip around a pole, or so wide that it
        is none."""
        ...

    def box(self, patch: Patch) -> Box4:
        """The box of a face, its centre in the picture; across the whole where a pole is in it."""
        ...

    def bounds(self, patch: Patch) -> Rect | None:
        """The rectangle about a patch; it may leave the map at the seam. ``None`` where the patch
        is in several pieces, or goes all round."""
        ...

    def parts(self, patch: Patch) -> list[Rect]:
        """Rectangles of the picture outside of which nothing of a patch shows."""
        ...
