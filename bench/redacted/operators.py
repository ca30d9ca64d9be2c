"""What tools do to a zone, each with the kind and the strength that advice should find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.operator import Operator
from efface.attack.operators.apply import swirled

Pixels = NDArray[np.uint8]
Face = tuple[float, float, float, float]
"""x, y, width, height."""

LEVELS = 3
Level = int | None
"""Which third of the strengths, from the first (smallest number) up; ``None``: any."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted picture and the truth about it, in its own pixels."""

    pixels: Pixels
    zone: Face
    """The rectangle around what was changed."""
    oval: bool
    kind: str
    strength_px: float | None
    recipe: str
    """Which generator, for the tables."""


def masked(
    clear: Pixels, changed: Pixels, zone: tuple[int, int, int, int], oval: bool, soft_px: float
) -> Pixels:
    """The changed pixels in an oval or a rectangle, its rim soft or hard."""
    x, y, width, height = zone
    mask: NDArray[np.float32] = np.zeros(clear.shape[:2], np.float32)
    if oval:
        centre = (round(x + width / 2), round(y + height / 2))
        cv2.ellipse(mask, centre, (width // 2, height // 2), 0, 0, 360, 1.0, -1)
    else:
        mask[max(y, 0) : y + height, max(x, 0) : x + width] = 1
    if soft_px > 0.5:
        mask = cv2.GaussianBlur(mask, (0, 0), soft_px).astype(np.float32)
    mixed = clear + mask[..., None] * (changed.astype(np.float32) - clear)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def zone_of(picture: Pixels, face: Face, growth: float) -> tuple[int, int, int, int]:
    """A face grown about its middle, within the picture."""
    x, y, width, height = face
    dx, dy = width * (growth - 1) / 2, height * (growth - 1) / 2
    x0, y0 = max(0, round(x - dx)), max(0, round(y - dy))
    x1 = min(picture.shape[1], round(x + width + dx))
    y1 = min(picture.shape[0], round(y + height + dy))
    return x0, y0, max(4, x1 - x0), max(4, y1 - y0)


def drawn(rng: np.random.Generator, low: float, high: float, level: Level = None) -> float:
    """By the logarithm; of the lower, middle or upper third where a level is given."""
    first, last = np.log(low), np.log(high)
    if level is not None:
        step = (last - first) / LEVELS
        first, last = first + level * step, first + (level + 1) * step
    return float(np.exp(rng.uniform(first, last)))


def odd(size: float) -> int:
    """An odd number nearby."""
    return 2 * int(size // 2) + 1


def _filtered(
    picture: Pixels,
    zone: tuple[int, int, int, int],
    rng: np.random.Generator,
    work: Callable[[Pixels], Pixels],
) -> Pixels:
    """On the whole picture, or on the cut-out alone, as tools do either."""
    if rng.random() < 0.5:
        return work(picture)
    x, y, width, height = zone
    changed = picture.copy()
    part = np.ascontiguousarray(picture[y : y + height, x : x + width])
    changed[y : y + height, x : x + width] = work(part)
    return changed


def gaussian(
    picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None
) -> Redacted:
    """A Gaussian of .03 to .5 face widths, at least a pixel."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    sigma = max(1.0, drawn(rng, 0.03, 0.5, level) * face[2])
    changed = _filtered(picture, zone, rng, lambda p: cv2.GaussianBlur(p, (0, 0), sigma))  # type: ignore[arg-type,return-value]
    soft = rng.choice([0, 0, 0.03]) * face[2]
    out = masked(picture, changed, zone, oval, soft)
    return Redacted(out, zone, oval, "gaussian", sigma, "gaussian")


def box(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """A box filter of .1 to .9 face widths, at least three pixels."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    side = max(3, round(drawn(rng, 0.1, 0.9, level) * face[2]))
    changed = _filtered(picture, zone, rng, lambda p: cv2.blur(p, (side, side)))  # type: ignore[arg-type,return-value]
    soft = rng.choice([0, 0, 0.03]) * face[2]
    out = masked(picture, changed, zone, oval, soft)
    return Redacted(out, zone, oval, "box", side, "box")


def deface_blur(
    picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None
) -> Redacted:
    """deface's: the face grown by .3 on each side, filtered by half of that, in an oval."""
    x, y, width, height = zone = zone_of(picture, face, 1.6)
    changed = picture.copy()
    part = np.ascontiguousarray(picture[y : y + height, x : x + width])
    kernel = (width // 2, height // 2)
    changed[y : y + height, x : x + width] = cv2.blur(part, kernel)
    oval = bool(rng.random() < 0.7)
    return Redacted(
        masked(picture, changed, zone, oval, 0), zone, oval, "box", kernel[0], "deface blur"
    )


def median(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """A median of .1 to .6 face widths, at least three pixels."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    side = min(255, max(3, odd(drawn(rng, 0.1, 0.6, level) * face[2])))
    changed = _filtered(picture, zone, rng, lambda p: cv2.medianBlur(p, side))  # type: ignore[arg-type,return-value]
    return Redacted(masked(picture, changed, zone, oval, 0), zone, oval, "median", side, "median")


def mosaic(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """Area means, 3 to 24 cells across the face, cells of three pixels or more."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.3)
    side = max(3.0, face[2] / drawn(rng, 3, 24, level))
    x, y, width, height = zone
    changed = picture.copy()
    part = np.ascontiguousarray(picture[y : y + height, x : x + width])
    if rng.random() < 0.5:  # a whole number of cells in the zone, as GIMP-less scripts do
        across, down = max(1, round(width / side)), max(1, round(height / side))
        small = cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA)
        out = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
        side = width / across
    else:  # whole pixels, the grid at the picture's corner or the zone's
        whole = round(side)
        side = whole
        dx, dy = (0, 0) if rng.random() < 0.5 else (x % whole, y % whole)
        padded = cv2.copyMakeBorder(picture, whole, 2 * whole, whole, 2 * whole, cv2.BORDER_REFLECT)
        padded = padded[dy or 0 :, dx or 0 :] if (dx or dy) else padded
        rows, columns = padded.shape[0] // whole, padded.shape[1] // whole
        padded = padded[: rows * whole, : columns * whole]
        means = padded.reshape(rows, whole, columns, whole, 3).mean(axis=(1, 3))
        tiled = np.repeat(np.repeat(means, whole, 0), whole, 1)
        top, left = y + whole - dy, x + whole - dx
        out = np.rint(tiled[top : top + height, left : left + width]).astype(np.uint8)
    changed[y : y + height, x : x + width] = out
    return Redacted(
        masked(picture, changed, zone, oval, 0), zone, oval, "mosaic", side, "area mosaic"
    )


def sampled(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """One pixel a cell: nearest-neighbour shrinking and growing."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.3)
    x, y, width, height = zone
    cells = max(2, round(width / max(3.0, face[2] / drawn(rng, 3, 24, level))))
    down = max(2, round(height * cells / width))
    changed = picture.copy()
    part = np.ascontiguousarray(picture[y : y + height, x : x + width])
    small = cv2.resize(part, (cells, down), interpolation=cv2.INTER_NEAREST)
    changed[y : y + height, x : x + width] = cv2.resize(
        small, (width, height), interpolation=cv2.INTER_NEAREST
    )
    out = masked(picture, changed, zone, oval, 0)
    return Redacted(out, zone, oval, "sampled-mosaic", width / cells, "sampled mosaic")


def deface_mosaic(
    picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None
) -> Redacted:
    """deface's: tiles from the zone's corner, each in the colour of its first pixel."""
    x, y, width, height = zone = zone_of(picture, face, 1.6)
    side = max(3, min(20, round(face[2] / drawn(rng, 3, 10, level))))
    changed = picture.copy()
    for top in range(y, y + height, side):
        for left in range(x, x + width, side):
            changed[top : top + side, left : left + side] = picture[top, left]
    out = masked(picture, changed, zone, False, 0)
    return Redacted(out, zone, False, "sampled-mosaic", side, "deface mosaic")


def swirl(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """Turned by 180 to 720 degrees in the middle."""
    x, y, width, height = face
    radius = 0.5 * height * rng.uniform(1.0, 1.5)
    centre = x + width / 2, y + height / 2
    angle = rng.choice([-1, 1]) * drawn(rng, np.pi, 4 * np.pi, level)
    operator = Operator("swirl", radius, centre, angle=float(angle))
    turned = swirled(picture.astype(np.float32), operator)
    yy, xx = np.mgrid[: picture.shape[0], : picture.shape[1]]
    inside = np.hypot(xx - centre[0], yy - centre[1]) < radius
    out = picture.copy()
    out[inside] = np.clip(np.rint(turned[inside]), 0, 255).astype(np.uint8)
    zone = (centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius)
    return Redacted(out, zone, True, "swirl", None, "swirl")


def solid(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """One colour."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 2.0)), bool(rng.random() < 0.3)
    colour = rng.choice([0, 0, 255, 128]) if rng.random() < 0.7 else rng.integers(0, 256, 3)
    changed = np.zeros_like(picture)
    changed[:] = colour
    return Redacted(masked(picture, changed, zone, oval, 0), zone, oval, "solid", None, "solid")


def none(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """Nothing."""
    return Redacted(picture.copy(), face, False, "none", None, "none")


def bar(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """A bar over the eyes."""
    x, y, width, height = face
    out = picture.copy()
    middle, half = y + 0.4 * height, rng.uniform(0.1, 0.16) * height
    out[
        max(0, round(middle - half)) : round(middle + half), max(0, round(x)) : round(x + width)
    ] = 0
    return Redacted(out, face, False, "bar", None, "eyes bar")


KNOWN = (
    gaussian, box, deface_blur, median, mosaic, sampled, deface_mosaic, swirl, solid, none, bar,
)  # fmt: skip
