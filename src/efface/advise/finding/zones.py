"""Finds zones that were redacted, where a detector saw a face and where it saw none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.estimator import estimate
from efface.advise.finding.bars import BARS, bar_faces
from efface.advise.finding.border import Border, detail, refined
from efface.advise.finding.cells import Mosaic, mosaic_zone
from efface.advise.finding.grids import grid_guesses
from efface.advise.finding.heads import best_head
from efface.advise.finding.soft import soft_guesses
from efface.advise.finding.swirls import swirls
from efface.advise.mosaic import find_grid
from efface.advise.redaction import SURE, SeenRedaction
from efface.advise.sharpness import stands_out
from efface.advise.solids import even_areas, solid_zones
from efface.detect.tiling import Pyramid
from efface.geometry import Rect

ZONE_OF_FACE = 1.3
"""How wide a tool's zone usually is, in face widths: what is taken where only the zone is known."""

LARGEST_SIDE_PX = 1280
"""Of a picture in which soft zones are looked for; a larger one is shrunk."""

FLAT_MEGAPIXELS = 2.0
"""Of a picture in which fills and bars are looked for; a larger one is halved."""

TALLEST, WIDEST = 2.2, 1.7
"""Height over width of a zone at most, and width over height."""

SEAM, AROUND = 0.9, 0.5
"""``stands_out`` from which a soft place is looked at closely: logarithms of detail outside over
inside, at the border and in all."""

PLAIN_SEAM, PLAIN_AROUND, PLAIN_PX = 1.7, 1.2, 48
"""The same from which a zone of this width counts that is less surely blurred, if all four of its
sides show; narrower ones are shadows and folds."""

HEAD = -2.0
"""Log-odds of a head in a soft place below which it is looked at only if it stands out plainly:
most are sleeves, walls and what is out of focus. Of a head under a strong blur the check sees
little."""

MOST_GRIDS = 12
"""Guesses that are looked at closely."""

BESIDE = 0.4
"""Share of the cells around a mosaic that are like its own: a picture that was enlarged pixel by
pixel is a grid all over."""

WHOLE = 0.8
"""Share of the picture from which it is no zone of it."""

FILLED = 0.6
"""Share of a mosaic's rectangle that its cells fill; of an oval .78."""


@dataclass(frozen=True, slots=True)
class FoundZone:
    """A zone that seems to have been redacted."""

    zone: Rect
    seen: SeenRedaction


def find_zones(picture: NDArray[np.uint8], faces: Sequence[Rect] = ()) -> list[FoundZone]:
    """Every zone that stands for itself, from the top down.

    Args:
        picture: RGB, upright.
        faces: clear faces; zones that lie mostly on one are looked for by ``zone_of`` instead.
    """
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    pyramid = Pyramid(picture)
    found = _mosaics(picture, luma)
    # two neighbouring cells of one colour are no fill
    flat = _Flat(picture)
    found += _solids(picture, flat, [one.zone for one in found])
    found += _bars(picture, pyramid, flat, [*(one.zone for one in found), *faces])
    found += _swirls(picture, [*(one.zone for one in found), *faces])
    found += _blurs(picture, luma, pyramid, [*(one.zone for one in found), *faces])
    return sorted(found, key=lambda one: (one.zone.y0, one.zone.x0))


