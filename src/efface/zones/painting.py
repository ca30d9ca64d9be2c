"""Painting zones into arrays, and which pixels they cover."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.zones.zone import Zone


def fill(
    frame: NDArray[Any], zones: Iterable[Zone], value: tuple[int, ...] | int | NDArray[Any]
) -> None:
    """Paint zones into an upright array in place.

    Args:
        frame: shape (height, width) or (height, width, channels), any dtype.
        zones: zones of this one frame, inside the array.
        value: the constant sample(s), in the array's own scale and channel order.

    Raises:
        ValueError: a zone reaches out of the array.
    """
    for zone in zones:
        r = zone.rect
        place = frame[r.y0 : r.y1, r.x0 : r.x1]
        if place.shape[:2] != (r.height, r.width):
            raise ValueError(f"expected a zone within {frame.shape[:2]}, got {r}")
        if zone.shape == "box":
            place[...] = value
            continue
        where = zone.mask() if frame.ndim == 2 else zone.mask()[..., None]
        np.copyto(place, np.asarray(value), casting="unsafe", where=where)


def coverage(zones: Iterable[Zone], width: int, height: int) -> NDArray[np.bool_]:
    """Pixels that lie in any of the zones of one frame, shape (height, width)."""
    covered = np.zeros((height, width), bool)
    fill(covered, zones, 1)
    return covered
