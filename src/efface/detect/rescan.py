"""Looking at the written file again, with the second detector, as it is and turned, and with the
network for near faces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, clipped, no_boxes
from efface.detect.interface import Detection, detections
from efface.detect.near import near_network, uncovered_near
from efface.detect.once import SeenOnSphere
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.detect.turned import QUARTERS, TURNED_MEGAPIXELS, Turned, gathered, turned_look
from efface.detect.unbent import Unbent
from efface.detect.yunet import yunet
from efface.geometry import Rect
from efface.regions import Box
from efface.sphere.picture import Sphere
from efface.sphere.rays import axes_at, rays_at
from efface.zones.painting import coverage, fill
from efface.zones.zone import Zone

RESCAN_THRESHOLD = 0.75
"""YuNet's score from which the rescan counts a face; bench/detect/rescan.py measures what it then
misses and how often it cries wolf."""

INCLUDED_THRESHOLD = 0.7
"""Every detection includes what YuNet sees from this score on, so that on an unchanged picture the
rescan sees nothing new. It is lower than the rescan's, because a zone moves the scores beside it a
little."""

TURNED = dict.fromkeys(QUARTERS, TURNED_MEGAPIXELS)
"""The turns at which every detection looks besides, at the size at which it does."""


def rescan_detector_name() -> str:
    """Model, backend and precision of the second detector, and of the one for near faces."""
    return f"{yunet().name} + {near_network().name}"


def rescan(
    picture: NDArray[np.uint8],
    frame: int,
    zones: Iterable[Zone],
    kept: Sequence[Box],
    threshold: float = RESCAN_THRESHOLD,
    *,
    turns: Mapping[int, float] = TURNED,
    sphere: Sphere | None = None,
    part: Rect | None = None,
    blank: bool = False,
) -> tuple[Detection, ...]:
    """Faces in a finished frame that lie neither in a zone nor on a face the user keeps.

    Args:
        picture: RGB, shape (height, width, 3), upright, of the written file.
        frame: its index.
        zones: zones of any frames; those of this frame count.
        kept: boxes of any frames; those of this frame count.
        threshold: score from which a face counts, 0 to 1.
        turns: quarter turns at which the picture is looked at besides, each in a copy of at most so
            many megapixels.
        sphere: where the picture lies on the sphere; ``None``: it is flat.
        part: of a flat picture, which alone is looked at; all of it when left out. A face that
            fills a part is not near: those are looked for in whole pictures.
        blank: look at the frame with its zones black. What is drawn in them, a head as well, was
            held against what was meant, and with what is around it would be taken for a face.
    """
    height, width = picture.shape[:2]
    here = [zone for zone in zones if zone.frame == frame]
    if blank:
        picture = picture.copy()
        fill(picture, here, 0)
    covered = coverage(here, width, height)
    held = [box for box in kept if box.frame == frame]
    around: tuple[Detection, ...] = ()
    if sphere is not None:
        unbent = Unbent(picture, sphere)
        views = unbent.seen(_seen(Pyramid(unbent.picture), threshold, turns)[0])
        around = tuple(_bare(views, sphere, covered, held))
        if sphere.projection.stated:
            return around
    seen = part or Rect(0, 0, width, height)
    pyramid = Pyramid(picture[seen.y0 : seen.y1, seen.x0 : seen.x1])
    boxes, lie = _seen(pyramid, threshold, turns)
    boxes[:, :2] += (seen.x0, seen.y0)
    marked = clipped(np.column_stack([boxes, lie]), width, height)
    bare = [
        not _in_zones(face, covered) and not any(_on(face, box) for box in held) for face in marked
    ]
    left = marked[np.array(bare, bool)]
    faces = detections(left[:, :5], left[:, 5].astype(int))
    near = uncovered_near(pyramid, here, held) if part is None else no_boxes()
    return (*around, *faces, *detections(near))


def _seen(pyramid: Pyramid, threshold: float, turns: Mapping[int, float]) -> tuple[Boxes, Turned]:
    """What the second detector sees in a picture as it is and turned."""
    turned = {q: turned_look(pyramid, threshold, q, size) for q, size in turns.items()}
    return gathered(second_look(pyramid, threshold), turned)


def _bare(
    seen: Sequence[Sequence[SeenOnSphere]],
    sphere: Sphere,
    covered: NDArray[np.bool_],
    held: Sequence[Box],
) -> Iterator[Detection]:
    """Of the faces in an all-round picture those that are neither covered nor kept: their boxes say
    little of their shape."""
    chart = sphere.chart
    for eye, faces in zip(sphere.eyes, seen, strict=True):
        for face in faces:
            patch = face.patch
            lon, lat = np.meshgrid(patch.across * _INNER, patch.along * _INNER)
            rays = rays_at(lon, lat) @ axes_at(patch.lon, patch.lat)
            x, y = (np.floor(v).astype(int) for v in chart.points(rays))
            there = (x >= 0) & (x < chart.width) & (y >= 0) & (y < chart.height)
            if covered[y[there] + eye.y0, x[there] + eye.x0].mean() >= 0.5:
                continue
            px, py = chart.points(rays_at(np.array(patch.lon), np.array(patch.lat)))
            at = float(px) + eye.x0, float(py) + eye.y0
            shifts = (0, chart.width, -chart.width) if chart.wraps else (0,)
            if any(_at((at[0] + shift, at[1]), box) for shift in shifts for box in held):
                continue
            left, top, width, height = chart.box(patch)
            yield Detection(left + eye.x0, top + eye.y0, width, height, face.score)


_INNER = np.linspace(-0.8, 0.8, 15)
"""Where on a face, in half sides, it is looked at whether it is covered."""


def _in_zones(face: NDArray[np.float64], covered: NDArray[np.bool_]) -> bool:
    x, y, width, height = face[:4]
    x0, y0 = int(x + 0.1 * width), int(y + 0.1 * height)
    x1, y1 = int(np.ceil(x + 0.9 * width)), int(np.ceil(y + 0.9 * height))
    return bool(covered[y0:y1, x0:x1].mean() >= 0.5)


def _on(face: NDArray[np.float64], box: Box) -> bool:
    return _at((float(face[0] + face[2] / 2), float(face[1] + face[3] / 2)), box)


def _at(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
