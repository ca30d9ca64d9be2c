"""A swirl: around its middle every edge leans the same way, most of all half way out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

LEAN = 0.7
"""Slope of the change outwards on the change around, half way out, from which it is a swirl; faces
that are not turned have up to .5. At an angle A of the middle it is A / 2 (radians)."""

_RINGS = ((0.25, 0.45), (0.4, 0.6), (0.55, 0.8))


def swirl_angle(luma: NDArray[np.float32], zone: Rect) -> float | None:
    """How far the middle of a zone is turned, in radians, or ``None``.

    A swirl turns a point at a share q of the radius by A (1 - q) squared, so that what was a line
    from the middle leans by 2 A q (1 - q) there.
    """
    piece = luma[zone.y0 : zone.y1, zone.x0 : zone.x1].astype(np.float64)
    height, width = piece.shape
    if min(height, width) < 16:
        return None
    down, across = np.gradient(piece)
    y, x = np.mgrid[:height, :width] + 0.5
    x, y = x - width / 2, y - height / 2
    radius = np.maximum(np.hypot(x, y), 1e-6)
    outwards = (across * x + down * y) / radius
    around = (down * x - across * y) / radius
    share = radius / (min(height, width) / 2)
    quarter = (x > 0).astype(int) * 2 + (y > 0)
    found = []
    for low, high in _RINGS:
        ring = (share >= low) & (share < high)
        slopes = [
            _slope(outwards[ring & (quarter == q)], around[ring & (quarter == q)]) for q in range(4)
        ]
        middle = (low + high) / 2
        if len({s > 0 for s in slopes}) > 1:
            return None
        # the middle two of four: one quarter may show little but a shadow
        found.append(float(np.mean(sorted(slopes)[1:3])) / (2 * middle * (1 - middle)))
    angle = float(np.median(found))
    return -angle if abs(angle) / 2 >= LEAN and len({f > 0 for f in found}) == 1 else None


def _slope(outwards: NDArray[np.float64], around: NDArray[np.float64]) -> float:
    return float((outwards * around).sum() / max(float(np.square(around).sum()), 1e-6))
