"""Solid fills that stand where a face was: areas of one colour in the shape of a box or an oval.

Detectors see no face there. Walls and skies have other shapes, and few things in a photograph are
of one colour to the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

_LARGEST = 0.25
"""Of the picture: larger ones are frames and backgrounds."""

_EVEN_STEPS = 3
"""Range around a pixel in the midst of a fill."""

_CORE = 0.3
"""Share of a fill that is even so; lossy files make its rim uneven."""

_NEAR_STEPS = 20
"""How far its rim's pixels are from its colour."""

_RIM_PX = 18
"""Pixels around a core in which its fill is looked for."""

_LEAST_OVAL = 0.7
"""Share of its rectangle that an oval covers, at least (a perfect one .785)."""

_BOX_FILL = 0.96
"""Share of the rectangle around it that a box covers."""

_OVAL_ALIKE = 0.92
"""Of an oval: what it shares with the ellipse in that rectangle, over both together."""

_PATTERN = 3
"""Fills of one size that are no faces any more."""

_STEP = 30.0
"""Steps of 255 to what lies beside it, from which it is of another colour, …"""

_OTHER = 0.7
"""… and how much of it has to be."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What fills are looked for."""

    least_px: int = 12
    """Smaller ones are not."""
    widest: float = 2.2
    """Width over height at most; what is longer is a bar, a frame or a sign."""
    tallest: float = 2.2
    """Height over width at most."""
    ovals: bool = True
    """Whether they may be oval."""


FACES = Shapes()
"""Those of a face's shape."""


@dataclass(frozen=True, slots=True)
class EvenAreas:
    """Connected places that are even."""

    labels: NDArray[np.int32]
    """Of each pixel its place's number; 0: it is not even."""
    stats: NDArray[np.int32]
    """Of each place x, y, width, height and pixels."""


def even_areas(picture: NDArray[np.uint8]) -> EvenAreas:
    """Those of a picture (RGB)."""
    kernel = np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(picture, kernel), cv2.erode(picture, kernel)).max(axis=2)
    even = (spread <= _EVEN_STEPS).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    return EvenAreas(np.asarray(labels, np.int32), np.asarray(stats, np.int32))


def solid_zones(
    picture: NDArray[np.uint8],
    known: Sequence[Rect] = (),
    shapes: Shapes = FACES,
    areas: EvenAreas | None = None,
) -> list[Rect]:
    """Rectangles around solid fills, from the top down.

    Args:
        picture: RGB.
        known: zones that were found otherwise; fills that touch one are left out.
        shapes: which.
        areas: ``even_areas`` of the picture, where they are known.
    """
    areas = even_areas(picture) if areas is None else areas
    labels, stats = areas.labels, areas.stats
    out: list[Rect] = []
    for index in _cores(stats, labels.size, shapes):
        x, y, width, height, area = (int(v) for v in stats[index])
        core = Rect(x, y, x + width, y + height)
        if _at_edge(core, picture):
            continue
        pixels = picture[y : y + height, x : x + width]
        colour = np.median(pixels[labels[y : y + height, x : x + width] == index], axis=0)
        box = _shape(picture, core, colour, area, shapes) or _square(core, area, shapes)
        if box is None or any(not box.intersection(other).empty for other in (*known, *out)):
            continue
        if _ends(picture, box, colour):
            out.append(box)
    single = [box for box in out if not _of_a_pattern(box, out)]
    return sorted(single, key=lambda rect: (rect.y0, rect.x0))


def _cores(stats: NDArray[np.int32], size: int, shapes: Shapes) -> list[int]:
    """Numbers of even areas that may lie in the midst of a fill; 0 is what is not even."""
    _, _, width, height, area = stats.T.astype(np.int64)
    likely = (np.minimum(width, height) >= shapes.least_px / 2) & (area >= shapes.least_px**2 / 4)
    likely &= width * height <= _LARGEST * size
    # a fill holds its core, and is at most so much larger
    likely &= width <= shapes.widest * (height + 2 * _RIM_PX)
    likely &= height <= shapes.tallest * (width + 2 * _RIM_PX)
    likely &= area >= _CORE * _LEAST_OVAL * width * height
    likely[0] = False
    return [int(index) for index in np.flatnonzero(likely)]


