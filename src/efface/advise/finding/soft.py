"""Where a picture may hold a blurred zone: places of a face's shape that are softer than all that
is around them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

SMALLEST_PX = 24
"""Width of the narrowest zones, in pixels of the picture that is looked at."""

WIDER = 1.3
"""Between one width and the next."""

TALLER = (1.0, 1.35)
"""Heights that are tried, in widths."""

STEP = 0.7
"""Logarithm of detail outside over inside: of the second of four sides, …"""

WEAKEST = 0.0
"""… and of the least."""

CONTENT = 3.0
"""Deviation of luma within, steps of 255: a wall that is even all over is no blurred face."""

MOST = 96
"""Places that are returned."""

_GAP = 1
"""Pixels beside a border that belong to neither side."""


@dataclass(frozen=True, slots=True)
class SoftGuess:
    """A rectangle that may have been blurred."""

    box: Rect
    step: float


def _table(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sums of all above and left of each place."""
    return np.asarray(cv2.integral(values, sdepth=cv2.CV_64F), np.float64)


def soft_guesses(
    luma: NDArray[np.float32], details: NDArray[np.float32], known: list[Rect]
) -> list[SoftGuess]:
    """The plainest first.

    Args:
        luma: 0 to 255, the whole picture.
        details: ``border.detail`` of it.
        known: zones that were found otherwise; none is returned that overlaps one.
    """
    fine, light = _table(details), (_table(luma), _table(np.square(luma)))
    found: list[SoftGuess] = []
    width = float(SMALLEST_PX)
    while width * 1.5 < min(luma.shape):
        for taller in TALLER:
            found += _of_size(fine, light, (round(width), round(width * taller)))
        width *= WIDER
    out: list[SoftGuess] = []
    taken = list(known)
    for guess in sorted(found, key=lambda one: -one.step):
        if len(out) == MOST:
            break
        if all(_apart(guess.box, other) for other in taken):
            out.append(guess)
            taken.append(guess.box)
    return out


def _apart(one: Rect, other: Rect) -> bool:
    return 5 * one.intersection(other).area < min(one.area, other.area)


def _of_size(
    fine: NDArray[np.float64],
    light: tuple[NDArray[np.float64], NDArray[np.float64]],
    size: tuple[int, int],
) -> list[SoftGuess]:
    wide, tall = size
    hop = max(2, wide // 8)
    rims = max(3, round(0.18 * wide)), max(3, round(0.18 * tall))
    height, width = fine.shape[0] - 1, fine.shape[1] - 1
    y = range(rims[1] + _GAP, height - tall - rims[1] - _GAP, hop)
    x = range(rims[0] + _GAP, width - wide - rims[0] - _GAP, hop)
    if not y or not x:
        return []
    rows = _between(fine, y, tall)
    columns = _between(fine.T, x, wide)
    left, right = _steps(rows.T, x, wide, rims[0])
    top, bottom = _steps(columns.T, y, tall, rims[1])
    left, right = (one.T / _middle(tall) for one in (left, right))
    top, bottom = (one / _middle(wide) for one in (top, bottom))
    low, high = np.minimum(left, right), np.maximum(left, right)
    other_low, other_high = np.minimum(top, bottom), np.maximum(top, bottom)
    least = np.minimum(low, other_low)
    second = np.minimum(np.maximum(low, other_low), np.minimum(high, other_high))
    strength = (left + right + top + bottom - np.maximum(high, other_high)) / 3
    # the best of each neighbourhood is enough
    best = cv2.dilate(strength.astype(np.float32), np.ones((3, 3), np.uint8))
    seen = (second >= STEP) & (least >= WEAKEST) & (strength >= best - 1e-6)
    boxes = [Rect(x[j], y[i], x[j] + wide, y[i] + tall) for i, j in np.argwhere(seen).tolist()]
    return [
        SoftGuess(box, float(step))
        for box, step in zip(boxes, strength[seen], strict=True)
        if _stray(light, box.padded(-round(0.15 * wide), -round(0.15 * tall))) >= CONTENT
    ]


def _middle(length: int) -> int:
    """Pixels of a side along which is looked."""
    return round(0.7 * length) - round(0.3 * length)


def _between(table: NDArray[np.float64], places: range, length: int) -> NDArray[np.float64]:
    """Sums over the middle of a side, of each place along the first axis."""
    first, end = round(0.3 * length), round(0.7 * length)
    return np.asarray(table[_moved(places, end)] - table[_moved(places, first)])


def _steps(
    sums: NDArray[np.float64], places: range, length: int, rim: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Detail outside less that inside, at the beginning and the end of each place along the first
    axis."""

    def over(first: int) -> NDArray[np.float64]:
        return np.asarray(sums[_moved(places, first + rim)] - sums[_moved(places, first)])

    begins = over(-rim - _GAP) - over(_GAP)
    ends = over(length + _GAP) - over(length - _GAP - rim)
    return begins / rim, ends / rim


def _moved(places: range, by: int) -> slice:
    return slice(places.start + by, places.stop + by, places.step)


def _stray(light: tuple[NDArray[np.float64], NDArray[np.float64]], box: Rect) -> float:
    """Deviation of luma in a box."""
    mean, square = (
        (t[box.y1, box.x1] - t[box.y1, box.x0] - t[box.y0, box.x1] + t[box.y0, box.x0]) / box.area
        for t in light
    )
    return float(np.sqrt(max(square - mean**2, 0.0)))
