"""What a redaction leaves of a face: zone, pixels, and the operator that attackers at K2 know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels, Points
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.zones.growth import zone_of
from efface.zones.painting import coverage

Zone = NDArray[np.bool_]
GREY = (128, 128, 128)
"""Fill of the controls."""

GROWTH = 1.3
"""Of the rows that are no tool's own: Gaussian blur and pixelation."""


@dataclass(frozen=True, slots=True)
class RedactedFace:
    """One redacted picture."""

    pixels: Pixels
    zone: Zone
    operator: Operator | None
    """``None``: nothing was redacted."""


Redaction = Callable[[Pixels, Box, Points, np.random.Generator], RedactedFace]


def clear(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """Nothing is redacted."""
    return RedactedFace(pixels, np.zeros(pixels.shape[:2], bool), None)


def grown(
    pixels: Pixels, box: Box, width: float, height: float, *, one_ratio: bool = False
) -> Zone:
    """The zone that efface draws, with its own code.

    Args:
        one_ratio: as efface does by default; else as wide for its height as the face, as tools do.
    """
    tall, wide = pixels.shape[:2]
    policy = ZonePolicy(width=width, height=height, one_ratio=one_ratio)
    return coverage([zone_of(Track("t1", (box,)), box, policy, wide, tall)], wide, tall)


def solid(
    width: float,
    height: float | None = None,
    colour: tuple[int, int, int] = (0, 0, 0),
    *,
    one_ratio: bool = False,
) -> Redaction:
    """efface's solid: its zone at a growth, filled with one colour."""

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        tall = width if height is None else height
        zone = grown(pixels, box, width, tall, one_ratio=one_ratio)
        return applied(pixels, zone, Operator("solid", colour=colour), rng)

    return redact


def gaussian(strength: float) -> Redaction:
    """Gaussian blur in a box.

    Args:
        strength: standard deviation in face widths.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = grown(pixels, box, GROWTH, GROWTH)
        return applied(pixels, zone, Operator("gaussian", strength * box.width), rng)

    return redact


def pixelated(
    cells: int,
    noise: float = 0,
    cell_noise: float = 0,
    jpeg_quality: int | None = None,
    *,
    fixed: bool = False,
) -> Redaction:
    """Area-averaged pixelation in a box.

    Args:
        cells: across the face's width; cells are square.
        noise: standard deviation for each pixel, in steps of 255.
        cell_noise: the same for each cell.
        jpeg_quality: of the compression afterwards.
        fixed: a cell has its corner at the picture's and a whole number of pixels, as tools draw
            that pixelate the picture and show it through the zone; otherwise at the face's.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        operator = Operator(
            "mosaic",
            max(1.0, round(box.width / cells) if fixed else box.width / cells),
            (0.0, 0.0) if fixed else (box.x, box.y),
            noise=noise,
            cell_noise=cell_noise,
            jpeg_quality=jpeg_quality,
        )
        return applied(pixels, grown(pixels, box, GROWTH, GROWTH), operator, rng)

    return redact


def eyes_bar(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """A black bar over the eyes: the face's width, a quarter of its height."""
    tall, wide = pixels.shape[:2]
    middle = float(points[:2, 1].mean())
    zone = np.zeros((tall, wide), bool)
    top, lower = round(middle - box.height / 8), round(middle + box.height / 8)
    left, right = round(box.x), round(box.x + box.width)
    zone[max(0, top) : max(0, lower), max(0, left) : max(0, right)] = True
    return applied(pixels, zone, Operator("solid"), rng)


def lower_half(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """Covered from the middle of the nose to below the chin, as by a mask or a scarf; black."""
    tall, wide = pixels.shape[:2]
    top = round(float((points[:2, 1].mean() + points[2, 1]) / 2))
    left, right = round(box.x - 0.05 * box.width), round(box.x + 1.05 * box.width)
    zone = np.zeros((tall, wide), bool)
    zone[max(0, top) : max(0, round(box.y + 1.1 * box.height)), max(0, left) : max(0, right)] = True
    return applied(pixels, zone, Operator("solid"), rng)


def swirl(angle: float) -> Redaction:
    """A swirl about the middle of the face, out to .75 of its height.

    Args:
        angle: radians at the centre.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        tall, wide = pixels.shape[:2]
        centre = box.x + box.width / 2, box.y + box.height / 2
        radius = 0.75 * box.height
        y, x = np.mgrid[:tall, :wide]
        zone = np.hypot(x - centre[0], y - centre[1]) < radius
        return applied(pixels, zone, Operator("swirl", radius, centre, angle=angle), rng)

    return redact


def filled(redaction: Redaction) -> Redaction:
    """The control of a redaction: a constant in the same zone, so that only context is left."""

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = redaction(pixels, box, points, rng).zone
        return applied(pixels, zone, Operator("solid", colour=GREY), rng)

    return redact


def applied(
    pixels: Pixels, zone: Zone, operator: Operator, rng: np.random.Generator
) -> RedactedFace:
    """The operator on these pixels of the picture."""
    return RedactedFace(apply(pixels, zone, operator, rng), zone, operator)
