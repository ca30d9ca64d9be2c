"""What was done to a zone of a published picture, and how strongly: from its pixels alone.

Nothing of a face is reconstructed, and no face is compared with another.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from efface.advise.blur import BlurFit, BlurSearch, search
from efface.advise.filter_net import FILTERS, FilterWord, filter_word
from efface.advise.fitted import FittedSum, Signs, fitted
from efface.advise.flat import SMALL_PX, FlatPart, flat_part
from efface.advise.mosaic import OUTSIDE, GridSearch, SeenGrid, find_grid
from efface.advise.redaction import SURE, RedactionKind, SeenRedaction
from efface.advise.sharpness import SPANS, WINDOWS, Sharpness, sharpness
from efface.advise.swirl import swirl_angle
from efface.geometry import Rect

FULL = 0.97
"""Share of a zone of one colour from which it is a solid fill."""

DRIFT = 3
"""Steps of 255 between thirds of a zone from which it is not of one colour; twice that in a small
one."""

PART = 0.12
"""Share from which a part of one colour is told."""

STEP = 25.0
"""Steps of 255 between such a part and what is beside it; a strong blur goes on more gently."""

INNER = 0.7
"""Of the zone's sides: an oval of its size holds a rectangle of this share."""

TEMPERATURE = 5.0
"""A difference of cost says so many times less than the model believes: faces are no field of
normal values, and neighbouring pixels of a lossy file share their errors."""

CLEAR = 0.022
"""Blur in face widths (a Gaussian's sigma) below which there is none to speak of; a sharp picture
of a face has .01 to .02."""

FINEST_PX = 0.7
"""The same in pixels: what every lens, and every resizing, does."""

NOISY = 25.0
"""Variance for each pixel above which something else than a lossy file has been at work."""

TURNED = 0.05
"""Blur in face widths below which a swirl is looked for."""

UNEVEN = 0.2
"""``Sharpness.uneven`` below which all edges lie one way: blurred by motion."""

SMALLEST_PX = 8
"""Of the part that is looked at."""

LEAST_SURE = 0.4
"""Chance of being right below which nothing is named: ``unknown``."""

CAUTION = 4.0
"""Power of that chance in ``sure``: pictures are less like those of the fit than these are like
each other."""

TRUST = 0.5
"""Share of what is added to the likeliest Gaussian's logarithm: on photographs all of it is too
much, and nothing too little."""


@dataclass(frozen=True, slots=True)
class Likeliest:
    """The likeliest, before it is asked how sure that is."""

    kind: RedactionKind
    strength_px: float | None
    why: str
    signs: Signs = field(default_factory=dict)
    """What was measured, for the sum that is named like ``group``."""
    group: str = ""
    """Empty: nothing is named."""
    share: float = 1.0
    angle_deg: float | None = None
    told: float = 1.0
    """Of a mosaic: how likely means and single pixels are told apart rightly."""


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
    seen = decided(measure(picture, zone, face_px, cut), fitted)
    if not seen.group:
        return SeenRedaction("unknown", None, 0.0, seen.why, seen.share)
    sure = fitted(seen.group).chance(seen.signs)
    if sure < LEAST_SURE:
        why = f"{seen.why}, but too unlike what is known"
        return SeenRedaction("unknown", None, 0.0, why, seen.share)
    sure = round(sure**CAUTION * seen.told, 3)
    return SeenRedaction(seen.kind, seen.strength_px, sure, seen.why, seen.share, seen.angle_deg)


def decided(seen: Likeliest, sums: Callable[[str], FittedSum]) -> Likeliest:
    """Tell mosaics of single pixels and medians from their likes.

    Args:
        seen: as measured.
        sums: the fitted sums by name.
    """
    if seen.group == "mosaic":
        single = sums("sampled").chance(seen.signs)
        told = max(single, 1 - single)
        kind: RedactionKind = "sampled-mosaic" if single > 0.5 else "mosaic"
        why = seen.why
        if told < SURE:
            why += "; whether they are means or single pixels' colours can hardly be told"
        return replace(seen, kind=kind, why=why, told=told)
    if seen.group not in ("gaussian", "box", "none"):
        return seen
    signs, sharp = seen.signs, seen.group == "none"
    if sums("median-or-none" if sharp else "median").value(signs) > 0:
        size = math.exp(signs["size"] + sums("window").value(signs))
        why = "smooth, with edges kept"
        return replace(seen, kind="median", strength_px=size, why=why, group="median-sure")
    if seen.kind != "gaussian":
        return seen
    sigma = math.exp(signs["gaussian_px"] + TRUST * sums("sigma").value(signs))
    return replace(seen, strength_px=sigma)


