"""Solid fills that stand where a face was: areas of one colour in the shape of a box or an oval.

Detectors see no face there. Walls and skies have other shapes, and few things in a photograph are
of one colour to the step.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

LEAST_PX = 12
"""Smaller ones are not looked for."""

_LARGEST = 0.25
"""Of the picture: larger ones are frames and backgrounds."""

_EVEN_STEPS = 3
"""Range around a pixel in the midst of a fill."""

_CORE = 0.3
"""Share of a fill that is even so; lossy files make its rim uneven."""

_NEAR_STEPS = 20
"""How far its rim's pixels are from its colour."""

_BOX_FILL = 0.96
"""Share of the rectangle around it that a box covers."""

_OVAL_ALIKE = 0.92
"""Of an oval: what it shares with the ellipse in that rectangle, over both together."""

_ASPECT = 2.2
"""Longer ones are bars, frames and signs."""

_STEP = 30.0
"""Steps of 255 to what lies beside it, from which it is of another colour, …"""

_OTHER = 0.7
"""… and how much of it has to be."""


def solid_zones(picture: NDArray[np.uint8], known: Sequence[Rect] = ()) -> list[Rect]:
    """Rectangles around solid fills, from the top down.

    Args:
        picture: RGB.
        known: faces that were found otherwise; fills that touch one are left out.
    """
    kernel = np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(picture, kernel), cv2.erode(picture, kernel)).max(axis=2)
    even = (spread <= _EVEN_STEPS).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    out: list[Rect] = []
    for index in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[index])
        core = Rect(x, y, x + width, y + height)
        small = min(width, height) < LEAST_PX / 2 or area < LEAST_PX**2 / 4
        if small or core.area > _LARGEST * even.size or _at_edge(core, picture):
            continue
        pixels = picture[y : y + height, x : x + width]
        colour = np.median(pixels[labels[y : y + height, x : x + width] == index], axis=0)
        box = _shape(picture, core, colour, area)
        if box is None or any(not box.intersection(other).empty for other in (*known, *out)):
            continue
        if _ends(picture, box, colour):
            out.append(box)
    return sorted(out, key=lambda rect: (rect.y0, rect.x0))


def _shape(
    picture: NDArray[np.uint8], core: Rect, colour: NDArray[np.float64], area: int
) -> Rect | None:
    """The box or oval of about one colour that holds an even core."""
    height, width = picture.shape[:2]
    part = core.padded(18, 18).clipped(width, height)
    piece = picture[part.y0 : part.y1, part.x0 : part.x1].astype(np.int16)
    near = (np.abs(piece - colour).max(axis=2) <= _NEAR_STEPS).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    inside = labels[core.y0 - part.y0 : core.y1 - part.y0, core.x0 - part.x0 : core.x1 - part.x0]
    counts = np.bincount(inside.ravel(), minlength=len(stats))
    counts[0] = 0
    x, y, wide, tall, covered = (int(v) for v in stats[int(counts.argmax())])
    if min(wide, tall) < LEAST_PX or max(wide, tall) > _ASPECT * min(wide, tall):
        return None
    share = covered / (wide * tall)
    mask = labels[y : y + tall, x : x + wide] == int(counts.argmax())
    if share < _BOX_FILL and _of_oval(mask) < _OVAL_ALIKE:
        return None
    if area < _CORE * covered:
        return None
    return Rect(part.x0 + x, part.y0 + y, part.x0 + x + wide, part.y0 + y + tall)


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
