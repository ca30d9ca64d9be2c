"""Where a zone that hides detail ends: the lines beyond which the picture is as fine as ever."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

REACH = (0.35, 0.8)
"""How far within and beyond a side of the first guess its border is looked for, in its widths."""

BAND = (0.3, 0.7)
"""Share of a side along which is looked: an oval reaches its rectangle only there."""

WINDOW = 0.14
"""Width of what is compared inside and outside, in widths of the guess."""

STEP = 0.55
"""Logarithm of detail outside over inside from which a side counts as seen."""

_QUIET = 0.4
"""Steps of 255: detail below is rounding."""


@dataclass(frozen=True, slots=True)
class Border:
    """A zone, and how plainly it ends."""

    zone: Rect
    steps: tuple[float, float, float, float]
    """Left, top, right, bottom: logarithm of detail outside over inside."""

    @property
    def seen(self) -> int:
        """How many sides show."""
        return sum(step >= STEP for step in self.steps)


def detail(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logarithm of the finest detail at each pixel; shape of ``luma``."""
    return np.log(np.abs(cv2.Laplacian(luma, cv2.CV_32F)) + _QUIET).astype(np.float32)


def refined(details: NDArray[np.float32], guess: Rect) -> Border | None:
    """The border around a guess, or ``None`` where fewer than two sides show.

    Args:
        details: ``detail`` of the picture.
        guess: a rectangle that meets the zone's middle, such as a face's box.

    A side that does not show is put as far out as its opposite, about the guess's middle.
    """
    zone, steps = guess, (0.0, 0.0, 0.0, 0.0)
    for _ in range(2):
        found = [_side(details, zone, side) for side in range(4)]
        steps = found[0][1], found[1][1], found[2][1], found[3][1]
        at = [place if step >= STEP else None for place, step in found]
        middle = (guess.x0 + guess.x1, guess.y0 + guess.y1) * 2
        for side in range(4):
            if at[side] is None:
                other = at[(side + 2) % 4]
                old = (zone.x0, zone.y0, zone.x1, zone.y1)[side]
                at[side] = old if other is None else middle[side] - other
        x0, y0, x1, y1 = (int(v) for v in at if v is not None)
        if x1 - x0 < 8 or y1 - y0 < 8:
            return None
        zone = Rect(x0, y0, x1, y1)
    border = Border(zone.clipped(details.shape[1], details.shape[0]), steps)
    return border if border.seen >= 2 else None


def _side(details: NDArray[np.float32], zone: Rect, side: int) -> tuple[int, float]:
    """Place and step of one side: 0 left, 1 top, 2 right, 3 bottom."""
    across = side % 2 == 0
    turned = details if across else details.T
    if side >= 2:
        turned = turned[:, ::-1]
    length = turned.shape[1]
    start, size = (zone.x0, zone.width) if across else (zone.y0, zone.height)
    if side >= 2:
        start = length - start - size
    low, tall = (zone.y0, zone.height) if across else (zone.x0, zone.width)
    rows = turned[max(0, low + round(BAND[0] * tall)) : max(0, low + round(BAND[1] * tall))]
    window = max(3, round(WINDOW * size))
    first = max(0, start - round(REACH[1] * size) - window)
    last = min(length, start + round(REACH[0] * size) + window)
    place = start
    if len(rows) < 2 or last - first < 2 * window + 1:
        return _back(place, length, side), 0.0
    # a mosaic's lines are few among its pixels, so that the middle value passes over them
    profile = np.median(rows[:, first:last], axis=0)
    views = np.median(np.lib.stride_tricks.sliding_window_view(profile, window), axis=1)
    steps = views[:-window] - views[window:]
    best = int(steps.argmax())
    # where the window slides over the line, the middle of the places that are as good
    near = np.flatnonzero(steps >= steps[best] - 0.1)
    near = near[np.abs(near - best) <= window]
    edge = profile[first_of(near) : near[-1] + 2 * window]
    place = first + first_of(near) + _sharpest(edge, window)
    return _back(place, length, side), float(steps[best])


def first_of(places: NDArray[np.intp]) -> int:
    """The first of some places."""
    return int(places[0])


def _sharpest(edge: NDArray[np.floating], window: int) -> int:
    """Where in a stretch its means before and after differ most, each of a window at least."""
    sums = np.concatenate([[0.0], np.cumsum(edge)])
    places = np.arange(min(window, len(edge) // 2), max(len(edge) - window, len(edge) // 2) + 1)
    before = sums[places] / places
    after = (sums[-1] - sums[places]) / np.maximum(len(edge) - places, 1)
    return int(places[int((before - after).argmax())])


def _back(place: int, length: int, side: int) -> int:
    return length - place if side >= 2 else place
