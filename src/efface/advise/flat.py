"""Parts of a zone that are of one colour: a solid fill, a bar over the eyes, or half of a face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

NEAR_STEPS = 4
"""How far a pixel of a fill may be from its colour; a lossy file strays so far."""

SMALL_PX, SMALL_STEPS = 32, 10
"""Of a zone narrower than this, where the blocks of a lossy file reach in from all sides."""

_EVEN_STEPS = 3
"""Range of values around a pixel that is in the midst of a fill."""


@dataclass(frozen=True, slots=True)
class FlatPart:
    """What is of one colour in a zone."""

    share: float
    """Of the zone, 0 to 1."""
    box: Rect
    """Around it, in pixels of the picture; empty where there is none."""
    step: float
    """How far what lies beside it is from its colour, steps of 255: a fill ends at once, where a
    smooth picture goes on."""


def flat_part(picture: NDArray[np.uint8], zone: Rect) -> FlatPart:
    """The largest part of a zone that has one colour.

    Args:
        picture: RGB.
        zone: within the picture.
    """
    nothing = FlatPart(0.0, Rect(zone.x0, zone.y0, zone.x0, zone.y0), 0.0)
    piece = np.ascontiguousarray(picture[zone.y0 : zone.y1, zone.x0 : zone.x1])
    kernel = np.ones((3, 3), np.uint8)
    spread = cv2.dilate(piece, kernel).astype(np.int16) - cv2.erode(piece, kernel)
    small = min(zone.width, zone.height) < SMALL_PX
    even = spread.max(axis=2) <= (SMALL_STEPS if small else _EVEN_STEPS)
    if not even.any():
        return nothing
    coarse = piece[even].astype(np.int64) // 8
    codes, counts = np.unique(coarse @ np.array([4096, 64, 1]), return_counts=True)
    of_code = coarse @ np.array([4096, 64, 1]) == codes[counts.argmax()]
    colour = np.median(piece[even][of_code], axis=0)
    allowed = SMALL_STEPS if small else NEAR_STEPS
    near = np.abs(piece.astype(np.int16) - colour).max(axis=2) <= allowed
    near &= cv2.dilate(even.astype(np.uint8), kernel) > 0
    if not near.any():
        return nothing
    x, y, width, height = cv2.boundingRect(near.astype(np.uint8))
    box = Rect(zone.x0 + x, zone.y0 + y, zone.x0 + x + width, zone.y0 + y + height)
    whole = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    close, wide = (cv2.dilate(whole, np.ones((n, n), np.uint8)) > 0 for n in (3, 5))
    beside = np.abs(piece.astype(np.int16) - colour).max(axis=2)[wide & ~close]
    step = float(np.median(beside)) if beside.size else 255.0
    return FlatPart(float(near.mean()), box, step)
