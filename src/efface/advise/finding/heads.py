"""Whether a zone lies where a head is: hair, neck and shoulders tell, whatever hides the face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from efface.detect.headcheck import head_odds
from efface.detect.tiling import Pyramid
from efface.geometry import Rect

GROWN = (1.0, 1.3, 1.6)
"""Widths of a zone that are tried, in widths of the face in it."""


def best_head(pyramid: Pyramid, zones: Sequence[Rect]) -> NDArray[np.float64]:
    """Log-odds that a face is in each zone, at the likeliest of its sizes there; shape (n,).

    Args:
        pyramid: the picture.
        zones: in its pixels.
    """
    if not zones:
        return np.zeros(0)
    tried = [_shrunk(zone, growth) for zone in zones for growth in GROWN]
    return np.asarray(head_odds(pyramid, np.array(tried)).reshape(len(zones), -1).max(axis=1))


def _shrunk(zone: Rect, growth: float) -> tuple[float, float, float, float]:
    width, height = zone.width / growth, zone.height / growth
    return (
        (zone.x0 + zone.x1 - width) / 2,
        (zone.y0 + zone.y1 - height) / 2,
        width,
        height,
    )
