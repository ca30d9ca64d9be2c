"""Redactions of the map alone: noise, compression, and efface's own methods as it draws them."""

from __future__ import annotations

import numpy as np

from efface.attack.interface import Pixels, Points
from efface.attack.operators.apply import through_jpeg, to_bytes
from efface.policy import MethodPolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.regions import Box, Media, Regions, Track
from efface.study.redactions import GROWTH, RedactedFace, Redaction, grown
from efface.zones.filling import Surroundings
from efface.zones.growth import zone_of
from efface.zones.painting import coverage


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

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        tall, wide = pixels.shape[:2]
        track = Track("t1", (box,))
        regions = Regions(Media("a", "", "image", wide, tall), (track,))
        secret = rng.bytes(SECRET_BYTES)
        made = method.prepare(regions, lambda frames: ((n, pixels) for n in frames), secret)
        zone = zone_of(track, box, ZonePolicy(), wide, tall)
        rect = zone.rect
        out = pixels.copy()
        shown = made.filling.pixels(zone, Surroundings(lambda: pixels, [zone]))
        out[rect.y0 : rect.y1, rect.x0 : rect.x1] = shown
        return RedactedFace(out, coverage([zone], wide, tall), None)

    return redact
