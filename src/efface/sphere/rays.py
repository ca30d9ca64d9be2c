"""Directions from the camera, and places on the sphere about it.

A ray is a vector (east, up, ahead); longitude 0 is ahead and grows to the right, latitude grows
upwards; all angles are radians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rays = NDArray[np.float64]
"""Shape (..., 3); not always of unit length."""
Angles = NDArray[np.float64]


def rays_at(lon: Angles, lat: Angles) -> Rays:
    """Unit vectors of places, shape (..., 3)."""
    flat = np.cos(lat)
    return np.stack([flat * np.sin(lon), np.sin(lat) + 0 * lon, flat * np.cos(lon)], axis=-1)


def places_of(rays: Rays) -> tuple[Angles, Angles]:
    """Longitude and latitude of rays of any length."""
    east, up, ahead = rays[..., 0], rays[..., 1], rays[..., 2]
    return np.arctan2(east, ahead), np.arctan2(up, np.hypot(east, ahead))


def axes_at(lon: float, lat: float) -> NDArray[np.float64]:
    """Rows: to the right, up and ahead of someone who looks at a place; shape (3, 3)."""
    right = np.array([np.cos(lon), 0.0, -np.sin(lon)])
    ahead = rays_at(np.array(lon), np.array(lat))
    return np.stack([right, np.cross(ahead, right), ahead])


_RIM = 9
"""Points along each side of a patch."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A face's place on the sphere: an upright oval about its centre."""

    lon: float
    lat: float
    across: float
    """Half its width, as an angle."""
    along: float
    """Half its height."""

    def grown(self, across: float, along: float) -> Patch:
        """The same about the same centre, its half sides so much larger."""
        return Patch(self.lon, self.lat, self.across + across, self.along + along)

    @property
    def size(self) -> float:
        """Area of its rectangle."""
        return 4 * self.across * self.along

    @property
    def over_pole(self) -> bool:
        """Whether a pole lies in it."""
        away = np.pi / 2 - abs(self.lat)
        return bool(self.along >= away or np.sin(min(self.across, np.pi / 2)) >= np.cos(self.lat))

    def rim(self) -> Rays:
        """Rays along the edge of its rectangle, shape (n, 3)."""
        step = np.linspace(-1, 1, _RIM)
        edge = np.ones(_RIM)
        lon = self.across * np.concatenate([step, step, edge, -edge])
        lat = self.along * np.concatenate([edge, -edge, step, step])
        return rays_at(lon, lat) @ axes_at(self.lon, self.lat)

    def holds(self, rays: Rays) -> NDArray[np.bool_]:
        """Which rays meet its rectangle: no farther to the side and up or down than its halves."""
        east, up, ahead = np.moveaxis(rays @ axes_at(self.lon, self.lat).T, -1, 0)
        aside = np.abs(np.arctan2(east, ahead))
        above = np.abs(np.arctan2(up, np.hypot(east, ahead)))
        return np.asarray((aside <= self.across) & (above <= self.along))


def patch_of(middle: Rays, sides: Rays) -> Patch:
    """The patch of an oval seen in a view.

    Args:
        middle: ray of its centre, shape (3,).
        sides: rays of the middles of its left, right, upper and lower side, shape (4, 3).
    """
    lon, lat = places_of(middle)
    axes = axes_at(float(lon), float(lat))
    east, up, ahead = np.moveaxis(sides @ axes.T, -1, 0)
    aside, above = np.arctan2(east, ahead), np.arctan2(up, np.hypot(east, ahead))
    half_x = (aside[1] - aside[0]) / 2, (above[1] - above[0]) / 2
    half_y = (aside[2] - aside[3]) / 2, (above[2] - above[3]) / 2
    across, along = np.hypot(half_x[0], half_y[0]), np.hypot(half_x[1], half_y[1])
    return Patch(float(lon), float(lat), max(float(across), 1e-6), max(float(along), 1e-6))
