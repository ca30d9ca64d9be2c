"""How alike two pictures are."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels

Gray = NDArray[np.float32]
"""Luma, shape (height, width), 0 to 255."""


def gray(picture: Pixels) -> Gray:
    """Luma as floats, shape (height, width)."""
    return cast("Gray", cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_RGB2GRAY))


def correlation(one: Gray, other: Gray) -> float:
    """Pearson's, of two arrays of one shape; 0 where one of them is constant."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / size) if size > 1e-3 * a.size else 0.0
