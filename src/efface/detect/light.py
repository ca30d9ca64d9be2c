"""Pictures that are dark, flat or overexposed, stretched to the range a detector was trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLAT_RANGE = 140
"""Levels between the 1st and the 99th percentile below which a picture is stretched."""

_SAMPLES = 100_000
"""Pixels looked at to find the percentiles."""


def levels(picture: NDArray[np.uint8]) -> tuple[int, int]:
    """1st and 99th percentile over all channels of a picture of shape (height, width, 3)."""
    height, width = picture.shape[:2]
    step = max(1, int((height * width / _SAMPLES) ** 0.5))
    counts = np.bincount(picture[::step, ::step].ravel(), minlength=256).cumsum()
    low, high = np.searchsorted(counts, np.array([0.01, 0.99]) * counts[-1])
    return int(low), int(high)


def is_flat(picture: NDArray[np.uint8]) -> bool:
    """Whether a picture uses so few levels that stretching them helps."""
    low, high = levels(picture)
    return 0 < high - low < FLAT_RANGE


def stretched(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its 1st percentile at 0 and its 99th at 255."""
    low, high = levels(picture)
    if high <= low:
        return picture
    table = np.clip((np.arange(256.0) - low) / (high - low) * 255, 0, 255)
    return table.round().astype(np.uint8)[picture]
