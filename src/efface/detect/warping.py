"""Parts of pictures, turned, scaled and shifted into squares.

Coordinates are continuous: the pixel in column i covers i to i + 1, so that its centre lies at
i + 0.5.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MUCH = 0.5
"""Pictures that are shrunk further than this are averaged over areas first: interpolation between
four pixels would skip the others."""

Transform = NDArray[np.float64]
"""Shape (2, 3): turns, scales and shifts continuous coordinates."""


def warped(pixels: NDArray[np.uint8], transform: Transform, size: int) -> NDArray[np.uint8]:
    """A picture or a mask after a similarity, as a square; the edge goes on past its end.

    Args:
        pixels: shape (height, width) or (height, width, 3).
        transform: from coordinates in ``pixels`` to coordinates in the square.
        size: side of the square.
    """
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    part = np.ascontiguousarray(pixels)
    if scale < _MUCH:
        height, width = pixels.shape[:2]
        shrunk = max(1, round(width * scale)), max(1, round(height * scale))
        part = np.asarray(cv2.resize(part, shrunk, interpolation=cv2.INTER_AREA), np.uint8)
        factors = np.array([shrunk[0] / width, shrunk[1] / height, 1.0])
        transform = transform / factors
    out = cv2.warpAffine(
        part,
        between_centres(transform),
        (size, size),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(out, np.uint8)


def between_centres(transform: Transform) -> Transform:
    """The same transform for coordinates in which pixel i lies at i, as OpenCV has them."""
    half = np.full(2, 0.5)
    shift = transform[:, 2] + transform[:, :2] @ half - half
    return np.concatenate([transform[:, :2], shift[:, None]], axis=1)