def zone_of(luma: NDArray[np.float32], face: Rect) -> Rect | None:
    """The zone around a face's box that was changed, if its border shows.

    Args:
        luma: 0 to 255, of the whole picture.
        face: the face's box.
    """
    height, width = luma.shape
    part = face.padded(face.width * 3 // 2, face.height * 3 // 2).clipped(width, height)
    inside = Rect(face.x0 - part.x0, face.y0 - part.y0, face.x1 - part.x0, face.y1 - part.y0)
    piece = luma[part.y0 : part.y1, part.x0 : part.x1]
    border = refined(detail(piece), inside)
    if border is None or border.seen < 3 or not _plausible(border.zone):
        return None
    zone = border.zone
    return Rect(zone.x0 + part.x0, zone.y0 + part.y0, zone.x1 + part.x0, zone.y1 + part.y0)


def _plausible(zone: Rect) -> bool:
    return zone.height <= TALLEST * zone.width and zone.width <= WIDEST * zone.height


class _Flat:
    """A picture in which fills are looked for, halved where it is large."""

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        height, width = picture.shape[:2]
        self.times = 2 if height * width > FLAT_MEGAPIXELS * 1e6 else 1
        if self.times == 2:
            size = width // 2, height // 2
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        self.picture, self.areas = picture, even_areas(picture)

    def within(self, rects: list[Rect]) -> list[Rect]:
        """Of the whole picture, in this one."""
        return [_scaled(rect, 1 / self.times) for rect in rects]

    def whole(self, rects: list[Rect]) -> list[Rect]:
        """Of this one, in the whole picture."""
        return [_scaled(rect, self.times) for rect in rects]


def _solids(picture: NDArray[np.uint8], flat: _Flat, known: list[Rect]) -> list[FoundZone]:
    out = []
    for zone in flat.whole(solid_zones(flat.picture, flat.within(known), areas=flat.areas)):
        seen = estimate(picture, zone, zone.width / ZONE_OF_FACE)
        if seen.kind == "solid":
            out.append(FoundZone(zone, seen))
    return out


def _mosaics(picture: NDArray[np.uint8], luma: NDArray[np.float32]) -> list[FoundZone]:
    seen: list[Mosaic] = []
    for guess in grid_guesses(luma)[:MOST_GRIDS]:
        if any(_inside(guess.box, one.zone) for one in seen):
            continue
        mosaic = _mosaic(luma, guess.box.clipped(luma.shape[1], luma.shape[0]))
        if mosaic is not None:
            seen.append(mosaic)
    out: list[FoundZone] = []
    # a part of a mosaic may look like one of its own; the largest holds it
    for mosaic in sorted(seen, key=lambda one: -one.zone.area):
        zone = mosaic.zone
        if any(5 * zone.intersection(other.zone).area > zone.area for other in out):
            continue
        found = estimate(picture, zone, zone.width / ZONE_OF_FACE)
        if found.kind in {"mosaic", "sampled-mosaic", "unknown"}:
            out.append(FoundZone(zone, found))
    return out


def _mosaic(luma: NDArray[np.float32], box: Rect) -> Mosaic | None:
    """Looked at twice: how wide cells are is known better once all of them are seen."""
    found: Mosaic | None = None
    for _ in range(2):
        grid = find_grid(luma, (_middle(box), box), box.width / ZONE_OF_FACE).grid
        found = None if grid is None else mosaic_zone(luma, grid, box)
        if found is None or found.filled < FILLED or found.beside > BESIDE:
            return None
        if not _plausible(found.zone) or found.zone.area > WHOLE * luma.size:
            return None
        if found.zone == box:
            break
        box = found.zone
    return found


def _inside(one: Rect, other: Rect) -> bool:
    return 5 * one.intersection(other).area > 4 * one.area


def _middle(box: Rect) -> Rect:
    return box.padded(-box.width // 5, -box.height // 5)


def _bars(
    picture: NDArray[np.uint8], pyramid: Pyramid, flat: _Flat, known: list[Rect]
) -> list[FoundZone]:
    stripes = flat.whole(solid_zones(flat.picture, flat.within(known), BARS, flat.areas))
    faces = bar_faces(pyramid, stripes)
    seen = ((face, estimate(picture, face, face.width)) for face in faces)
    return [FoundZone(face, one) for face, one in seen if one.kind == "bar"]


def _swirls(picture: NDArray[np.uint8], known: list[Rect]) -> list[FoundZone]:
    return [
        FoundZone(
            one.zone,
            SeenRedaction(
                "swirl", None, 1.0, "a face is seen once it is turned back",
                angle_deg=math.degrees(one.angle),
            ),
        )
        for one in swirls(picture, known)
    ]  # fmt: skip


def _blurs(
    picture: NDArray[np.uint8], luma: NDArray[np.float32], pyramid: Pyramid, known: list[Rect]
) -> list[FoundZone]:
    factor = min(1.0, LARGEST_SIDE_PX / max(luma.shape))
    small = luma
    if factor < 1:
        shrunk = cv2.resize(luma, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        small = np.asarray(shrunk, np.float32)
    details = detail(small)
    taken = [_scaled(rect, factor) for rect in known]
    out: list[FoundZone] = []
    guesses: list[tuple[Border, Rect, float, float]] = []
    for guess in soft_guesses(small, details, taken):
        border = refined(details, guess.box)
        if border is None or border.seen < 3 or not _plausible(border.zone):
            continue
        seam, around = stands_out(small, border.zone)
        if seam < SEAM or around < AROUND:
            continue
        zone = _scaled(border.zone, 1 / factor).clipped(luma.shape[1], luma.shape[0])
        guesses.append((border, zone, seam, around))
    odds = best_head(pyramid, [zone for _, zone, _, _ in guesses])
    for (border, zone, seam, around), head in zip(guesses, odds, strict=True):
        if head < HEAD and not (seam >= PLAIN_SEAM and around >= PLAIN_AROUND):
            continue
        others = [*known, *(one.zone for one in out)]
        if any(2 * zone.intersection(other).area > zone.area for other in others):
            continue
        seen = estimate(picture, zone, zone.width / ZONE_OF_FACE)
        plain = border.seen == 4 and seam >= PLAIN_SEAM and around >= PLAIN_AROUND
        plain &= min(border.zone.width, border.zone.height) >= PLAIN_PX
        if seen.kind in ("gaussian", "box", "median") and (plain or seen.sure >= SURE):
            out.append(FoundZone(zone, seen))
    return out


def _scaled(rect: Rect, factor: float) -> Rect:
    return Rect(
        round(rect.x0 * factor), round(rect.y0 * factor),
        round(rect.x1 * factor), round(rect.y1 * factor),
    )  # fmt: skip
