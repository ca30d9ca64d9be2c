"""What a zone's surroundings look like in detail goes on into it, as a mirror at its edge shows it.

A drawn head comes with ground that has few pixels. Where the picture beside a zone differs from
what was drawn there, bricks, leaves, the weave of cloth, that difference is laid into the zone as
well, mirrored at its edge and fading inwards: textures go on, and no rectangle shows. All of it
stays in the picture anyway. Element by element, in IEEE 754 arithmetic: the same surroundings give
the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.zones.filling import Surroundings

DEPTH, LOW = 0.13, 0.05
"""How far a zone's edge is mirrored, in its width or height; and its lower edge, below which
clothes lie: a collar and its mirror image make a cross."""

Floats = NDArray[np.float32]
Look = Callable[[Rect], Floats]


def reflected(around: Surroundings, rect: Rect, own: Look) -> tuple[Floats, Floats]:
    """What beside a rectangle differs from what was drawn there, mirrored into it.

    Args:
        around: of the frame.
        rect: within the picture.
        own: what was drawn in a rectangle, RGB, 0 to 255.

    Returns:
        Differences, shape (height, width, 3), and how much they count: 1 at edges beside which the
        picture can be seen, 0 farther in, shape (height, width).
    """
    sums = np.zeros((rect.height, rect.width, 3), np.float32)
    weights = np.zeros((rect.height, rect.width), np.float32)
    wide, tall = around.size
    across = max(1, round(DEPTH * rect.width))
    down, up = (max(1, round(deep * rect.height)) for deep in (DEPTH, LOW))
    for side in (
        Rect(rect.x0 - across, rect.y0, rect.x0, rect.y1),
        Rect(rect.x1, rect.y0, rect.x1 + across, rect.y1),
        Rect(rect.x0, rect.y0 - down, rect.x1, rect.y0),
        Rect(rect.x0, rect.y1, rect.x1, rect.y1 + up),
    ):
        seen = side.clipped(wide, tall)
        if seen.empty:
            continue
        picture = around.part(seen).astype(np.float32)
        off = picture - own(seen)
        counts = around.open(seen).astype(np.float32)
        upright = side.y0 == rect.y0 and side.y1 == rect.y1
        if upright:
            columns = _mirrored(np.arange(seen.x0, seen.x1), rect.x0, rect.x1)
            place = np.ix_(np.arange(rect.height), columns)
            fading = _fading(columns, rect.width, side.width)[None, :]
        else:
            rows = _mirrored(np.arange(seen.y0, seen.y1), rect.y0, rect.y1)
            place = np.ix_(rows, np.arange(rect.width))
            fading = _fading(rows, rect.height, side.height)[:, None]
        share = counts * fading
        sums[place] += off * share[..., None]
        weights[place] += share
    whole = np.maximum(weights, np.float32(1))
    return np.asarray(sums / whole[..., None]), np.asarray(weights / whole)


def _mirrored(places: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    """Where places beside a side lie within it, counted from where it begins."""
    inside = np.where(places < low, 2 * low - 1 - places, 2 * high - 1 - places)
    return np.asarray(inside - low)


def _fading(places: NDArray[np.int64], size: int, deep: int) -> Floats:
    """1 at an edge, 0 as deep as it is mirrored."""
    inwards = np.minimum(places, size - 1 - places).astype(np.float32) / np.float32(deep)
    return np.asarray(np.float32(1) - inwards * inwards * (np.float32(3) - 2 * inwards), np.float32)
