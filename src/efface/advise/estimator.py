"""What was done to a zone of a published picture, and how strongly: from its pixels alone.

Nothing of a face is reconstructed, and no face is compared with another.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from efface.advise.blur import BlurSearch, search
from efface.advise.flat import FlatPart, flat_part
from efface.advise.mosaic import SeenGrid, find_grid
from efface.advise.redaction import SeenRedaction
from efface.advise.sharpness import Sharpness, sharpness
from efface.advise.swirl import swirl_angle
from efface.geometry import Rect

FULL = 0.97
"""Share of a zone of one colour from which it is a solid fill."""

PART = 0.12
"""Share from which a part of one colour is told."""

STEP = 25.0
"""Steps of 255 between such a part and what is beside it; a strong blur goes on more gently."""

INNER = 0.7
"""Of the zone's sides: an oval of its size holds a rectangle of this share."""

TEMPERATURE = 5.0
"""A difference of cost says so many times less than the model believes: faces are no field of
normal values, and neighbouring pixels of a lossy file share their errors. Chosen by
bench/advice.py."""

NOISE_AT = 8.0
"""Variance of what a lossy file left at which a difference of cost says half as much again."""

SAMPLED_TEMPERATURE = 6.0
"""The same for whether a mosaic's cells are means or single pixels."""

CLEAR = 0.022
"""Blur in face widths (a Gaussian's sigma) below which there is none to speak of; a sharp picture
of a face has .01 to .02."""

NOISY = 25.0
"""Variance for each pixel above which something else than a lossy file has been at work."""

FEW_CELLS, UNTOLD = 9.0, 0.75
"""Cells across a face above which single pixels of a soft picture look like means, and how sure one
can be then."""

FINEST_PX = 0.7
"""The same in pixels: what every lens, and every resizing, does."""

TURNED = 0.05
"""Blur in face widths below which a swirl is looked for."""

KEPT, PEAKED = 0.5, 7.0
"""``Sharpness.kept`` below, and ``peaked`` above, in a zone that a median filter went over."""

AROUND, SHARPER = 1.3, 3.5
"""``Sharpness.around`` from which something was done, or may have been; and from which it was."""

UNEVEN = 0.2
"""``Sharpness.uneven`` below which all edges lie one way: blurred by motion."""

SMALLEST_PX = 8
"""Of the part that is looked at."""


def estimate(
    picture: NDArray[np.uint8], zone: Rect, face_px: float, cut: Rect | None = None
) -> SeenRedaction:
    """What seems to have been done.

    Args:
        picture: RGB, upright, as published.
        zone: the rectangle around what was changed; where that is not known, one within it, such
            as the face's own box.
        face_px: width of the face.
        cut: what a tool would have cut out; the zone where left out.
    """
    height, width = picture.shape[:2]
    zone = zone.clipped(width, height)
    part = _inner(zone)
    if min(part.width, part.height) < SMALLEST_PX:
        return _unknown("the zone is too small to tell")
    flat = flat_part(picture, part)
    if flat.share >= FULL:
        return SeenRedaction("solid", None, 0.95, "one colour throughout", flat.share)
    around = zone.padded(zone.width, zone.height).clipped(width, height)
    luma = cv2.cvtColor(
        np.ascontiguousarray(picture[around.y0 : around.y1, around.x0 : around.x1]),
        cv2.COLOR_RGB2GRAY,
    ).astype(np.float32)
    cut = _moved(zone if cut is None else cut, around)
    part, zone, box = (_moved(r, around) for r in (part, zone, flat.box))
    grid = find_grid(luma, (part, zone), face_px)
    if grid is not None:
        return _mosaic(grid, face_px)
    if flat.share >= PART and flat.step >= STEP:
        return _partly(flat, box, zone)
    # many small matrices: threads would only wait for each other
    with threadpool_limits(1, user_api="blas"):
        found = search(luma, part, cut, face_px)
    return _of_blur(luma, part, zone, face_px, found)


def _inner(zone: Rect) -> Rect:
    dx, dy = (round(n * (1 - INNER) / 2) for n in (zone.width, zone.height))
    return zone.padded(-dx, -dy) if zone.width > 2 * dx and zone.height > 2 * dy else zone


def _moved(rect: Rect, by: Rect) -> Rect:
    return Rect(rect.x0 - by.x0, rect.y0 - by.y0, rect.x1 - by.x0, rect.y1 - by.y0)


def _unknown(why: str, share: float = 1.0) -> SeenRedaction:
    return SeenRedaction("unknown", None, 0.0, why, share)


def _partly(flat: FlatPart, box: Rect, zone: Rect) -> SeenRedaction:
    """A bar over the eyes, or a part of the zone that is covered: the rest shows."""
    low = (box.y0 - zone.y0) / zone.height
    tall = box.height / zone.height
    filled = flat.share * (zone.width * zone.height * INNER**2) / max(box.area, 1)
    band = box.width >= 0.95 * INNER * zone.width and tall <= 0.45
    if band and low > 0.05 and low + tall < 0.75 and filled > 0.85:
        return SeenRedaction("bar", None, 0.85, "a band of one colour", flat.share)
    return _unknown("a part of it is of one colour, the rest is not", flat.share)


def _mosaic(grid: SeenGrid, face_px: float) -> SeenRedaction:
    odds = float(np.clip(grid.sampled / (2 * SAMPLED_TEMPERATURE), -30, 30))
    sampled = 1 / (1 + math.exp(-odds))
    how = max(sampled, 1 - sampled)
    if sampled < 0.5 and face_px / grid.side_px > FEW_CELLS:
        how = min(how, UNTOLD)
    # a faint grid may be another one
    seen = min(1.0, 0.5 + (grid.excess - 0.12) / 0.4)
    return SeenRedaction(
        "sampled-mosaic" if sampled > 0.5 else "mosaic",
        grid.side_px,
        round(seen * how, 3),
        "a grid of even cells",
    )


def _of_blur(
    luma: NDArray[np.float32], part: Rect, zone: Rect, face_px: float, found: BlurSearch
) -> SeenRedaction:
    best = found.best
    how = sharpness(luma, part, zone, best.sigma_px)
    if best.sigma_px < TURNED * face_px:
        angle = swirl_angle(luma, zone)
        if angle is not None:
            why = "edges lean one way around the middle"
            return SeenRedaction("swirl", None, 0.85, why, 1.0, math.degrees(angle))
    if how.kept < KEPT and how.peaked > PEAKED and how.around > AROUND:
        return SeenRedaction("median", None, 0.5, "smooth, with edges kept")
    if best.sigma_px < max(CLEAR * face_px, FINEST_PX):
        return _clear(how, best.noise)
    if best.noise > NOISY:
        return _unknown("smooth, with noise on top")
    temperature = TEMPERATURE * (1 + best.noise / NOISE_AT)
    sure = round(found.sure(temperature), 3)
    return SeenRedaction(best.blur, best.size_px, sure, "smooth, without a grid")


def _clear(how: Sharpness, noise: float) -> SeenRedaction:
    """As sharp as a picture is; but what is much sharper around it was blurred somehow."""
    if how.around > SHARPER or how.uneven < UNEVEN:
        return _unknown("less sharp than what is around it, in no way that is known")
    # what a lossy file blurred away by itself may have hidden a small redaction
    sure = 0.9 if noise < NOISE_AT and how.around < AROUND else 0.7
    return SeenRedaction("none", None, sure, "as sharp as a picture is")
