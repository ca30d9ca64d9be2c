"""What other tools leave of a face at their defaults, as their code does it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels, Points
from efface.attack.operator import Operator
from efface.regions import Box
from efface.study.redactions import RedactedFace, applied

XYXY = tuple[int, int, int, int]


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
    return applied(pixels, zone, operator, rng)


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
    return applied(pixels, zone, operator, rng)


def deface_solid(
    pixels: Pixels, box: Box, points: Points, rng: np.random.Generator
) -> RedactedFace:
    """deface 1.5.0's solid: the mask's rectangle in black, both corners included."""
    x1, y1, x2, y2 = deface_mask(pixels, box)
    zone = np.zeros(pixels.shape[:2], bool)
    zone[y1 : y2 + 1, x1 : x2 + 1] = True
    return applied(pixels, zone, Operator("solid"), rng)


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
    return applied(pixels, zone, operator, rng)


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
