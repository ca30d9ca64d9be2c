"""All-round pictures as the networks see them best: unbent, all that is looked at in one picture.

The sheet holds the picture itself, wrapped over the seam (where it is hardly bent), and the views
of what is bent. It is looked at like any other picture, by the search of every recall setting, by
the rescan, and in video; what is found in it is brought back to the picture. A face that several
parts show counts once, as the surest of them shows it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes
from efface.detect.once import SeenOnSphere, box4, each_once, together
from efface.detect.tiling import halved
from efface.sphere.chart import Chart
from efface.sphere.picture import Sphere
from efface.sphere.rays import Patch, rays_at
from efface.sphere.sheet import BENT, SheetPart, sheet_of
from efface.sphere.views import PerspectiveView

MOST_PX = 32_000
"""OpenCV resamples no longer sides; views of larger pictures are taken of one at half the size."""

CACHED_PX = 4_000_000
"""Views of more pixels are computed anew each time, by bands."""
_BAND_ROWS = 256

OVERLAP = math.radians(4.5)
"""Half the angle that neighbouring views share at least: smaller faces are whole in one of them."""

CUT_PX = 2
"""A box that comes as near to the edge of a view is cut by it."""


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

    def seen(self, boxes: Boxes) -> list[list[SeenOnSphere]]:
        """The faces in boxes of the sheet, for each eye; each face once."""
        seen: list[list[SeenOnSphere]] = [[] for _ in self._sphere.eyes]
        for box in boxes:
            part = self._part(box)
            patch = None if part is None else self._patch(part, box)
            if part is None or patch is None:
                continue
            cut = _cut(part, box)
            if not cut or max(patch.across, patch.along) > OVERLAP:
                seen[part.eye].append(SeenOnSphere(patch, float(box[4]), cut))
        return [each_once(some) for some in seen]

    def faces(self, boxes: Boxes) -> Boxes:
        """Boxes of the sheet as boxes of the map, the eyes' views joined."""
        chart, out = self._sphere.chart, []
        for some in self.seen(boxes):
            each = [(*chart.box(one.patch), one.score) for one in some]
            out.append(np.array(each).reshape(-1, 5))
        return together(out, chart)

    def _part(self, box: NDArray[np.float64]) -> SheetPart | None:
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        for part in self._sheet.parts:
            a = part.area
            if a.x0 <= x < a.x1 and a.y0 <= y < a.y1:
                return part
        return None

    def _patch(self, part: SheetPart, box: NDArray[np.float64]) -> Patch | None:
        a, chart = part.area, self._sphere.chart
        x, y, width, height = float(box[0] - a.x0), float(box[1] - a.y0), *map(float, box[2:4])
        if part.view is None:
            patch = chart.patch((x + part.left, y + part.top, width, height))
            return None if patch is not None and abs(patch.lat) > BENT else patch
        patch = part.view.patch((x, y, width, height), (a.width, a.height))
        px, py = chart.points(rays_at(np.array(patch.lon), np.array(patch.lat)))
        inside = 0 <= px <= chart.width and 0 <= py <= chart.height
        return patch if inside else None


@dataclass(frozen=True, slots=True)
class CloseView:
    """A face and its surroundings, unbent."""

    pixels: NDArray[np.uint8]
    """RGB, shape (CLOSE_PX, CLOSE_PX, 3)."""
    box: NDArray[np.float64]
    """Of the face in it: x, y, width, height."""
    scale: float
    """Its pixels for each of the picture, along one axis in the middle."""


def close_view(
    picture: NDArray[np.uint8], sphere: Sphere, box: NDArray[np.float64], eye: int = 0
) -> CloseView:
    """Look at a face as somebody sees it who is turned to it.

    Args:
        picture: RGB; may be a smaller copy.
        sphere: of the picture at any size.
        box: x, y, width, height in pixels of the given picture's map.
        eye: whose part of the picture is looked at.
    """
    own = sphere.of(picture)
    chart, part = own.chart, own.eyes[eye]
    patch = chart.patch(own.turned(box4(box)))
    if patch is None:  # around a pole: seen from below or above
        upper = box[1] + box[3] / 2 < chart.height / 2
        reach = min(float(box[3]) / chart.per_radian, 1.0)
        patch = Patch(0.0, math.pi / 2 if upper else -math.pi / 2, reach, reach)
    across, along = (math.tan(min(half, 0.7)) for half in (patch.across, patch.along))
    around = min(CLOSE * max(across, along), 3.0)
    out = np.full((CLOSE_PX, CLOSE_PX, 3), 127, np.uint8)
    scale = CLOSE_PX / (2 * around * chart.per_radian)
    view = PerspectiveView.about(patch.lon, patch.lat, around, around, min(scale, 1.0))
    _draw(out, view, picture[part.y0 : part.y1, part.x0 : part.x1], chart)
    half = np.array([across, along]) / around * CLOSE_PX / 2
    return CloseView(out, np.array([*(CLOSE_PX / 2 - half), *(2 * half)]), scale)


CLOSE, CLOSE_PX = 2.5, 256
"""A close view reaches so many half faces to each side, and has so many pixels."""


def is_bent(sphere: Sphere, box: NDArray[np.float64]) -> bool:
    """Whether a face of one eye's map is so bent that it is not looked at as it is.

    Args:
        box: x, y, width, height in pixels of the map.
    """
    patch = sphere.chart.patch(sphere.turned(box4(box)))
    return patch is None or abs(patch.lat) > BENT


def _cut(part: SheetPart, box: NDArray[np.float64]) -> bool:
    a = part.area.padded(-CUT_PX, -CUT_PX)
    right, bottom = box[0] + box[2], box[1] + box[3]
    inside = a.x0 <= box[0] and a.y0 <= box[1] and right <= a.x1 and bottom <= a.y1
    return part.view is not None and not inside


def _within(eye: NDArray[np.uint8]) -> NDArray[np.uint8]:
    while max(eye.shape) > MOST_PX:
        eye = halved(eye)
    return eye


def _draw(
    out: NDArray[np.uint8], view: PerspectiveView, eye: NDArray[np.uint8], chart: Chart
) -> None:
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
    view: PerspectiveView,
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
