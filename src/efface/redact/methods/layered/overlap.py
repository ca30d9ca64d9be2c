"""Zones of several people that overlap: one picture in all of them, whichever is asked for.

Where zones lie over each other, the colours that go on from around each are mixed, each with the
distance to its own zone's edge, so that none ends in another; and heads stand one before the other,
whole. A zone that lies alone is drawn as if there were no others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.redact.methods.layered.background import continued
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

Place = tuple[slice, slice]


def overlapping(zone: Zone, around: Surroundings) -> list[Zone]:
    """The zone and those of other people that overlap it, the farthest first: whoever is near is
    large, or lower in the picture. Zones of one person are parts of one."""
    others = [one for one in around.zones if one == zone or _cross(one, zone)]
    found = others if zone in others else [zone, *others]
    return sorted(found, key=lambda one: (one.outer.area, one.outer.y1, one.outer.x1))


def mixed(around: Surroundings, zones: Sequence[Zone], rect: Rect) -> NDArray[np.float32]:
    """What lies around zones goes on in them: RGB, 0 to 255, shape (rect.height, rect.width, 3).

    Args:
        around: what lies around them.
        zones: that overlap a rectangle, one of them all over.
        rect: the rectangle.
    """
    if len(zones) == 1:
        return continued(around, rect)
    sums = np.zeros((rect.height, rect.width, 3), np.float32)
    weights = np.zeros((rect.height, rect.width, 1), np.float32)
    for zone in zones:
        part = zone.rect.intersection(rect)
        own, here = place_in(part, zone.rect), place_in(part, rect)
        weight = _depth(zone.rect)[own][..., None] * zone.mask()[own][..., None]
        sums[here] += continued(around, zone.rect)[own] * weight
        weights[here] += weight
    return np.asarray(sums / np.maximum(weights, np.float32(1e-6)), np.float32)


def place_in(part: Rect, whole: Rect) -> Place:
    """Rows and columns of a rectangle in one that it lies in."""
    return (
        slice(part.y0 - whole.y0, part.y1 - whole.y0),
        slice(part.x0 - whole.x0, part.x1 - whole.x0),
    )


def _cross(one: Zone, zone: Zone) -> bool:
    return one.track != zone.track and not one.rect.intersection(zone.rect).empty


def _depth(rect: Rect) -> NDArray[np.float32]:
    """How far each pixel lies from the nearest edge, shape (height, width)."""
    down, across = (
        np.minimum(np.arange(size), np.arange(size)[::-1]).astype(np.float32) + np.float32(0.5)
        for size in (rect.height, rect.width)
    )
    return np.asarray(np.minimum(down[:, None], across[None, :]), np.float32)
