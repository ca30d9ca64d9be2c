"""How a zone's smoothness is made: of means, as blurs do, or of medians, which keep edges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Numbers that tell ways of smoothing apart."""

    kept: float
    """Change by a small median over change by a small mean: what a median left, another hardly
    changes."""
    peaked: float
    """How heavy the tails of the slopes are (kurtosis): 3 for normal values."""
    around: float
    """Finest detail around the zone over that within."""
    uneven: float
    """Slopes across the way in which there are fewest over those along it: 1 where all ways are
    alike, near 0 where all edges lie one way."""


def sharpness(luma: NDArray[np.float32], part: Rect, zone: Rect, sigma_px: float) -> Sharpness:
    """Measured at a scale at which the blur is about three pixels wide.

    Args:
        luma: 0 to 255.
        part: within the zone.
        zone: the zone.
        sigma_px: of a Gaussian as wide as what was seen.
    """
    factor = min(1.0, 2.5 / max(sigma_px, 0.1))
    piece = _resized(luma[part.y0 : part.y1, part.x0 : part.x1], factor)
    by_median = np.abs(cv2.medianBlur(piece, 5) - piece)[2:-2, 2:-2]
    by_mean = np.abs(cv2.blur(piece, (5, 5)) - piece)[2:-2, 2:-2]
    kept = float(by_median.mean() / max(float(by_mean.mean()), 1e-3)) if by_mean.size else 1.0
    slopes = np.concatenate([np.diff(piece, axis=0).ravel(), np.diff(piece, axis=1).ravel()])
    square = np.square(slopes - slopes.mean())
    peaked = float(np.square(square).mean() / max(float(square.mean()) ** 2, 1e-6))
    fine = np.abs(cv2.Laplacian(luma, cv2.CV_32F))
    inside = float(fine[part.y0 : part.y1, part.x0 : part.x1].mean())
    ring = np.ones(luma.shape, bool)
    ring[zone.y0 : zone.y1, zone.x0 : zone.x1] = False
    outside = float(fine[ring].mean()) if ring.any() else inside
    return Sharpness(kept, peaked, outside / max(inside, 0.05), _uneven(luma, part))


def _uneven(luma: NDArray[np.float32], part: Rect) -> float:
    piece = luma[part.y0 : part.y1, part.x0 : part.x1]
    smooth = cv2.GaussianBlur(piece, (0, 0), 1.0)
    down, across = np.gradient(smooth.astype(np.float64))
    both = float((down * across).mean())
    tensor = np.array([[np.square(across).mean(), both], [both, np.square(down).mean()]])
    few, many = np.linalg.eigvalsh(tensor)
    return float(few / max(float(many), 1e-9))


def _resized(piece: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    if factor == 1:
        return np.ascontiguousarray(piece)
    size = [max(8, round(n * factor)) for n in piece.shape[::-1]]
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.float32)
