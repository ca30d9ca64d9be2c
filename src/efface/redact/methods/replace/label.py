"""A visible label in a drawn zone: "AI", white on black, in its lower right corner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LETTERS = (
    "           ",
    "  ##  ###  ",
    " #  #  #   ",
    " #  #  #   ",
    " ####  #   ",
    " #  #  #   ",
    " #  # ###  ",
    "           ",
)
SHARE = 0.1
"""Of a zone's height, that the label has; whole pixels a dot, one at least."""


def labelled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A zone's picture with the label, as much of it as fits.

    Args:
        pixels: RGB, shape (height, width, 3).
    """
    dots = np.array([[dot == "#" for dot in row] for row in LETTERS])
    size = max(1, round(SHARE * pixels.shape[0] / len(LETTERS)))
    large = dots.repeat(size, axis=0).repeat(size, axis=1)
    high, wide = (min(a, b) for a, b in zip(large.shape, pixels.shape[:2], strict=True))
    out = pixels.copy()
    out[out.shape[0] - high :, out.shape[1] - wide :] = large[:high, :wide, None] * np.uint8(255)
    return out
