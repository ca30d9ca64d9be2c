"""What is done to pictures that is of no kind that advice knows, and what looks like a redaction
and is none: advice must not name a kind.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redacted.operators import (
    Face,
    Level,
    Pixels,
    Redacted,
    drawn,
    gaussian,
    masked,
    mosaic,
    odd,
    zone_of,
)


def _line(size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    kernel = np.zeros((size, size), np.float32)
    turn = rng.uniform(0, np.pi)
    dx, dy = np.cos(turn) * size / 2, np.sin(turn) * size / 2
    middle = size // 2
    cv2.line(
        kernel,
        (round(middle - dx), round(middle - dy)),
        (round(middle + dx), round(middle + dy)),
        1.0,
        1,
    )
    return np.asarray(kernel / kernel.sum())


def motion(picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None) -> Redacted:
    """Blurred along a line: of no kind that advice knows."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    size = odd(max(7, drawn(rng, 0.15, 0.6) * face[2]))
    kernel = _line(size, rng)
    changed = cv2.filter2D(picture, -1, kernel).astype(np.uint8)
    return Redacted(
        masked(picture, changed, zone, oval, 0), zone, oval, "unknown", None, "motion blur"
    )


def frosted(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """Every pixel from a random place nearby, as frosted glass."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    reach = max(2.0, drawn(rng, 0.05, 0.3) * face[2])
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x += rng.uniform(-reach, reach, x.shape).astype(np.float32)
    y += rng.uniform(-reach, reach, y.shape).astype(np.float32)
    changed = cv2.remap(picture, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
    out = masked(picture, changed.astype(np.uint8), zone, oval, 0)
    return Redacted(out, zone, oval, "unknown", None, "frosted glass")


def noisy_blur(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """Blurred, and noise on top."""
    zone, oval = zone_of(picture, face, rng.uniform(1.0, 1.6)), bool(rng.random() < 0.5)
    sigma = max(1.0, drawn(rng, 0.05, 0.3) * face[2])
    soft = cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.float32)
    soft += rng.uniform(10, 50) * rng.standard_normal(soft.shape, np.float32)
    changed = np.clip(np.rint(soft), 0, 255).astype(np.uint8)
    out = masked(picture, changed, zone, oval, 0)
    return Redacted(out, zone, oval, "unknown", None, "blur + noise")


def twice(picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None) -> Redacted:
    """A mosaic, then a blur over it. Where the blur leaves no grid (from .6 of a cell on), the
    picture is one blurred by both together; else it is of no kind that advice knows."""
    first = mosaic(picture, face, rng)
    x, y, width, height = (int(v) for v in first.zone)
    side, share = float(first.strength_px or 3), rng.uniform(0.3, 1.0)
    changed = cv2.GaussianBlur(first.pixels, (0, 0), side * share).astype(np.uint8)
    out = masked(first.pixels, changed, (x, y, width, height), first.oval, 0)
    if share < 0.6:
        return Redacted(out, first.zone, first.oval, "unknown", None, "mosaic + blur")
    # a cell's mean and its drawing are a box filter each, of a variance of a twelfth
    both = side * float(np.sqrt(share**2 + 1 / 6))
    return Redacted(out, first.zone, first.oval, "gaussian", both, "mosaic + more blur")


def drawing(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """A drawn head over the face."""
    x, y, width, height = face
    out = picture.copy()
    centre = (round(x + width / 2), round(y + height / 2))
    radius = max(4, round(0.65 * height))
    cv2.circle(out, centre, radius, (240, 200, 40), -1, cv2.LINE_AA)
    for side in (-1, 1):
        eye = (round(centre[0] + side * 0.35 * radius), round(centre[1] - 0.25 * radius))
        cv2.circle(out, eye, max(1, radius // 8), (40, 30, 20), -1, cv2.LINE_AA)
    mouth = (round(0.5 * radius), round(0.4 * radius))
    thick = max(1, radius // 12)
    cv2.ellipse(out, centre, mouth, 0, 20, 160, (40, 30, 20), thick, cv2.LINE_AA)
    zone = (centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius)
    return Redacted(out, zone, True, "unknown", None, "drawn head")


def turned(picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None) -> Redacted:
    """A mosaic in a picture that was turned by a few degrees afterwards: its grid is askew."""
    first = mosaic(picture, face, rng, level)
    x, y, width, height = first.zone
    degrees = float(rng.choice([-1, 1]) * drawn(rng, 2, 30))
    middle = (x + width / 2, y + height / 2)
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    size = picture.shape[1::-1]
    way = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    out = cv2.warpAffine(first.pixels, turn, size, flags=way, borderMode=cv2.BORDER_REFLECT)
    return Redacted(out.astype(np.uint8), first.zone, first.oval, "unknown", None, "mosaic, turned")


def sharpened(
    picture: Pixels, face: Face, rng: np.random.Generator, level: Level = None
) -> Redacted:
    """A blur whose picture was sharpened afterwards: of no one strength."""
    first = gaussian(picture, face, rng, level)
    soft = cv2.GaussianBlur(first.pixels, (0, 0), 0.7 * float(first.strength_px or 1))
    amount = rng.uniform(1.0, 2.5)
    out = cv2.addWeighted(first.pixels, 1 + amount, soft, -amount, 0).astype(np.uint8)
    return Redacted(out, first.zone, first.oval, "unknown", None, "blur, sharpened")


def _natural(picture: Pixels, face: Face, recipe: str) -> Redacted:
    return Redacted(picture, face, False, "none", None, recipe)


def defocus(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """A whole picture out of focus (a disc, or nearly a Gaussian), with a sensor's noise."""
    radius = max(1.5, drawn(rng, 0.03, 0.3) * face[2])
    if rng.random() < 0.5:
        size = 2 * int(np.ceil(radius)) + 1
        y, x = np.mgrid[:size, :size] - size // 2
        disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
        out = cv2.filter2D(picture, -1, disc / disc.sum()).astype(np.float32)
    else:
        out = cv2.GaussianBlur(picture, (0, 0), radius / 2).astype(np.float32)
    out += rng.uniform(0, 3) * rng.standard_normal(out.shape, np.float32)
    return _natural(np.clip(np.rint(out), 0, 255).astype(np.uint8), face, "out of focus")


def shaken(picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None) -> Redacted:
    """A whole picture blurred by motion."""
    kernel = _line(odd(max(5, drawn(rng, 0.06, 0.4) * face[2])), rng)
    return _natural(cv2.filter2D(picture, -1, kernel).astype(np.uint8), face, "shaken")


def upsampled(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """A small picture enlarged, every pixel blown up or smoothly."""
    height, width = picture.shape[:2]
    factor = rng.uniform(2, 6)
    size = max(12, round(width / factor)), max(12, round(height / factor))
    way = int(
        rng.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
    )
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    out = cv2.resize(small, (width, height), interpolation=way).astype(np.uint8)
    return _natural(out, face, "enlarged")


def blocky(picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None) -> Redacted:
    """A whole picture in the blocks of a lossy file of low quality."""
    held = io.BytesIO()
    Image.fromarray(picture).save(held, "jpeg", quality=int(rng.integers(3, 25)))
    return _natural(np.asarray(Image.open(held).convert("RGB")), face, "lossy blocks")


def behind(picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None) -> Redacted:
    """A face behind a fence, tiles or a screen: a grid, and no mosaic."""
    out = picture.astype(np.float32)
    side = max(4.0, drawn(rng, 0.05, 0.35) * face[2])
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x + rng.uniform(0, side), y + rng.uniform(0, side)
    wire = np.minimum(x % side, y % side) < max(1.0, rng.uniform(0.1, 0.35) * side)
    kind = rng.integers(3)
    if kind == 0:  # a fence or grout before everything
        out[wire] = rng.integers(0, 256, 3)
    elif kind == 1:  # a screen: a pattern of light and dark
        board = ((x // side + y // side) % 2)[..., None]
        out = out * (1 - 0.5 * rng.uniform(0.2, 1) * board)
    else:  # a fence before the face alone
        x0, y0, wide, tall = zone_of(picture, face, 1.3)
        part = np.zeros_like(wide_mask := wire)
        part[y0 : y0 + tall, x0 : x0 + wide] = wide_mask[y0 : y0 + tall, x0 : x0 + wide]
        out[part] = rng.integers(0, 256, 3)
    return _natural(np.clip(np.rint(out), 0, 255).astype(np.uint8), face, "behind a grid")


def shallow(
    picture: Pixels, face: Face, rng: np.random.Generator, _level: Level = None
) -> Redacted:
    """A face and its shoulders out of focus before a sharp scene, as a lens does it: no border."""
    x, y, width, height = face
    sigma = max(1.2, drawn(rng, 0.03, 0.2) * width)
    soft = cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.float32)
    mask: NDArray[np.float32] = np.zeros(picture.shape[:2], np.float32)
    centre = round(x + width / 2), round(y + height / 2)
    cv2.ellipse(mask, centre, (round(0.8 * width), round(0.75 * height)), 0, 0, 360, 1.0, -1)
    below = centre[0], round(y + 2.2 * height)
    cv2.ellipse(mask, below, (round(1.6 * width), round(1.3 * height)), 0, 0, 360, 1.0, -1)
    rim = np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.12 * width), np.float64)[..., None]
    mixed = picture + rim * (soft - picture)
    grain = rng.uniform(0, 3) * rng.standard_normal(picture.shape)
    out = np.clip(np.rint(mixed + grain), 0, 255).astype(np.uint8)
    return _natural(out, face, "face out of focus")


STRANGE = (motion, frosted, noisy_blur, twice, drawing, turned, sharpened)
NATURAL = (defocus, shaken, upsampled, blocky, behind, shallow)
