"""All-round pictures as the networks see them best: unbent, all that is looked at in one picture.

The sheet holds the picture itself, wrapped over the seam (where it is hardly bent), and the views
of what is bent. It is looked at like any other picture, by the search of every recall setting, by
the rescan, and in video; what is found in it is brought back to the picture. A face that several
parts show counts once, as the surest of them shows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.fusion import SAME_FACE
from efface.detect.tiling import halved
from efface.geometry import Rect
from efface.sphere.chart import Chart
from efface.sphere.picture import Sphere
from efface.sphere.rays import Patch, axes_at, rays_at
from efface.sphere.views import ALL_SIDES, BESIDE_THE_MAP, View

SEAM = 1 / 6
"""Share of the whole circle by which the picture is continued past its right edge."""

BENT = math.radians(55)
"""Latitude from which what is seen in the picture as it is does not count: faces are stretched
there by three quarters and more, parts of them look like others, and the views show them better."""

BENT_MORE = math.radians(15)
"""So much more of it is looked at, for the rest of faces that do count."""

GUTTER_PX = 16
"""Between the parts, so that what one shows does not run into the next."""

MOST_PX = 32_000
"""OpenCV resamples no longer sides; views of larger pictures are taken of one at half the size."""

CACHED_PX = 4_000_000
"""Views of more pixels are computed anew each time, by bands."""
_BAND_ROWS = 256

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

OVERLAP = math.radians(4.5)
"""Half the angle that neighbouring views share at least: smaller faces are whole in one of them."""

CUT_PX = 2
"""A box that comes as near to the edge of a view is cut by it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sheet."""

    eye: int
    area: Rect
    view: View | None = None
    """``None``: the picture itself, or what lies about its seam."""
    top: int = 0
    """Rows of the picture above that."""
    left: int = 0
    """Columns of the picture to the left of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A face in one eye's view."""

    patch: Patch
    score: float
    cut: bool
    """The edge of a view cuts it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where everything lies."""

    width: int
    height: int
    parts: tuple[Part, ...]


_WIDTHS = (1.0, 1.2, 1.5, 2.0, 3.0)
"""Widths of the sheet that are tried, in those of its widest part."""


