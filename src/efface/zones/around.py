"""Zones of all-round pictures: whole on the sphere.

Near the horizon of an equirectangular picture a face's zone is one rectangle, as in a flat picture.
Towards a pole the same piece of the sphere grows wider from row to row, until it goes all round;
there its zone is several rectangles, which share their rows so that each is as high as it can be.
One that leaves the picture at the seam goes on at the other side. The face's own box is always
covered as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.regions import Box
from efface.sphere.chart import Box4
from efface.sphere.picture import Sphere
from efface.sphere.rays import Patch
from efface.zones.ratio import in_ratio, patch_in_ratio, ratio_of
from efface.zones.zone import Zone

STEPS = 16
"""Rows of rectangles of which a zone is made up at most."""

NEARLY = 1.1
"""Where the piece of the sphere is no wider than the flat zone by more than this, that is taken."""


def zones_around(
    flat: Zone, box: Box, policy: ZonePolicy, sphere: Sphere, *, drawn: bool
) -> tuple[Zone, ...]:
    """The zones of one box, those outside the picture left out.

    Args:
        flat: its zone in a flat picture.
        policy: how boxes grow.
        sphere: where the picture lies on the sphere.
        drawn: the box is the zone.
    """
    eye, local = sphere.located((box.x, box.y, box.width, box.height))
    chart, at = sphere.chart, sphere.eyes[eye]
    rects = [*_wrapped(Rect.covering(*local), sphere)]
    if not drawn:
        if policy.below or not sphere.projection.stated:
            rects += _wrapped(_moved(flat.outer, -at.x0, -at.y0), sphere)
        rects += _grown(local, policy, sphere)
    placed = (_moved(r.clipped(chart.width, chart.height), at.x0, at.y0) for r in rects)
    return tuple(
        replace(flat, rect=rect, outer=rect, shape="box")
        for rect in _largest([r for r in placed if not r.empty])
    )


def _moved(rect: Rect, x: int, y: int) -> Rect:
    return Rect(rect.x0 + x, rect.y0 + y, rect.x1 + x, rect.y1 + y)


def _wrapped(rect: Rect, sphere: Sphere) -> Iterator[Rect]:
    """A rectangle of the map, and where it leaves a map that goes all round, its other part."""
    wide = sphere.chart.width
    shifts = (0, wide, -wide) if sphere.chart.wraps else (0,)
    for shift in shifts:
        part = Rect(rect.x0 + shift, rect.y0, rect.x1 + shift, rect.y1).clipped(
            wide, sphere.chart.height
        )
        if not part.empty:
            yield part


def _largest(rects: list[Rect]) -> list[Rect]:
    """Those that lie in no other."""
    out: list[Rect] = []
    for rect in sorted(set(rects), key=lambda r: (-r.area, r.y0, r.x0)):
        if not any(rect.intersection(other) == rect for other in out):
            out.append(rect)
    return out


def _grown(box: Box4, policy: ZonePolicy, sphere: Sphere) -> Iterator[Rect]:
    """What the grown face covers, in pixels of the map."""
    chart = sphere.chart
    x, y, width, height = box
    across = max(width * (policy.width - 1) / 2, policy.min_margin_px)
    along = max(height * (policy.height - 1) / 2, policy.min_margin_px)
    reach = x - across, y - along, width + 2 * across, height + 2 * along
    ratio = ratio_of(policy) if policy.one_ratio else None
    flat = Rect.covering(*reach) if ratio is None else in_ratio(*reach, ratio)
    patch = chart.patch(box)
    if patch is None:  # around a pole, where in the strip the face lies is not known
        more = math.ceil(height * (policy.height - 1)) + policy.min_margin_px
        yield from _wrapped(Rect(flat.x0, flat.y0 - more, flat.x1, flat.y1 + more), sphere)
        return
    margin = policy.min_margin_px / chart.per_radian
    grown = patch.grown(
        max(patch.across * (policy.width - 1), margin),
        max(patch.along * (policy.height - 1), margin),
    )
    if ratio is not None:
        grown = patch_in_ratio(grown, ratio)
    bounds = chart.bounds(grown)
    if bounds is not None and bounds.width <= flat.width * NEARLY:
        yield from _wrapped(_hull(flat, bounds), sphere)
        return
    for part in chart.parts(grown):
        yield from _pieces(grown, part, sphere)


def _hull(a: Rect, b: Rect) -> Rect:
    return Rect(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))


def _pieces(patch: Patch, part: Rect, sphere: Sphere) -> Iterator[Rect]:
    """The rectangles of what a patch covers of a part of the map.

    The part is looked at in blocks; one counts when its middle or one of its corners lies in the
    patch, or one beside it does.
    """
    size = 2 * min(patch.across, patch.along) * sphere.chart.per_radian
    step = max(1, math.ceil(part.height / STEPS))
    wide = max(1, min(step, math.ceil(size / STEPS)))
    xs = np.append(np.arange(part.x0, part.x1, wide), part.x1).astype(float)
    ys = np.append(np.arange(part.y0, part.y1, step), part.y1).astype(float)
    corners = patch.holds(sphere.chart.rays(*np.meshgrid(xs, ys)))
    middles = patch.holds(
        sphere.chart.rays(*np.meshgrid((xs[1:] + xs[:-1]) / 2, (ys[1:] + ys[:-1]) / 2))
    )
    inside: NDArray[np.bool_] = middles.copy()
    for corner in (corners[1:, 1:], corners[:-1, 1:], corners[1:, :-1], corners[:-1, :-1]):
        inside |= corner
    for first, last, low, high in _stretched(_beside(inside)):
        yield Rect(int(xs[low]), int(ys[first]), int(xs[high]), int(ys[last]))


def _beside(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A block more on either side in each row."""
    out = inside.copy()
    out[:, 1:] |= inside[:, :-1]
    out[:, :-1] |= inside[:, 1:]
    return out


def _stretched(inside: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """Rectangles of blocks (first row, one past the last, first column, one past the last) that
    cover all that are inside and no others: of each run of each row, as high as it stays inside."""
    for row, blocks in enumerate(inside):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], blocks.view(np.int8), [0]])))
        for low, high in edges.reshape(-1, 2):
            full: NDArray[np.bool_] = np.asarray(inside[:, low:high].all(axis=1))
            first, last = row, row + 1
            while first > 0 and full[first - 1]:
                first -= 1
            while last < len(full) and full[last]:
                last += 1
            yield first, last, int(low), int(high)
