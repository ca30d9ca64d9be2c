"""How sharp a zone is beside what is around it, and how its smoothness is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

WINDOWS = (3, 5, 7, 9, 13, 19)
"""Sides of the windows that a zone is smoothed with again, where its own smoothing is 12 wide."""

SPANS = (3, 5, 9, 15, 25, 41)
"""The same where the part is no more than 72 pixels across."""

_MIDDLE = 9
_ACROSS, _PART = 12.0, 72
_INNER, _OUTER = (0.72, 0.93), (1.07, 1.35)
"""Bands beside a border, in half sides of the zone."""

_SECTORS = 8
_LEAST = 0.05
"""Steps of 255 below which detail is rounding."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Numbers that tell ways of smoothing apart."""

    peaked: float
    """How heavy the tails of the slopes are (kurtosis): 3 for normal values."""
    around: float
    """Finest detail around the zone over that within."""
    uneven: float
    """Slopes across the way in which there are fewest over those along it: 1 where all ways are
    alike, near 0 where all edges lie one way."""
    seam: float
    """Logarithm of finest detail just outside over just inside the border, the middle of eight
    directions, for a rectangle or an oval, whichever is more."""
    fine: float
    """Logarithm of finest detail over detail twice as coarse, within."""
    fine_around: float
    """The same around the zone."""
    kept: tuple[float, ...]
    """Of each of ``WINDOWS``: logarithm of change by a median over change by a mean."""
    rise: tuple[float, ...]
    """Of each: logarithm of change by a median over that by the middle one."""
    span_kept: tuple[float, ...]
    """As ``kept``, of ``SPANS``."""
    span_rise: tuple[float, ...]


def sharpness(luma: NDArray[np.float32], part: Rect, zone: Rect, sigma_px: float) -> Sharpness:
    """Look at a zone.

    Args:
        luma: 0 to 255, of the zone and what is around it.
        part: within the zone, smoothed throughout.
        zone: the zone.
        sigma_px: of a Gaussian as wide as what was seen.
    """
    piece = np.ascontiguousarray(luma[part.y0 : part.y1, part.x0 : part.x1])
    wide = min(1.0, _ACROSS / max(sigma_px * math.sqrt(12), 0.1))
    kept, rise = _windows(_resized(piece, wide), WINDOWS)
    span_kept, span_rise = _windows(_resized(piece, min(1.0, _PART / min(piece.shape))), SPANS)
    fine = np.abs(cv2.Laplacian(luma, cv2.CV_32F))
    ring = np.ones(luma.shape, bool)
    ring[zone.y0 : zone.y1, zone.x0 : zone.x1] = False
    inside = float(fine[part.y0 : part.y1, part.x0 : part.x1].mean())
    outside = float(fine[ring].mean()) if ring.any() else inside
    half = cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    coarse = np.abs(cv2.Laplacian(half, cv2.CV_32F))
    coarse = cv2.resize(coarse, luma.shape[::-1], interpolation=cv2.INTER_NEAREST)
    coarse_inside = float(coarse[part.y0 : part.y1, part.x0 : part.x1].mean())
    coarse_outside = float(coarse[ring].mean()) if ring.any() else coarse_inside
    return Sharpness(
        _peaked(_resized(piece, min(1.0, 2.5 / max(sigma_px, 0.1)))),
        outside / max(inside, _LEAST),
        _uneven(piece),
        _seam(fine, zone),
        math.log(max(inside, _LEAST) / max(coarse_inside, _LEAST)),
        math.log(max(outside, _LEAST) / max(coarse_outside, _LEAST)),
        kept,
        rise,
        span_kept,
        span_rise,
    )


def stands_out(luma: NDArray[np.float32], zone: Rect) -> tuple[float, float]:
    """``Sharpness.seam`` and the logarithm of ``around`` alone, for a look at many places.

    Args:
        luma: 0 to 255.
        zone: in it, with something around it.
    """
    part = zone.padded(zone.width, zone.height).clipped(luma.shape[1], luma.shape[0])
    fine = np.abs(cv2.Laplacian(luma[part.y0 : part.y1, part.x0 : part.x1], cv2.CV_32F))
    own = Rect(zone.x0 - part.x0, zone.y0 - part.y0, zone.x1 - part.x0, zone.y1 - part.y0)
    inner = own.padded(-own.width // 6, -own.height // 6)
    inside = float(fine[inner.y0 : inner.y1, inner.x0 : inner.x1].mean())
    within = fine[own.y0 : own.y1, own.x0 : own.x1]
    outside = (float(fine.sum()) - float(within.sum())) / max(fine.size - within.size, 1)
    return _seam(fine, own), math.log(max(outside, _LEAST) / max(inside, _LEAST))


def _windows(
    small: NDArray[np.float32], windows: tuple[int, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Of each window: median over mean, and median over that of the middle one."""
    whole = np.clip(np.rint(small), 0, 255).astype(np.uint8)
    kept, changes = [], []
    for window in windows:
        by_median = cv2.absdiff(cv2.medianBlur(whole, window), whole)
        by_mean = np.abs(cv2.blur(small, (window, window)) - small)
        rim = min(2, (min(small.shape) - 1) // 2)
        inner = np.s_[rim : small.shape[0] - rim, rim : small.shape[1] - rim]
        changed = max(float(by_median[inner].mean()), _LEAST)
        changes.append(math.log(changed))
        kept.append(math.log(changed / max(float(by_mean[inner].mean()), _LEAST)))
    middle = changes[windows.index(_MIDDLE)]
    return tuple(kept), tuple(change - middle for change in changes)


def _peaked(piece: NDArray[np.float32]) -> float:
    slopes = np.concatenate([np.diff(piece, axis=0).ravel(), np.diff(piece, axis=1).ravel()])
    square = np.square(slopes - slopes.mean())
    return float(np.square(square).mean() / max(float(square.mean()) ** 2, 1e-6))


def _uneven(piece: NDArray[np.float32]) -> float:
    smooth = cv2.GaussianBlur(piece, (0, 0), 1.0)
    down, across = np.gradient(smooth.astype(np.float64))
    both = float((down * across).mean())
    tensor = np.array([[np.square(across).mean(), both], [both, np.square(down).mean()]])
    few, many = np.linalg.eigvalsh(tensor)
    return float(few / max(float(many), 1e-9))


def _seam(fine: NDArray[np.float32], zone: Rect) -> float:
    height, width = fine.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x = (2 * x + 1 - zone.x0 - zone.x1) / zone.width
    y = (2 * y + 1 - zone.y0 - zone.y1) / zone.height
    sector = ((np.arctan2(y, x) / (2 * np.pi) + 0.5) * _SECTORS).astype(np.intp) % _SECTORS
    found = []
    for reach in (np.maximum(np.abs(x), np.abs(y)), np.hypot(x, y)):
        sides = []
        for low, high in (_INNER, _OUTER):
            band = (reach > low) & (reach < high)
            count = np.bincount(sector[band], minlength=_SECTORS)
            sums = np.bincount(sector[band], fine[band], _SECTORS)
            mean = np.log(np.maximum(sums / np.maximum(count, 1), _LEAST))
            sides.append(np.where(count > 0, mean, np.nan))
        steps = sides[1] - sides[0]
        found.append(float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0)
    return max(found)


def _resized(piece: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    if factor == 1:
        return piece
    size = [max(8, round(n * factor)) for n in piece.shape[::-1]]
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.float32)
