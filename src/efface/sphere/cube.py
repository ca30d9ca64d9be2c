"""Cube maps: six views of a right angle each, in two rows of three.

Sides and their order are those of layout 0 of the Spherical Video V2 RFC, which FFmpeg reads:
right, left, up; down, front, back; up and down as someone sees them who looks ahead and raises or
lowers the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.sphere.chart import Box4, Floats
from efface.sphere.rays import Patch, Rays, axes_at, patch_of, rays_at

_SIDES = np.array(
    [
        # to the right, up and ahead in each side's own view, as (east, up, ahead)
        [(0, 0, -1), (0, 1, 0), (1, 0, 0)],  # right
        [(0, 0, 1), (0, 1, 0), (-1, 0, 0)],  # left
        [(1, 0, 0), (0, 0, -1), (0, 1, 0)],  # up
        [(1, 0, 0), (0, 0, 1), (0, -1, 0)],  # down
        [(1, 0, 0), (0, 1, 0), (0, 0, 1)],  # front
        [(-1, 0, 0), (0, 1, 0), (0, 0, -1)],  # back
    ],
    float,
)
_COLUMNS, _ROWS = 3, 2
_LEAST_DEPTH = 0.2
"""What lies farther aside of a side's middle is drawn there."""


@dataclass(frozen=True, slots=True)
class Cube:
    """One eye's cube map."""

    width: int
    height: int
    padding: int = 0
    """Pixels around each side that belong to no place."""

    @property
    def wraps(self) -> bool:
        return False

    @property
    def per_radian(self) -> float:
        return self._inner[0] / 2

    @property
    def _cell(self) -> tuple[float, float]:
        return self.width / _COLUMNS, self.height / _ROWS

    @property
    def _inner(self) -> tuple[float, float]:
        width, height = self._cell
        return max(width - 2 * self.padding, 1.0), max(height - 2 * self.padding, 1.0)

    def rays(self, x: Floats, y: Floats) -> Rays:
        side = self._side(x, y)
        u, v = self._uv(x, y, side)
        local = np.stack([u, v, np.ones_like(u)], axis=-1)
        return np.asarray(np.einsum("...i,...ij->...j", local, _SIDES[side]))

    def points(self, rays: Rays) -> tuple[Floats, Floats]:
        depths = rays @ _SIDES[:, 2].T
        side = depths.argmax(axis=-1)
        return self._points(rays, side)

    def patch(self, box: Box4) -> Patch | None:
        x, y, width, height = box
        xs = x + width * np.array([0.5, 0, 1, 0.5, 0.5])
        ys = y + height * np.array([0.5, 0.5, 0.5, 0, 1])
        side = np.full(5, self._side(xs[:1], ys[:1])[0])
        u, v = self._uv(xs, ys, side)
        rays = np.stack([u, v, np.ones_like(u)], axis=-1) @ _SIDES[side[0]]
        return patch_of(rays[0], rays[1:])

    def box(self, patch: Patch) -> Box4:
        lon = np.array([0.0, -patch.across, patch.across, 0.0, 0.0])
        lat = np.array([0.0, 0.0, 0.0, patch.along, -patch.along])
        rays = rays_at(lon, lat) @ axes_at(patch.lon, patch.lat)
        side = np.full(5, (rays[0] @ _SIDES[:, 2].T).argmax())
        x, y = self._points(rays, side)
        dx, dy = np.abs(x[1:] - x[0]), np.abs(y[1:] - y[0])
        across = np.hypot(max(dx[:2]), max(dx[2:]))
        along = np.hypot(max(dy[:2]), max(dy[2:]))
        return (
            float(x[0] - across),
            float(y[0] - along),
            max(float(2 * across), 1.0),
            max(float(2 * along), 1.0),
        )

    def bounds(self, patch: Patch) -> Rect | None:
        return None

    def parts(self, patch: Patch) -> list[Rect]:
        width, height = self._cell
        cells = (
            Rect(
                round(column * width),
                round(row * height),
                round((column + 1) * width),
                round((row + 1) * height),
            )
            for row in range(_ROWS)
            for column in range(_COLUMNS)
        )
        return [cell for cell in cells if not cell.empty]

    def _side(self, x: Floats, y: Floats) -> NDArray[np.intp]:
        width, height = self._cell
        column = np.clip(x // width, 0, _COLUMNS - 1)
        row = np.clip(y // height, 0, _ROWS - 1)
        return np.asarray(row * _COLUMNS + column).astype(np.intp)

    def _uv(self, x: Floats, y: Floats, side: NDArray[np.intp]) -> tuple[Floats, Floats]:
        (width, height), inner = self._cell, self._inner
        u = (x - (side % _COLUMNS + 0.5) * width) / inner[0] * 2
        v = ((side // _COLUMNS + 0.5) * height - y) / inner[1] * 2
        return u, v

    def _points(self, rays: Rays, side: NDArray[np.intp]) -> tuple[Floats, Floats]:
        local = np.einsum("...ij,...j->...i", _SIDES[side], rays)
        depth = np.maximum(local[..., 2], _LEAST_DEPTH * np.linalg.norm(rays, axis=-1))
        (width, height), inner = self._cell, self._inner
        x = (side % _COLUMNS + 0.5) * width + local[..., 0] / depth * inner[0] / 2
        y = (side // _COLUMNS + 0.5) * height - local[..., 1] / depth * inner[1] / 2
        return x, y
