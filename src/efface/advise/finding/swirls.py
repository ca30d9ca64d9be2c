"""Where a picture may hold a swirl: edges lean one way around a middle. Whether it does, a detector
says: it sees a face once that is turned back, and none before. What was turned back is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.swirl import swirl_angle
from efface.attack.operator import Operator
from efface.attack.operators.apply import swirled
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.geometry import Rect

LARGEST_SIDE_PX = 800
"""Of a picture in which swirls are looked for; a larger one is shrunk."""

SMALLEST_PX = 14.0
"""Radius of the smallest, in pixels of that."""

WIDER = 1.25
"""Between one radius and the next."""

LEAN = 0.6
"""Slope, as in ``swirl``, from which a place is looked at closely."""

MOST = 12
"""Places that are."""

FACE = 0.6
"""YuNet's score from which it sees a face."""

TIMES = (0.6, 0.8, 1.0, 1.3, 1.6)
"""Of the angle that edges hint at: angles that are tried."""

RADII = (0.9, 1.0, 1.1)
"""Of the radius: what is tried."""

CROP_PX = 112
"""Side of what the detector is shown."""

_RADIUS = 10
_RING = (0.3, 0.75)
"""Of the radius: where edges are looked at."""


@dataclass(frozen=True, slots=True)
class FoundSwirl:
    """A swirl with a face under it."""

    zone: Rect
    angle: float
    """Of its middle, in radians."""
    score: float
    """The detector's, once it is turned back."""


def swirls(picture: NDArray[np.uint8], known: list[Rect]) -> list[FoundSwirl]:
    """Those in which a detector sees a face once they are turned back, the surest first.

    Args:
        picture: RGB, upright.
        known: zones and faces that were found otherwise; none is returned that overlaps one.
    """
    factor = min(1.0, LARGEST_SIDE_PX / max(picture.shape))
    small = picture
    if factor < 1:
        shrunk = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        small = np.asarray(shrunk, np.uint8)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    taken = [_scaled(rect, factor) for rect in known]
    out: list[FoundSwirl] = []
    for zone in _leaning(luma):
        if len(out) == MOST or any(_meet(zone, other) for other in taken):
            continue
        angle = swirl_angle(luma, zone)
        found = None if angle is None else _turned_back(small, zone, angle)
        if found is not None:
            taken.append(zone)
            place = _scaled(found.zone, 1 / factor).clipped(picture.shape[1], picture.shape[0])
            out.append(FoundSwirl(place, found.angle, found.score))
    return sorted(out, key=lambda one: -one.score)


def _leaning(luma: NDArray[np.float32]) -> list[Rect]:
    """Places in which the edges of a ring lean one way on average, the most of all first."""
    down, across = (
        np.asarray(cv2.Sobel(luma, cv2.CV_32F, dx, dy, ksize=3), np.float32)
        for dx, dy in ((0, 1), (1, 0))
    )
    steeper = np.asarray((np.square(down) - np.square(across)) / 2, np.float32)
    whole = np.asarray((np.square(down) + np.square(across)) / 2, np.float32)
    both = np.asarray(down * across, np.float32)
    found: list[tuple[float, Rect]] = []
    radius = SMALLEST_PX
    while 2 * radius < min(luma.shape):
        found += _of_radius((steeper, both, whole), radius)
        radius *= WIDER
    found.sort(key=lambda one: -one[0])
    out: list[Rect] = []
    for _, zone in found:
        if not any(_same(zone, other) for other in out):
            out.append(zone)
        if len(out) == MOST:
            break
    return out


