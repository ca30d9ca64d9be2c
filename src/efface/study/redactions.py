"""What each tool leaves of a face: zone, pixels, and the operator that an attacker at K2 knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
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
XYXY = tuple[int, int, int, int]

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


def grown(pixels: Pixels, box: Box, width: float, height: float) -> Zone:
    """The zone that efface draws, with its own code."""
    tall, wide = pixels.shape[:2]
    policy = ZonePolicy(width=width, height=height)
    return coverage([zone_of(Track("t1", (box,)), box, policy, wide, tall)], wide, tall)


def solid(
    width: float, height: float | None = None, colour: tuple[int, int, int] = (0, 0, 0)
) -> Redaction:
    """efface's solid: its zone at a growth, filled with one colour."""

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = grown(pixels, box, width, width if height is None else height)
        return _applied(pixels, zone, Operator("solid", colour=colour), rng)

    return redact


def gaussian(strength: float) -> Redaction:
    """Gaussian blur in a box.

    Args:
        strength: standard deviation in face widths.
    """

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = grown(pixels, box, GROWTH, GROWTH)
        return _applied(pixels, zone, Operator("gaussian", strength * box.width), rng)

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
        return _applied(pixels, grown(pixels, box, GROWTH, GROWTH), operator, rng)

    return redact


def deface_mask(pixels: Pixels, box: Box) -> XYXY:
    """The rectangle that deface 1.5.0 works on (``scale_bb`` and ``anonymize_frame``).

    Its mask scale of 1.3 adds .3 of the width and height on each side. The last row and column of
    the picture are never inside.
    """
    x1, y1 = int(box.x), int(box.y)
    x2, y2 = int(box.x + box.width), int(box.y + box.height)
    height, width = y2 - y1, x2 - x1
    scale = 1.3 - 1.0
    x1, y1, x2, y2 = (
        int(v)
        for v in np.round(
            [x1 - width * scale, y1 - height * scale, x2 + width * scale, y2 + height * scale]
        )
    )
    tall, wide = pixels.shape[:2]
    return max(0, x1), max(0, y1), min(wide - 1, x2), min(tall - 1, y2)


