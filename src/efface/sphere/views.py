"""Views that are not bent: what a camera sees that is turned to a place (gnomonic projection).

An equirectangular picture is hardly bent near the horizon, where it is looked at as it is, wrapped
over the seam. The views are there for what lies above and below: a ring of them around each pole,
in which heads stand upright, one towards each pole, and a few wide ones, smaller, for faces too
large for the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from efface.sphere.chart import Box4, Chart, Floats
from efface.sphere.rays import Patch, Rays, axes_at, patch_of


@dataclass(frozen=True, slots=True)
class PerspectiveView:
    """A camera about which the sphere lies."""

    lon: float
    """Where it looks; radians."""
    lat: float
    left: float
    """How far it sees to the left, up, right and down of that: tangents of the angles; left and
    down negative."""
    up: float
    right: float
    down: float
    scale: float = 1.0
    """Pixels in the middle for each of the picture, along one axis."""

    @classmethod
    def about(
        cls, lon: float, lat: float, across: float, along: float, scale: float = 1.0
    ) -> PerspectiveView:
        """One that sees as far to the left as to the right, and up as down."""
        return cls(lon, lat, -across, along, across, -along, scale)

    def size(self, chart: Chart) -> tuple[int, int]:
        """(width, height) in pixels."""
        density = chart.per_radian * self.scale
        across, along = self.right - self.left, self.up - self.down
        return max(1, round(across * density)), max(1, round(along * density))

    def rays(self, x: Floats, y: Floats, size: tuple[int, int]) -> Rays:
        """Rays of points of the view, of ``size`` pixels; shape (..., 3)."""
        u = self.left + x / size[0] * (self.right - self.left)
        v = self.up - y / size[1] * (self.up - self.down)
        return np.stack([u, v, np.ones_like(u)], axis=-1) @ axes_at(self.lon, self.lat)

    def patch(self, box: Box4, size: tuple[int, int]) -> Patch:
        """The face in a box of the view."""
        x, y, width, height = box
        xs = x + width * np.array([0.5, 0, 1, 0.5, 0.5])
        ys = y + height * np.array([0.5, 0.5, 0.5, 0, 1])
        rays = self.rays(xs, ys, size)
        return patch_of(rays[0], rays[1:])

    def within(self, chart: Chart) -> PerspectiveView | None:
        """The part of it in which the picture shows; ``None`` where none does."""
        steps = np.linspace(0, 1, _STEPS + 1)
        x, y = chart.points(self.rays(*np.meshgrid(steps, steps), (1, 1)))
        shows = (x >= 0) & (x <= chart.width) & (y >= 0) & (y <= chart.height)
        columns, rows = np.flatnonzero(shows.any(axis=0)), np.flatnonzero(shows.any(axis=1))
        if not len(columns):
            return None
        left, right = max(columns[0] - 1, 0) / _STEPS, min(columns[-1] + 1, _STEPS) / _STEPS
        top, bottom = max(rows[0] - 1, 0) / _STEPS, min(rows[-1] + 1, _STEPS) / _STEPS
        across, along = self.right - self.left, self.up - self.down
        return PerspectiveView(
            self.lon,
            self.lat,
            self.left + left * across,
            self.up - top * along,
            self.left + right * across,
            self.up - bottom * along,
            self.scale,
        )


_STEPS = 24
"""Steps along each side in which it is tried what shows in a view."""

RING_LAT = math.radians(65)
RING_ACROSS, RING_ALONG = math.tan(math.radians(35)), math.tan(math.radians(25))
RING = 5
"""Views around a pole; between neighbours 13 degrees of longitude are shared 45 degrees from the
horizon, and more farther up or down."""
SHARP = 0.85
"""Scale of those around the poles and towards them. To the edges a view grows by half and more: so
they show no less than the picture does, on the whole."""
POLE = math.tan(math.radians(35))
WIDE, WIDE_SCALE = math.tan(math.radians(55)), 0.25


def _around(lat: float) -> list[PerspectiveView]:
    return [
        PerspectiveView.about(math.tau * k / RING - math.pi, lat, RING_ACROSS, RING_ALONG, SHARP)
        for k in range(RING)
    ]


def _all_sides(tangent: float, scale: float) -> list[PerspectiveView]:
    """The six sides of a cube, larger so that they overlap."""
    level = [PerspectiveView.about(k * math.pi / 2, 0.0, tangent, tangent, scale) for k in range(4)]
    return [
        *level,
        *(PerspectiveView.about(0.0, s * math.pi / 2, tangent, tangent, scale) for s in (1, -1)),
    ]


BESIDE_THE_MAP = (
    *_around(RING_LAT),
    *_around(-RING_LAT),
    PerspectiveView.about(0.0, math.pi / 2, POLE, POLE, SHARP),
    PerspectiveView.about(0.0, -math.pi / 2, POLE, POLE, SHARP),
    *_all_sides(WIDE, WIDE_SCALE),
)
"""For pictures that are hardly bent along the horizon, and are looked at there as they are."""

ALL_SIDES = tuple(_all_sides(math.tan(math.radians(52.5)), 1.0))
"""For pictures cut into the sides of a cube."""