@lru_cache(16)
def sheet_of(sphere: Sphere) -> Sheet:
    """The sheet of a picture: the maps in a row, below them the views, in rows that fill it; as
    wide as makes it smallest."""
    chart, eyes = sphere.chart, range(len(sphere.eyes))
    bent_little = sphere.projection.kind == "equirectangular"
    views: Sequence[View] = BESIDE_THE_MAP if bent_little else ALL_SIDES
    shown = [part for view in views if (part := view.within(chart)) is not None]
    wanted = sorted(
        ((eye, view) for view in shown for eye in eyes),
        key=lambda entry: -entry[1].size(chart)[1],
    )
    maps: list[Part] = []
    if bent_little:
        more = round(chart.width * SEAM) if chart.wraps else 0
        wide, left, (top, bottom) = chart.width + more, 0, _rows(sphere)
        if not sphere.projection.stated:  # the whole is looked at by itself
            wide, left = 2 * more, chart.width - more
        starts = [eye * (wide + GUTTER_PX) for eye in eyes]
        maps = [
            Part(i, Rect(x, 0, x + wide, bottom - top), top=top, left=left)
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
    maps: Sequence[Part], wanted: Sequence[tuple[int, View]], chart: Chart, width: int
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
        parts.append(Part(eye, area, view))
        if slot.y1 > area.y1 + GUTTER_PX:
            free.append(Rect(area.x0, area.y1 + GUTTER_PX, slot.x1, slot.y1))
        if slot.x1 > area.x1 + GUTTER_PX:
            free.append(Rect(area.x1 + GUTTER_PX, area.y0, slot.x1, area.y1))
    return Sheet(
        max(part.area.x1 for part in parts), max(part.area.y1 for part in parts), tuple(parts)
    )


class Unbent:
    """A picture, unbent."""

    def __init__(self, picture: NDArray[np.uint8], sphere: Sphere) -> None:
        """
        Args:
            picture: RGB, shape (height, width, 3); may be a smaller copy.
            sphere: of the picture at any size.
        """
        self._sphere = sphere.of(picture)
        self._sheet = sheet_of(self._sphere)
        self.picture: NDArray[np.uint8] = np.full(
            (self._sheet.height, self._sheet.width, 3), 127, np.uint8
        )
        """The sheet, RGB."""
        eyes = [picture[e.y0 : e.y1, e.x0 : e.x1] for e in self._sphere.eyes]
        small = [_within(eye) for eye in eyes]
        for part in self._sheet.parts:
            a = part.area
            out = self.picture[a.y0 : a.y1, a.x0 : a.x1]
            if part.view is None:
                eye = eyes[part.eye][part.top : part.top + a.height]
                first = eye[:, part.left :]
                out[:, : first.shape[1]] = first
                out[:, first.shape[1] :] = eye[:, : a.width - first.shape[1]]
            else:
                _draw(out, part.view, small[part.eye], self._sphere.chart)

    def seen(self, boxes: Boxes) -> list[list[Seen]]:
        """The faces in boxes of the sheet, for each eye; each face once."""
        seen: list[list[Seen]] = [[] for _ in self._sphere.eyes]
        for box in boxes:
            part = self._part(box)
            patch = None if part is None else self._patch(part, box)
            if part is None or patch is None:
                continue
            cut = _cut(part, box)
            if not cut or max(patch.across, patch.along) > OVERLAP:
                seen[part.eye].append(Seen(patch, float(box[4]), cut))
        return [each_once(some) for some in seen]

    def faces(self, boxes: Boxes) -> Boxes:
        """Boxes of the sheet as boxes of the map, the eyes' views joined."""
        chart, out = self._sphere.chart, []
        for some in self.seen(boxes):
            each = [(*chart.box(one.patch), one.score) for one in some]
            out.append(np.array(each).reshape(-1, 5))
        return together(out, chart)

    def _part(self, box: NDArray[np.float64]) -> Part | None:
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        for part in self._sheet.parts:
            a = part.area
            if a.x0 <= x < a.x1 and a.y0 <= y < a.y1:
                return part
        return None

    def _patch(self, part: Part, box: NDArray[np.float64]) -> Patch | None:
        a, chart = part.area, self._sphere.chart
        x, y, width, height = float(box[0] - a.x0), float(box[1] - a.y0), *map(float, box[2:4])
        if part.view is None:
            patch = chart.patch((x + part.left, y + part.top, width, height))
            return None if patch is not None and abs(patch.lat) > BENT else patch
        patch = part.view.patch((x, y, width, height), (a.width, a.height))
        px, py = chart.points(rays_at(np.array(patch.lon), np.array(patch.lat)))
        inside = 0 <= px <= chart.width and 0 <= py <= chart.height
        return patch if inside else None


def close_view(
    picture: NDArray[np.uint8], sphere: Sphere, box: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A face and its surroundings, unbent, and its box there.

    Args:
        picture: RGB; may be a smaller copy.
        sphere: of the picture at any size.
        box: x, y, width, height in pixels of the given picture's map.
    """
    own = sphere.of(picture)
    chart, eye = own.chart, own.eyes[0]
    patch = chart.patch(own.turned(_box4(box)))
    if patch is None:  # around a pole: seen from below or above
        upper = box[1] + box[3] / 2 < chart.height / 2
        reach = min(float(box[3]) / chart.per_radian, 1.0)
        patch = Patch(0.0, math.pi / 2 if upper else -math.pi / 2, reach, reach)
    across, along = (math.tan(min(half, 0.7)) for half in (patch.across, patch.along))
    around = min(CLOSE * max(across, along), 3.0)
    out = np.full((CLOSE_PX, CLOSE_PX, 3), 127, np.uint8)
    view = View.about(patch.lon, patch.lat, around, around)
    _draw(out, view, picture[eye.y0 : eye.y1, eye.x0 : eye.x1], chart)
    half = np.array([across, along]) / around * CLOSE_PX / 2
    return out, np.array([*(CLOSE_PX / 2 - half), *(2 * half)])


CLOSE, CLOSE_PX = 2.5, 256
"""A close view reaches so many half faces to each side, and has so many pixels."""


def _cut(part: Part, box: NDArray[np.float64]) -> bool:
    a = part.area.padded(-CUT_PX, -CUT_PX)
    right, bottom = box[0] + box[2], box[1] + box[3]
    inside = a.x0 <= box[0] and a.y0 <= box[1] and right <= a.x1 and bottom <= a.y1
    return part.view is not None and not inside


def each_once(seen: Sequence[Seen]) -> list[Seen]:
    """The surest first, those left out that show a surer one's face; what a view's edge cuts last,
    and only where nothing that is whole lies."""
    left = sorted(seen, key=lambda one: (one.cut, -one.score, one.patch.lon, one.patch.lat))
    out: list[Seen] = []
    while left:
        best = left.pop(0)
        out.append(best)
        left = [one for one in left if not _same(best, one)]
    return out


def _same(best: Seen, other: Seen) -> bool:
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
        own = chart.patch(_box4(box))
        shares = [_overlap(own, chart.patch(_box4(other))) for other in left]
        if shares and max(shares) >= BOTH_EYES:
            other = left.pop(int(np.argmax(shares)))
            out.append(_hull(box, other, chart))
        else:
            out.append(_aside(box))
    return np.array([*out, *map(_aside, left)]).reshape(-1, 5) if out or left else no_boxes()


def _box4(box: NDArray[np.float64]) -> tuple[float, float, float, float]:
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


def _within(eye: NDArray[np.uint8]) -> NDArray[np.uint8]:
    while max(eye.shape) > MOST_PX:
        eye = halved(eye)
    return eye


def _draw(out: NDArray[np.uint8], view: View, eye: NDArray[np.uint8], chart: Chart) -> None:
    """Draw a view of one eye's picture into a part of the sheet."""
    high, wide = out.shape[:2]
    scale = max(1, round(1 / view.scale))
    if scale > 1:  # each pixel the mean of those it stands for
        size = max(1, eye.shape[1] // scale), max(1, eye.shape[0] // scale)
        eye = np.asarray(cv2.resize(eye, size, interpolation=cv2.INTER_AREA), np.uint8)
    edges = [*range(0, high, _BAND_ROWS), high] if wide * high > CACHED_PX else [0, high]
    draw = _places if len(edges) > 2 else _kept_places
    for y0, y1 in pairwise(edges):
        x, y = draw(view, chart, (wide, high), (y0, y1), eye.shape[:2])
        border = cv2.BORDER_WRAP if chart.wraps else cv2.BORDER_CONSTANT
        out[y0:y1] = cv2.remap(
            eye, x, y, cv2.INTER_LINEAR, borderMode=border, borderValue=(127, 127, 127)
        )


def _places(
    view: View,
    chart: Chart,
    size: tuple[int, int],
    rows: tuple[int, int],
    shape: tuple[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where in one eye's picture the pixels of a view lie."""
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(*rows) + 0.5)
    px, py = chart.points(view.rays(x, y, size))
    px, py = px * shape[1] / chart.width - 0.5, py * shape[0] / chart.height - 0.5
    if chart.wraps:  # what wraps does so across only
        py = np.clip(py, 0, shape[0] - 1)
    return px.astype(np.float32), py.astype(np.float32)


_kept_places = lru_cache(64)(_places)
