"""Equirectangular pictures: longitude across, latitude down.

Of an oval of half sides a and b about the latitude p, the rows reach from p - b to p + b, and the
columns as far as asin(sin a / cos p) to either side, as of a circle of radius a; where that circle
holds a pole, they go all round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from efface.geometry import Rect
from efface.sphere.chart import Box4, Floats
from efface.sphere.rays import Patch, Rays, places_of, rays_at

WIDEST = math.radians(75)
"""Half the width of a box, in longitude, from which it is a strip and no face's box."""

_FAR = -1e6


@dataclass(frozen=True, slots=True)
class Equirect:
    """One eye's equirectangular picture, or the part of one that is there."""

    width: int
    height: int
    left: float = 0.0
    """Share of the whole that is missing at the left."""
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    @property
    def wraps(self) -> bool:
        return self.left + self.right == 0

    @property
    def whole(self) -> tuple[float, float]:
        """(width, height) of the whole sphere's picture, pixels."""
        return self.width / (1 - self.left - self.right), self.height / (1 - self.top - self.bottom)

    @property
    def per_radian(self) -> float:
        return math.sqrt(self.whole[0] / math.tau * self.whole[1] / math.pi)

    def rays(self, x: Floats, y: Floats) -> Rays:
        wide, high = self.whole
        lon = (self.left + x / wide) * math.tau - math.pi
        lat = math.pi / 2 - (self.top + y / high) * math.pi
        return rays_at(lon, lat)

    def points(self, rays: Rays) -> tuple[Floats, Floats]:
        lon, lat = places_of(rays)
        wide, high = self.whole
        x = ((lon + math.pi) / math.tau % 1.0 - self.left) * wide
        y = ((math.pi / 2 - lat) / math.pi - self.top) * high
        if self.wraps:
            return x, y
        inside = (x >= 0) & (x <= self.width)
        return np.where(inside, x, _FAR), y

    def patch(self, box: Box4) -> Patch | None:
        x, y, width, height = box
        wide, high = self.whole
        half = width / wide * math.pi
        lon = (self.left + (x + width / 2) / wide) * math.tau - math.pi
        lat = math.pi / 2 - (self.top + (y + height / 2) / high) * math.pi
        if half > WIDEST or abs(lat) >= math.pi / 2:
            return None
        across = math.asin(math.sin(half) * math.cos(lat))
        return Patch(lon, lat, max(across, 1e-6), height / high * math.pi / 2)

    def box(self, patch: Patch) -> Box4:
        wide, high = self.whole
        if not self._straight(patch):
            return self._strip(patch)
        half, down = self._half(patch), patch.along / math.pi * high
        x = ((patch.lon + math.pi) / math.tau % 1.0 - self.left) * wide
        y = ((math.pi / 2 - patch.lat) / math.pi - self.top) * high
        return x - half / math.tau * wide, y - down, half / math.pi * wide, 2 * down

    def bounds(self, patch: Patch) -> Rect | None:
        if not self._straight(patch):
            return None
        x, y = self.points(patch.rim())
        left, top, width, height = self.box(patch)
        if self.wraps:
            middle = left + width / 2
            x = middle + (x - middle + self.width / 2) % self.width - self.width / 2
        low, high = max(y.min(), top), min(y.max(), top + height)
        across = min(x.min(), left), max(x.max(), left + width)
        return Rect.covering(across[0], low, across[1] - across[0], high - low)

    def parts(self, patch: Patch) -> list[Rect]:
        out = self.bounds(patch) or Rect.covering(*self.box(patch))
        shifts = (-self.width, 0, self.width) if self.wraps else (0,)
        moved = (Rect(out.x0 + s, out.y0, out.x1 + s, out.y1) for s in shifts)
        return [r for r in (m.clipped(self.width, self.height) for m in moved) if not r.empty]

    def _straight(self, patch: Patch) -> bool:
        return not (patch.over_pole or self._half(patch) > WIDEST)

    def _half(self, patch: Patch) -> float:
        """Half the width in longitude."""
        share = math.sin(min(patch.across, math.pi / 2)) / max(math.cos(patch.lat), 1e-9)
        return math.asin(min(share, 1.0))

    def _strip(self, patch: Patch) -> Box4:
        """All round, from the pole, or from as near to it as the patch comes, to its other end."""
        high = self.whole[1]
        low, top = patch.lat - patch.along, patch.lat + patch.along
        if patch.over_pole:
            away = math.pi / 2 - abs(patch.lat)
            reach = max(away + patch.along, math.hypot(away, patch.across))
            low, top = math.pi / 2 - reach, math.pi / 2
            if patch.lat < 0:
                low, top = -top, -low
        y0 = ((math.pi / 2 - min(top, math.pi / 2)) / math.pi - self.top) * high
        y1 = ((math.pi / 2 - max(low, -math.pi / 2)) / math.pi - self.top) * high
        return 0.0, y0, float(self.width), max(y1 - y0, 1.0)