def measure(
    picture: NDArray[np.uint8], zone: Rect, face_px: float, cut: Rect | None = None
) -> Likeliest:
    """What the pixels say before anything fitted is asked; arguments as of ``estimate``."""
    height, width = picture.shape[:2]
    zone = zone.clipped(width, height)
    part = _inner(zone)
    if min(part.width, part.height) < SMALLEST_PX:
        return Likeliest("unknown", None, "the zone is too small to tell")
    flat = flat_part(picture, part)
    if flat.share >= FULL:
        if _slopes(picture, part):
            why = "of almost one colour, and yet of several"
            return Likeliest("unknown", None, why, share=flat.share)
        signs = {"share": flat.share, "size": math.log(min(part.width, part.height))}
        return Likeliest("solid", None, "one colour throughout", signs, "solid", flat.share)
    around = zone.padded(zone.width, zone.height).clipped(width, height)
    luma = cv2.cvtColor(
        np.ascontiguousarray(picture[around.y0 : around.y1, around.x0 : around.x1]),
        cv2.COLOR_RGB2GRAY,
    ).astype(np.float32)
    cut = _moved(zone if cut is None else cut, around)
    place = _Place(luma, _moved(part, around), _moved(zone, around), face_px)
    grids = find_grid(luma, (place.part, place.zone), face_px)
    if grids.grid is not None:
        return _mosaic(grids.grid, face_px)
    if flat.share >= PART and flat.step >= STEP:
        return _partly(flat, _moved(flat.box, around), place.zone)
    # many small matrices: threads would only wait for each other
    with threadpool_limits(1, user_api="blas"):
        found = search(luma, place.part, cut, face_px)
    return _smooth(place, found, grids)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is looked at."""

    luma: NDArray[np.float32]
    """Of the zone and what is around it."""
    part: Rect
    """What was changed throughout, in it."""
    zone: Rect
    face_px: float


def _slopes(picture: NDArray[np.uint8], part: Rect) -> bool:
    """Whether the colour drifts, as after a very strong blur."""
    piece = picture[part.y0 : part.y1, part.x0 : part.x1]
    thirds = cv2.resize(piece, (3, 3), interpolation=cv2.INTER_AREA).astype(np.int16)
    drift = int((thirds.max(axis=(0, 1)) - thirds.min(axis=(0, 1))).max())
    return drift > (DRIFT if min(part.width, part.height) >= SMALL_PX else 2 * DRIFT)


def _inner(zone: Rect) -> Rect:
    dx, dy = (round(n * (1 - INNER) / 2) for n in (zone.width, zone.height))
    return zone.padded(-dx, -dy) if zone.width > 2 * dx and zone.height > 2 * dy else zone


def _moved(rect: Rect, by: Rect) -> Rect:
    return Rect(rect.x0 - by.x0, rect.y0 - by.y0, rect.x1 - by.x0, rect.y1 - by.y0)


def _partly(flat: FlatPart, box: Rect, zone: Rect) -> Likeliest:
    """A bar over the eyes, or a part of the zone that is covered: the rest shows."""
    low = (box.y0 - zone.y0) / zone.height
    tall = box.height / zone.height
    filled = flat.share * (zone.width * zone.height * INNER**2) / max(box.area, 1)
    band = box.width >= 0.95 * INNER * zone.width and tall <= 0.45
    if band and low > 0.05 and low + tall < 0.75 and filled > 0.85:
        signs = {"filled": filled, "step": flat.step}
        return Likeliest("bar", None, "a band of one colour", signs, "bar", flat.share)
    why = "a part of it is of one colour, the rest is not"
    return Likeliest("unknown", None, why, share=flat.share)


def _mosaic(grid: SeenGrid, face_px: float) -> Likeliest:
    if grid.outside > OUTSIDE * grid.weak:
        return Likeliest("unknown", None, "a grid of even cells, as all over the picture")
    signs = {
        "excess": grid.excess,
        "weak": grid.weak,
        "between": grid.between,
        "alike": grid.alike,
        "cells": math.log(grid.cells),
        "side": math.log(grid.side_px),
        "across": math.log(face_px / grid.side_px),
        "odds": math.copysign(math.log1p(abs(grid.sampled)), grid.sampled),
        "rim": grid.rim.score,
        "rimmed": float(grid.rim.cells > 0),
        "square": abs(grid.sides[0] / grid.sides[1] - 1),
    }
    return Likeliest("mosaic", grid.side_px, "a grid of even cells", signs, "mosaic")


def _smooth(place: _Place, found: BlurSearch, grids: GridSearch) -> Likeliest:
    """Blurred, turned, or not at all."""
    best, face_px = found.best, place.face_px
    how = sharpness(place.luma, place.part, place.zone, best.sigma_px)
    signs = _signs(place, found, how, grids.periodic)
    signs |= _said(found, filter_word(place.luma, place.zone, face_px), signs["size"])
    if best.sigma_px < TURNED * face_px:
        angle = swirl_angle(place.luma, place.zone)
        if angle is not None:
            why = "edges lean one way around the middle"
            signs["lean"] = abs(angle)
            degrees = math.degrees(angle)
            return Likeliest("swirl", None, why, signs, "swirl", angle_deg=degrees)
    if best.sigma_px < max(CLEAR * face_px, FINEST_PX):
        if how.uneven < UNEVEN:
            return Likeliest("unknown", None, "edges lie one way, as where something moved")
        return Likeliest("none", None, "as sharp as a picture is", signs, "none")
    if best.noise > NOISY:
        return Likeliest("unknown", None, "smooth, with noise on top")
    return Likeliest(best.blur, best.size_px, "smooth, without a grid", signs, best.blur)


def _signs(place: _Place, found: BlurSearch, how: Sharpness, periodic: float) -> dict[str, float]:
    """All that was measured of a zone without a grid."""
    best, size = found.best, min(place.part.width, place.part.height)
    posterior = found.sure(TEMPERATURE)
    return {
        "sigma": math.log(best.sigma_px),
        "relative": math.log(best.sigma_px / place.face_px),
        "shrink": math.log(best.sigma_px / found.shrink),
        "posterior": math.log((posterior + 0.002) / (1.002 - posterior)),
        "margin": math.log1p(max(found.margin, 0) / TEMPERATURE),
        "noise": math.log1p(best.noise),
        "box": float(best.blur == "box"),
        "cut": float(best.cut),
        "peaked": math.log(how.peaked),
        "around": math.log(how.around),
        "uneven": math.log(how.uneven + 1e-3),
        "seam": how.seam,
        "fine": how.fine,
        "fine_around": how.fine_around,
        "periodic": periodic,
        "size": math.log(size),
        "face": math.log(place.face_px),
        **{f"kept{n}": value for n, value in zip(WINDOWS, how.kept, strict=True)},
        **{f"rise{n}": value for n, value in zip(WINDOWS, how.rise, strict=True) if n != 9},
        **{f"spankept{n}": value for n, value in zip(SPANS, how.span_kept, strict=True)},
        **{f"spanrise{n}": v for n, v in zip(SPANS, how.span_rise, strict=True) if n != 9},
        "shown": math.log(max(size / 72, 1.0)),
    }


def _said(found: BlurSearch, word: FilterWord, size: float) -> dict[str, float]:
    """The network's word, and how it goes with the likeliest of each blur; ``size`` is the
    logarithm of the part's side."""
    likeliest: dict[str, BlurFit] = {
        blur: min((f for f in found.fits if f.blur == blur), key=lambda f: f.cost)
        for blur in ("gaussian", "box")
    }
    best = found.best
    return {
        **{f"net_{kind}": odds for kind, odds in word.odds.items()},
        **{f"net_{kind}_spread": word.spread[kind] for kind in FILTERS},
        "gaussian_px": math.log(likeliest["gaussian"].size_px),
        **{
            f"net_{blur}_size": math.log(word.size_px[blur] / fit.size_px)
            for blur, fit in likeliest.items()
        },
        "net_median_size": math.log(word.size_px["median"]) - size,
        "net_off": abs(math.log(word.size_px[best.blur] / best.size_px)),
    }