def _of_a_pattern(box: Rect, every: Sequence[Rect]) -> bool:
    """Whether others have its very size, as bricks, tiles and windows have, and few faces."""
    alike = [
        other
        for other in every
        if max(abs(other.width - box.width), abs(other.height - box.height)) <= 1
    ]
    return len(alike) >= _PATTERN


def _shape(
    picture: NDArray[np.uint8],
    core: Rect,
    colour: NDArray[np.float64],
    area: int,
    shapes: Shapes,
) -> Rect | None:
    """The box or oval of about one colour that holds an even core."""
    height, width = picture.shape[:2]
    part = core.padded(_RIM_PX, _RIM_PX).clipped(width, height)
    piece = picture[part.y0 : part.y1, part.x0 : part.x1]
    near = cv2.inRange(piece, np.ceil(colour - _NEAR_STEPS), np.floor(colour + _NEAR_STEPS))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    inside = labels[core.y0 - part.y0 : core.y1 - part.y0, core.x0 - part.x0 : core.x1 - part.x0]
    counts = np.bincount(inside.ravel(), minlength=len(stats))
    counts[0] = 0
    x, y, wide, tall, covered = (int(v) for v in stats[int(counts.argmax())])
    if min(wide, tall) < shapes.least_px:
        return None
    if wide > shapes.widest * tall or tall > shapes.tallest * wide:
        return None
    share = covered / (wide * tall)
    if share < _LEAST_OVAL or area < _CORE * covered:
        return None
    mask = labels[y : y + tall, x : x + wide] == int(counts.argmax())
    if share < _BOX_FILL and not (shapes.ovals and _of_oval(mask) >= _OVAL_ALIKE):
        return None
    return Rect(part.x0 + x, part.y0 + y, part.x0 + x + wide, part.y0 + y + tall)


def _square(core: Rect, area: int, shapes: Shapes) -> Rect | None:
    """The core alone, where it is a box: what is beside it may be of nearly the same colour."""
    box = core.padded(1, 1)
    if area < _BOX_FILL * core.area or min(box.width, box.height) < shapes.least_px:
        return None
    fits = box.width <= shapes.widest * box.height and box.height <= shapes.tallest * box.width
    return box if fits else None


def _at_edge(box: Rect, picture: NDArray[np.uint8]) -> bool:
    height, width = picture.shape[:2]
    edges = (box.x0 <= 1, box.y0 <= 1, box.x1 >= width - 1, box.y1 >= height - 1)
    return bool(sum(edges) > 1)


def _of_oval(mask: NDArray[np.bool_]) -> float:
    """How alike a shape is to the ellipse that fills its rectangle."""
    tall, wide = mask.shape
    y, x = np.mgrid[:tall, :wide]
    across, down = (2 * x + 1 - wide) / wide, (2 * y + 1 - tall) / tall
    oval = np.square(across) + np.square(down) <= 1
    return float((mask & oval).sum() / max(int((mask | oval).sum()), 1))


def _ends(picture: NDArray[np.uint8], box: Rect, colour: NDArray[np.float64]) -> bool:
    """What lies beside it is of another colour."""
    height, width = picture.shape[:2]
    around, near = (box.padded(n, n).clipped(width, height) for n in (4, 1))
    ring = np.ones((around.height, around.width), bool)
    ring[near.y0 - around.y0 : near.y1 - around.y0, near.x0 - around.x0 : near.x1 - around.x0] = 0
    if not ring.any():
        return False
    beside = picture[around.y0 : around.y1, around.x0 : around.x1][ring].astype(np.float32)
    other = float(np.mean(np.abs(beside - colour).max(axis=1) >= _STEP))
    return other >= _OTHER
