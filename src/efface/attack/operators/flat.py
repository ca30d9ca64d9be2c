"""Whether a zone has one colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels

FLAT_STEPS = 0.5
"""Standard deviation in steps of 255 below which a zone is solid; rounding alone gives .29."""

_RIM_PX = 8


def inner(pixels: Pixels, zone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The zone's pixels without its rim, where compression mixes it with what lies around;
    shape (n, 3). All of them where nothing else is left."""
    rim = 2 * _RIM_PX + 1
    # what lies beyond the picture does not wear the zone off
    kept = cv2.erode(zone.astype(np.uint8), np.ones((rim, rim), np.uint8)) > 0
    return pixels[kept if kept.any() else zone].astype(np.float32)


def solid_colour(inside: NDArray[np.float32]) -> tuple[int, int, int] | None:
    """The one colour of these pixels, or ``None``."""
    return middle(inside) if float(inside.std(axis=0).max()) < FLAT_STEPS else None


def middle(inside: NDArray[np.float32]) -> tuple[int, int, int]:
    """The median of each channel."""
    red, green, blue = (round(float(value)) for value in np.median(inside, axis=0))
    return red, green, blue
