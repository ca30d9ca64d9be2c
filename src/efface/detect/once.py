"""Faces on the sphere that several views, or both eyes, show: each counts once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.fusion import SAME_FACE
from efface.sphere.chart import Box4, Chart
from efface.sphere.rays import Patch, axes_at, rays_at

BOTH_EYES = 0.1
"""Overlap from which what each eye sees is one face."""

ASIDE = 1.0
"""So many half widths are added on either side of a face that was found in one eye's view alone.
Eyes are 65 mm apart, a face is 140 mm wide: however far away it is, the other eye sees it aside by
less than half its width."""


PART, LEAST_PART = 0.75, 0.2
"""A box of which so much lies in a surer one, no smaller than so much of it, is a part of it: views
turned differently box a face differently."""
BESIDE = 0.05
"""Overlap from which what a view's edge cuts is a face that was seen whole."""


@dataclass(frozen=True, slots=True)
class SeenOnSphere:
    """A face in one eye's view."""

    patch: Patch
    score: float
    cut: bool
    """The edge of a view cuts it."""


def each_once(seen: Sequence[SeenOnSphere]) -> list[SeenOnSphere]:
    """The surest first, those left out that show a surer one's face; what a view's edge cuts last,
    and only where nothing that is whole lies."""
    left = sorted(seen, key=lambda one: (one.cut, -one.score, one.patch.lon, one.patch.lat))
    out: list[SeenOnSphere] = []
    while left:
        best = left.pop(0)
        out.append(best)
        left = [one for one in left if not _same(best, one)]
    return out


def _same(best: SeenOnSphere, other: SeenOnSphere) -> bool:
    common = shared(best.patch, other.patch)
    sizes = best.patch.size, other.patch.size
    overlap, inside = common / (sum(sizes) - common), common / min(sizes)
    part = inside >= PART and min(sizes) >= LEAST_PART * max(sizes)
    return overlap >= (BESIDE if other.cut else SAME_FACE) or part


def shared(a: Patch, b: Patch) -> float:
    """Common area of two patches, as seen by someone who looks at the first."""
    east, up, ahead = axes_at(a.lon, a.lat) @ rays_at(np.array(b.lon), np.array(b.lat))
    x, y = math.atan2(east, ahead), math.atan2(up, math.hypot(east, ahead))
    wide = min(a.across, x + b.across) - max(-a.across, x - b.across)
    high = min(a.along, y + b.along) - max(-a.along, y - b.along)
    return max(wide, 0.0) * max(high, 0.0)


def together(eyes: Sequence[Boxes], chart: Chart) -> Boxes:
    """What both eyes see as boxes that hold a face in either view."""
    if len(eyes) == 1:
        return eyes[0]
    out = []
    left = list(eyes[1])
    for box in eyes[0]:
        own = chart.patch(box4(box))
        shares = [_overlap(own, chart.patch(box4(other))) for other in left]
        if shares and max(shares) >= BOTH_EYES:
            other = left.pop(int(np.argmax(shares)))
            out.append(_hull(box, other, chart))
        else:
            out.append(_aside(box))
    return np.array([*out, *map(_aside, left)]).reshape(-1, 5) if out or left else no_boxes()


def box4(box: NDArray[np.float64]) -> Box4:
    """The first four numbers of a box."""
    x, y, width, height = (float(v) for v in box[:4])
    return x, y, width, height


def _overlap(a: Patch | None, b: Patch | None) -> float:
    if a is None or b is None:
        return 0.0
    common = shared(a, b)
    return common / (a.size + b.size - common)


def _hull(a: NDArray[np.float64], b: NDArray[np.float64], chart: Chart) -> NDArray[np.float64]:
    b = b.copy()
    if chart.wraps:
        apart = (b[0] + b[2] / 2) - (a[0] + a[2] / 2)
        b[0] -= round(apart / chart.width) * chart.width
    low = np.minimum(a[:2], b[:2])
    high = np.maximum(a[:2] + a[2:4], b[:2] + b[2:4])
    return np.array([*low, *(high - low), max(a[4], b[4])])


def _aside(box: NDArray[np.float64]) -> NDArray[np.float64]:
    more = box[2] / 2 * ASIDE
    return np.array([box[0] - more, box[1], box[2] + 2 * more, box[3], box[4]])
