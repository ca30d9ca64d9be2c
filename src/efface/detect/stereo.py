"""A face that is found in one view of a stereo pair is covered in the other, too.

The two eyes' views differ by a shift that depends on how far away the face is: it is looked for
by correlation, in a band beside its place in the first view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.interface import Detector
from efface.media.file import Picture
from efface.media.interface import Photo, StereoView
from efface.regions import Box

FACE_PX = 48
"""Faces are compared at this width: enough to tell them apart, and cheap."""
MARGIN = 0.3
"""Of the face's sides: what is compared around it."""
REACH_X, REACH_Y = 0.12, 0.02
"""Of the picture's sides: how far apart the two views of a face may lie. Stereo pictures that are
easy on the eyes keep below 0.04 across."""
SURE = 0.7
"""Correlation from which the place counts as found."""
SAME = 0.5
"""Share of the smaller of two boxes from which they are one face."""


def in_other_views(photo: Photo, found: Sequence[Box], detector: Detector) -> Iterator[Box]:
    """Boxes of faces that were found in another view of the scene alone, a dropped one included."""
    known = list(found)
    for views in photo.views():
        first, second = views.pair
        for here, there in ((first, second), (second, first)):
            if there.frame is None:
                continue
            for face in list(_faces(here, known, detector)):
                box = _counterpart(face, here.picture, there, views.declared)
                if box is not None and not any(_same(box, other) for other in known):
                    known.append(box)
                    yield box


def _faces(view: StereoView, known: Iterable[Box], detector: Detector) -> Iterator[Box]:
    """The faces of a view, in its own pixels."""
    width = view.picture.shape[1]
    if view.frame is None:
        for d in detector.detect(view.picture):
            yield Box(0, d.x, d.y, d.width, d.height, min(max(d.score, 0.0), 1.0))
        return
    for box in known:
        x = box.x - view.left
        if box.frame == view.frame and 0 <= x + box.width / 2 < width:
            yield Box(0, x, box.y, box.width, box.height, box.score)


def _counterpart(face: Box, here: Picture, there: StereoView, declared: bool) -> Box | None:
    """The face's box in the other view's frame; one that spans every place it can have when it is
    not found there, unless the pictures may have nothing to do with each other."""
    height, width = there.picture.shape[:2]
    scale = width / here.shape[1]
    x, y, w, h = (scale * v for v in (face.x, face.y, face.width, face.height))
    reach_x, reach_y = max(REACH_X * width, w), max(REACH_Y * height, h / 4)
    small = min(1.0, FACE_PX / w)
    patch, corner = _cut(here, face, MARGIN * face.width, MARGIN * face.height, small * scale)
    wide = Box(0, x, y, w, h)
    around = reach_x + MARGIN * w, reach_y + MARGIN * h
    band, origin = _cut(there.picture, wide, *around, small)
    score, dx, dy = -1.0, 0.0, 0.0
    if all(p <= b for p, b in zip(patch.shape, band.shape, strict=True)) and patch.std() > 1:
        match = cv2.matchTemplate(band, patch, cv2.TM_CCOEFF_NORMED)
        _, score, _, at = cv2.minMaxLoc(match)
        dx = origin[0] + at[0] / small - corner[0] * scale
        dy = origin[1] + at[1] / small - corner[1] * scale
    if score >= SURE:
        found = (x + dx, y + dy, w, h)
    elif declared:
        found = (x - reach_x / 2, y - reach_y / 2, w + reach_x, h + reach_y)
    else:
        return None
    x0, y0 = max(found[0], 0.0), max(found[1], 0.0)
    x1, y1 = min(found[0] + found[2], float(width)), min(found[1] + found[3], float(height))
    if x1 <= x0 or y1 <= y0:
        return None
    return Box(there.frame or 0, x0 + there.left, y0, x1 - x0, y1 - y0, face.score)


def _cut(
    picture: Picture, box: Box, more_x: float, more_y: float, scale: float
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """A grey cut-out of the box and what is around it, resized, and its corner in the picture."""
    height, width = picture.shape[:2]
    x0, y0 = max(0, int(box.x - more_x)), max(0, int(box.y - more_y))
    x1 = min(width, round(box.x + box.width + more_x))
    y1 = min(height, round(box.y + box.height + more_y))
    part = np.ascontiguousarray(picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)])
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA)), (x0, y0)


def _same(one: Box, other: Box) -> bool:
    """Two boxes of one frame that cover one face."""
    if one.frame != other.frame:
        return False
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return min(across, down) > 0 and across * down >= SAME * smaller
