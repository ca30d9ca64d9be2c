"""Redactions of the map alone: noise, compression, and efface's own methods as it draws them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from efface.attack.interface import Pixels, Points
from efface.attack.operators.apply import through_jpeg, to_bytes
from efface.policy import MethodPolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.regions import Box, Media, Regions, Track
from efface.study.redactions import GROWTH, RedactedFace, Redaction, grown
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zone_of
from efface.zones.painting import coverage

FillingOf = Callable[[Pixels, Box, np.random.Generator], Filling]
"""What is put over a face in a picture."""


def noisy(deviation: float) -> Redaction:
    """Normal noise for each pixel and channel in a box.

    Args:
        deviation: in steps of 255.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = grown(pixels, box, GROWTH, GROWTH)
        drawn = pixels + deviation * rng.standard_normal(pixels.shape, np.float32)
        return RedactedFace(np.where(zone[..., None], to_bytes(drawn), pixels), zone, None)

    return redact


def compressed(quality: int) -> Redaction:
    """JPEG in a box.

    Args:
        quality: libjpeg's, 1 to 100.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = grown(pixels, box, GROWTH, GROWTH)
        return RedactedFace(
            np.where(zone[..., None], through_jpeg(pixels, quality), pixels), zone, None
        )

    return redact


def by_method(policy: MethodPolicy) -> Redaction:
    """As ``efface redact`` fills its default zone, with a secret drawn for each picture."""
    method = method_of(policy)

    def filling_of(pixels: Pixels, box: Box, rng: np.random.Generator) -> Filling:
        tall, wide = pixels.shape[:2]
        regions = Regions(Media("a", "", "image", wide, tall), (Track("t1", (box,)),))
        secret = rng.bytes(SECRET_BYTES)
        return method.prepare(regions, lambda frames: ((n, pixels) for n in frames), secret).filling

    return by_filling(filling_of)


def by_filling(filling_of: FillingOf) -> Redaction:
    """A filling in efface's default zone."""

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        tall, wide = pixels.shape[:2]
        zone = zone_of(Track("t1", (box,)), box, ZonePolicy(), wide, tall)
        shown = filling_of(pixels, box, rng).pixels(zone, Surroundings(lambda: pixels, [zone]))
        out, r = pixels.copy(), zone.rect
        out[r.y0 : r.y1, r.x0 : r.x1] = shown
        return RedactedFace(out, coverage([zone], wide, tall), None)

    return redact