def _of_radius(
    fields: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]], radius: float
) -> list[tuple[float, Rect]]:
    factor = _RADIUS / radius
    small = [
        np.asarray(cv2.resize(one, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
        for one in fields
    ]
    if min(small[0].shape) <= 2 * _RADIUS:
        return []
    ring, sine, cosine = _rings()
    steeper, both, whole = small
    # the change outwards times that around, and the square of that around, of every middle at once
    joint = cv2.filter2D(steeper, -1, sine) + cv2.filter2D(both, -1, cosine)
    around = cv2.filter2D(whole, -1, ring) + cv2.filter2D(steeper, -1, cosine)
    around -= cv2.filter2D(both, -1, sine)
    slope = np.abs(joint) / np.maximum(around, 1e-3)
    inner = np.zeros(slope.shape, bool)
    inner[_RADIUS // 2 : -_RADIUS // 2, _RADIUS // 2 : -_RADIUS // 2] = True
    peak = cv2.dilate(slope, np.ones((7, 7), np.uint8))
    at = np.argwhere(inner & (slope >= LEAN) & (slope >= peak - 1e-6))
    return [
        (
            float(slope[y, x]),
            Rect.covering(
                (x + 0.5) / factor - radius, (y + 0.5) / factor - radius, 2 * radius, 2 * radius
            ).clipped(fields[0].shape[1], fields[0].shape[0]),
        )
        for y, x in at.tolist()
    ]


@cache
def _rings() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """A ring, and it times sine and cosine of twice the angle."""
    y, x = np.mgrid[-_RADIUS : _RADIUS + 1, -_RADIUS : _RADIUS + 1].astype(np.float32)
    share, twice = np.hypot(x, y) / _RADIUS, 2 * np.arctan2(y, x)
    ring = ((share >= _RING[0]) & (share <= _RING[1])).astype(np.float32)
    ring /= ring.sum()
    return (
        ring,
        (ring * np.sin(twice)).astype(np.float32),
        (ring * np.cos(twice)).astype(np.float32),
    )


def _turned_back(picture: NDArray[np.uint8], zone: Rect, angle: float) -> FoundSwirl | None:
    """The turn after which a detector sees a face plainest, if it does and did not before."""
    radius = max(zone.width, zone.height) / 2
    around = zone.padded(zone.width // 4, zone.height // 4)
    around = around.clipped(picture.shape[1], picture.shape[0])
    crop = np.ascontiguousarray(picture[around.y0 : around.y1, around.x0 : around.x1])
    factor = CROP_PX / max(crop.shape[:2])
    sized = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    samples = np.asarray(sized, np.float32)
    middle = (
        ((zone.x0 + zone.x1) / 2 - around.x0) * factor,
        ((zone.y0 + zone.y1) / 2 - around.y0) * factor,
    )
    if _face_at(samples, middle, radius * factor) >= FACE:
        return None
    best: FoundSwirl | None = None
    for size in RADII:
        for times in TIMES:
            turn = Operator("swirl", size * radius * factor, middle, angle=-times * angle)
            score = _face_at(swirled(samples, turn), middle, radius * factor)
            if score >= FACE and (best is None or score > best.score):
                wider = round((size - 1) * radius)
                best = FoundSwirl(zone.padded(wider, wider), times * angle, score)
    return best


def _face_at(samples: NDArray[np.float32], middle: tuple[float, float], radius: float) -> float:
    """Score of the best face whose middle is the zone's."""
    seen = np.clip(np.rint(samples), 0, 255).astype(np.uint8)
    boxes = second_look(Pyramid(seen), 0.3)
    x, y = boxes[:, 0] + boxes[:, 2] / 2 - middle[0], boxes[:, 1] + boxes[:, 3] / 2 - middle[1]
    near = (np.hypot(x, y) < 0.5 * radius) & (boxes[:, 2] > 0.5 * radius)
    return float(boxes[near, 4].max(initial=0.0))


def _same(one: Rect, other: Rect) -> bool:
    """Places so near each other, and so alike in size, that one look is enough."""
    return 2 * one.intersection(other).area > max(one.area, other.area)


def _meet(one: Rect, other: Rect) -> bool:
    return 2 * one.intersection(other).area > min(one.area, other.area)


def _scaled(rect: Rect, factor: float) -> Rect:
    return Rect.covering(
        rect.x0 * factor, rect.y0 * factor, rect.width * factor, rect.height * factor
    )
