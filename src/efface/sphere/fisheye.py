"""Telling raw pictures of two fisheye lenses, which are not yet joined to one all-round picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 128
"""Pixels of each half when it is judged."""
DARK, DARK_MOST = 12.0, 60
"""Luma outside the two circles: the mean, and all but a few pixels."""
LIGHT = 25.0
"""Mean luma inside either circle, at least: a night picture is not judged."""
OUTSIDE, INSIDE = 1.08, 0.9
"""Radii, in those of the circle that touches the half's sides."""


def is_two_circles(picture: NDArray[np.uint8]) -> bool:
    """Whether a picture shows two round pictures side by side on black.

    Args:
        picture: RGB, shape (height, width, 3), twice as wide as high.
    """
    small = cv2.resize(picture, (2 * _SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    luma = np.asarray(small, float) @ (0.299, 0.587, 0.114)
    y, x = (np.mgrid[:_SIDE, :_SIDE] + 0.5) / (_SIDE / 2) - 1
    radius = np.hypot(x, y)
    for half in (luma[:, :_SIDE], luma[:, _SIDE:]):
        outside, inside = half[radius > OUTSIDE], half[radius < INSIDE]
        if outside.mean() > DARK or np.percentile(outside, 99) > DARK_MOST:
            return False
        if inside.mean() < LIGHT:
            return False
    return True
