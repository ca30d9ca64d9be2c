"""The sheet on which an all-round picture is looked at: what lies where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from efface.geometry import Rect
from efface.sphere.chart import Chart
from efface.sphere.picture import Sphere
from efface.sphere.rays import rays_at
from efface.sphere.views import ALL_SIDES, BESIDE_THE_MAP, PerspectiveView

SEAM = 1 / 6
"""Share of the whole circle by which the picture is continued past its right edge."""

BENT = math.radians(55)
"""Latitude from which what is seen in the picture as it is does not count: faces are stretched
there by three quarters and more, parts of them look like others, and the views show them better."""

BENT_MORE = math.radians(15)
"""So much more of it is looked at, for the rest of faces that do count."""

GUTTER_PX = 16
"""Between the parts, so that what one shows does not run into the next."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part of the sheet."""

    eye: int
    area: Rect
    view: PerspectiveView | None = None
    """``None``: the picture itself, or what lies about its seam."""
    top: int = 0
    """Rows of the picture above that."""
    left: int = 0
    """Columns of the picture to the left of it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where everything lies."""

    width: int
    height: int
    parts: tuple[SheetPart, ...]


_WIDTHS = (1.0, 1.2, 1.5, 2.0, 3.0)
"""Widths of the sheet that are tried, in those of its widest part."""


@lru_cache(16)
def sheet_of(sphere: Sphere) -> Sheet:
    """The sheet of a picture: the maps in a row, below them the views, in rows that fill it; as
    wide as makes it smallest."""
    chart, eyes = sphere.chart, range(len(sphere.eyes))
    bent_little = sphere.projection.kind == "equirectangular"
    views: Sequence[PerspectiveView] = BESIDE_THE_MAP if bent_little else ALL_SIDES
    shown = [part for view in views if (part := view.within(chart)) is not None]
    wanted = sorted(
        ((eye, view) for view in shown for eye in eyes),
        key=lambda entry: -entry[1].size(chart)[1],
    )
    maps: list[SheetPart] = []
    if bent_little:
        more = round(chart.width * SEAM) if chart.wraps else 0
        wide, left, (top, bottom) = chart.width + more, 0, _rows(sphere)
        if not sphere.projection.stated:  # the whole is looked at by itself
            wide, left = 2 * more, chart.width - more
        starts = [eye * (wide + GUTTER_PX) for eye in eyes]
        maps = [
            SheetPart(i, Rect(x, 0, x + wide, bottom - top), top=top, left=left)
            for i, x in enumerate(starts)
        ]
    widest = max([part.area.x1 for part in maps] + [view.size(chart)[0] for view in shown])
    sheets = [_filled(maps, wanted, chart, round(widest * factor)) for factor in _WIDTHS]
    return min(sheets, key=lambda sheet: sheet.width * sheet.height)


def _rows(sphere: Sphere) -> tuple[int, int]:
    """The first row and one past the last in which the picture is looked at as it is."""
    chart = sphere.chart
    edge = np.array([BENT + BENT_MORE, -BENT - BENT_MORE])
    y = chart.points(rays_at(np.zeros(2), edge))[1]
    top = min(max(math.floor(y[0]), 0), chart.height - 1)
    return top, max(min(math.ceil(y[1]), chart.height), top + 1)


def _filled(
    maps: Sequence[SheetPart],
    wanted: Sequence[tuple[int, PerspectiveView]],
    chart: Chart,
    width: int,
) -> Sheet:
    """A sheet of a given width.

    Args:
        maps: what lies in its first row.
        wanted: eyes and views, the highest first.
    """
    parts = list(maps)
    y = maps[0].area.y1 + GUTTER_PX if maps else 0
    x = row = 0
    free: list[Rect] = []
    for eye, view in wanted:
        wide, high = view.size(chart)
        slot = next((s for s in free if s.width >= wide and s.height >= high), None)
        if slot is not None:  # below a smaller view of the same row
            free.remove(slot)
            area = Rect(slot.x0, slot.y0, slot.x0 + wide, slot.y0 + high)
        else:
            if x and x + wide > width:
                y, x, row = y + row + GUTTER_PX, 0, 0
            row = max(row, high)
            area = Rect(x, y, x + wide, y + high)
            slot = Rect(x, y, x + wide, y + row)
            x += wide + GUTTER_PX
        parts.append(SheetPart(eye, area, view))
        if slot.y1 > area.y1 + GUTTER_PX:
            free.append(Rect(area.x0, area.y1 + GUTTER_PX, slot.x1, slot.y1))
        if slot.x1 > area.x1 + GUTTER_PX:
            free.append(Rect(area.x1 + GUTTER_PX, area.y0, slot.x1, area.y1))
    return Sheet(
        max(part.area.x1 for part in parts), max(part.area.y1 for part in parts), tuple(parts)
    )
