"""An all-round picture of a certain size: one map, or one for each eye."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.sphere.chart import Box4, Chart
from efface.sphere.cube import Cube
from efface.sphere.equirect import Equirect
from efface.sphere.projection import Projection


@dataclass(frozen=True)
class Sphere:
    """A picture and where it lies on the sphere. What is found in it is given in pixels of the
    *map*: of the picture, or of the first eye's part of it, counted from that part's corner."""

    projection: Projection
    width: int
    """Of the picture, both eyes."""
    height: int

    @cached_property
    def eyes(self) -> tuple[Rect, ...]:
        """The parts of the picture, one for each eye; of an odd side the last row or column belongs
        to none."""
        width, height, stereo = self.width, self.height, self.projection.stereo
        if stereo == "top-bottom":
            half = height // 2
            return Rect(0, 0, width, half), Rect(0, half, width, 2 * half)
        if stereo == "left-right":
            half = width // 2
            return Rect(0, 0, half, height), Rect(half, 0, 2 * half, height)
        return (Rect(0, 0, width, height),)

    @cached_property
    def chart(self) -> Chart:
        """The map of one eye."""
        p, size = self.projection, (self.eyes[0].width, self.eyes[0].height)
        if p.kind == "cubemap":
            return Cube(*size, p.padding)
        return Equirect(*size, p.left, p.top, p.right, p.bottom)

    def of(self, picture: NDArray[np.uint8]) -> Sphere:
        """The same for a smaller copy of the picture."""
        height, width = picture.shape[:2]
        padding = round(self.projection.padding * width / self.width)
        return Sphere(replace(self.projection, padding=padding), width, height)

    def shown(self, box: Box4) -> list[Box4]:
        """A box of the map in the picture, once for each eye."""
        x, y, width, height = self.turned(box)
        return [(x + eye.x0, y + eye.y0, width, height) for eye in self.eyes]

    def located(self, box: Box4) -> tuple[int, Box4]:
        """The eye in whose part the centre of a box of the picture lies, and the box of its map."""
        x, y, width, height = box
        middle = x + width / 2, y + height / 2
        eye = 0
        if len(self.eyes) > 1:
            second = self.eyes[1]
            eye = int(middle[0] >= second.x0 and middle[1] >= second.y0)
        at = self.eyes[eye]
        return eye, (x - at.x0, y - at.y0, width, height)

    def turned(self, box: Box4) -> Box4:
        """A box of the map, its centre between the left and the right edge where they meet."""
        x, y, width, height = box
        if self.chart.wraps:
            x = (x + width / 2) % self.chart.width - width / 2
        return x, y, width, height