def deface_blur(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """deface 1.5.0's default: a box filter of half the mask's size, in an oval (``draw_det``)."""
    x1, y1, x2, y2 = deface_mask(pixels, box)
    zone = np.zeros(pixels.shape[:2], bool)
    down, across = (y2 - y1) // 2, (x2 - x1) // 2
    y, x = np.ogrid[: y2 - y1, : x2 - x1]
    # as skimage.draw.ellipse(down, across, down, across) draws it
    zone[y1:y2, x1:x2] = ((y - down) / down) ** 2 + ((x - across) / across) ** 2 < 1
    operator = Operator(
        "box", (x2 - x1) // 2, size_y_px=(y2 - y1) // 2, within=(x1, y1, x2 - x1, y2 - y1)
    )
    return _applied(pixels, zone, operator, rng)


def deface_mosaic(
    pixels: Pixels, box: Box, points: Points, rng: np.random.Generator
) -> RedactedFace:
    """deface 1.5.0's mosaic: tiles of 20 pixels, each in the colour of its first pixel.

    Tiles are drawn with both corners included, so that a last row or column is left when the
    mask's size is a multiple of 20.
    """
    x1, y1, x2, y2 = deface_mask(pixels, box)
    side = 20
    right = min(x2, x1 + (x2 - x1 - 1) // side * side + side - 1)
    lower = min(y2, y1 + (y2 - y1 - 1) // side * side + side - 1)
    zone = np.zeros(pixels.shape[:2], bool)
    zone[y1 : lower + 1, x1 : right + 1] = True
    operator = Operator(
        "sampled-mosaic", side, (x1, y1), within=(x1, y1, right + 1 - x1, lower + 1 - y1)
    )
    return _applied(pixels, zone, operator, rng)


def deface_solid(
    pixels: Pixels, box: Box, points: Points, rng: np.random.Generator
) -> RedactedFace:
    """deface 1.5.0's solid: the mask's rectangle in black, both corners included."""
    x1, y1, x2, y2 = deface_mask(pixels, box)
    zone = np.zeros(pixels.shape[:2], bool)
    zone[y1 : y2 + 1, x1 : x2 + 1] = True
    return _applied(pixels, zone, Operator("solid"), rng)


def egoblur(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """EgoBlur's demo at its defaults, scale 1.0 (facebookresearch/EgoBlur, ``visualize`` in
    gen1/script/demo_ego_blur_gen1.py and gen2/script/demo_ego_blur_gen2.py, read 2026-11).

    The detection is cut out and box-filtered with a kernel of (height // 2, width // 2) *of the
    picture*, in that order, so a face in a large picture is filtered with far more than its own
    size; on these tight crops it is about .7 of the face. The oval in the box is put back.
    """
    tall, wide = pixels.shape[:2]
    x1, y1 = max(0, int(box.x)), max(0, int(box.y))
    x2, y2 = min(wide, int(box.x + box.width)), min(tall, int(box.y + box.height))
    mask = np.zeros((tall, wide), np.uint8)
    middle = (x1 + x2) // 2, (y1 + y2) // 2
    cv2.ellipse(mask, (middle, (x2 - x1, y2 - y1), 0), 255, -1)
    # what of the oval is drawn outside the filtered rectangle shows the picture as it was
    zone = np.zeros((tall, wide), bool)
    zone[y1:y2, x1:x2] = mask[y1:y2, x1:x2] > 0
    operator = Operator("box", tall // 2, size_y_px=wide // 2, within=(x1, y1, x2 - x1, y2 - y1))
    return _applied(pixels, zone, operator, rng)


def openscrub(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """OpenScrub 1.0.35's default blur (austinmabry/OpenScrub, ``FaceDetector`` and ``blur_region``
    in openscrub.py, read 2026-11).

    The box grows by 15 % on each side; a Gaussian with a window of a third of its width (odd, 31
    pixels or more; deviation by OpenCV's rule) fills the oval in it, which is mirrored where it
    meets the picture's edge. Its further padding in pixels, for moving pictures, is left out.
    """
    tall, wide = pixels.shape[:2]
    across, along = box.width * 0.15, box.height * 0.15
    x1, y1 = max(0, int(box.x - across)), max(0, int(box.y - along))
    x2 = min(wide, int(box.x + box.width + across))
    y2 = min(tall, int(box.y + box.height + along))
    width, height = x2 - x1, y2 - y1
    window = max(31, (width // 3) | 1)
    mask = np.zeros((height, width), np.uint8)
    _oval(mask, 0, 0, width, height)
    left, top = -width if x1 <= 1 else 0, -height if y1 <= 1 else 0
    right = 2 * width if x2 >= wide - 1 else width
    lower = 2 * height if y2 >= tall - 1 else height
    _oval(mask, left, top, right, lower)
    inside = mask > 0
    out, zone = pixels.copy(), np.zeros((tall, wide), bool)
    part = np.ascontiguousarray(pixels[y1:y2, x1:x2])
    out[y1:y2, x1:x2][inside] = cv2.GaussianBlur(part, (window, window), 0)[inside]
    zone[y1:y2, x1:x2] = inside
    sigma = 0.3 * ((window - 1) * 0.5 - 1) + 0.8
    return RedactedFace(out, zone, Operator("gaussian", sigma, within=(x1, y1, width, height)))


def _oval(mask: NDArray[np.uint8], x1: int, y1: int, x2: int, y2: int) -> None:
    middle = (x1 + x2) // 2, (y1 + y2) // 2
    axes = max(1, (x2 - x1) // 2), max(1, (y2 - y1) // 2)
    cv2.ellipse(mask, middle, axes, 0, 0, 360, 255, -1)


def eyes_bar(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """A black bar over the eyes: the face's width, a quarter of its height."""
    tall, wide = pixels.shape[:2]
    middle = float(points[:2, 1].mean())
    zone = np.zeros((tall, wide), bool)
    top, lower = round(middle - box.height / 8), round(middle + box.height / 8)
    left, right = round(box.x), round(box.x + box.width)
    zone[max(0, top) : max(0, lower), max(0, left) : max(0, right)] = True
    return _applied(pixels, zone, Operator("solid"), rng)


def lower_half(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
    """Covered from the middle of the nose to below the chin, as by a mask or a scarf; black."""
    tall, wide = pixels.shape[:2]
    top = round(float((points[:2, 1].mean() + points[2, 1]) / 2))
    left, right = round(box.x - 0.05 * box.width), round(box.x + 1.05 * box.width)
    zone = np.zeros((tall, wide), bool)
    zone[max(0, top) : max(0, round(box.y + 1.1 * box.height)), max(0, left) : max(0, right)] = True
    return _applied(pixels, zone, Operator("solid"), rng)


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
        return _applied(pixels, zone, Operator("swirl", radius, centre, angle=angle), rng)

    return redact


def filled(redaction: Redaction) -> Redaction:
    """The control of a redaction: a constant in the same zone, so that only context is left."""

    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = redaction(pixels, box, points, rng).zone
        return _applied(pixels, zone, Operator("solid", colour=GREY), rng)

    return redact


def _applied(
    pixels: Pixels, zone: Zone, operator: Operator, rng: np.random.Generator
) -> RedactedFace:
    return RedactedFace(apply(pixels, zone, operator, rng), zone, operator)
