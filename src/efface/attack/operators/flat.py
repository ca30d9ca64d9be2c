"""Whether a zone has one colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels

FLAT_STEPS = 0.5
"""Standard deviation in steps of 255 below which a zone is solid; rounding alone gives .29."""

_RIMS_PX = (16, 8)
"""Blocks of chroma are 16 pixels wide, of luma 8."""


def inner(pixels: Pixels, zone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The zone's pixels without its rim, where compression mixes it with what lies around;
    shape (n, 3). All of them where nothing else is left."""
    for rim in _RIMS_PX:
        side = 2 * rim + 1
        # what lies beyond the picture does not wear the zone off
        kept = cv2.erode(zone.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        if kept.any():
            return pixels[kept].astype(np.float32)
    return pixels[zone].astype(np.float32)


def solid_colour(inside: NDArray[np.float32]) -> tuple[int, int, int] | None:
    """The one colour of these pixels, or ``None``."""
    return middle(inside) if float(inside.std(axis=0).max()) < FLAT_STEPS else None


def middle(inside: NDArray[np.float32]) -> tuple[int, int, int]:
    """The median of each channel."""
    red, green, blue = (round(float(value)) for value in np.median(inside, axis=0))
    return red, green, blue
