"""Plain bodies, so that heads do not float: neck, shoulders, trunk and legs in clothes' colours."""

from __future__ import annotations

import cv2
import numpy as np
from portraits import Colour, Image, Portrait

SCALE = 0.5
"""Pixels of a body's picture a pixel of the portrait."""

FACES = (4.6, 9.0)
"""Width and height of the picture in face heights."""


def body(portrait: Portrait, rng: np.random.Generator) -> tuple[Image, tuple[float, float]]:
    """Premultiplied RGBA seen from the front, and where the head's anchor lies in it."""
    fh = portrait.box[3] * SCALE
    fw = portrait.box[2] * SCALE
    width, height = round(FACES[0] * fh), round(FACES[1] * fh)
    middle, ears = width / 2, 0.3 * fh
    chin = ears + 0.55 * fh
    shoulder, waist, hip = 1.45 * fw, 1.05 * fw, 1.1 * fw

    def at(x: float, y: float) -> tuple[int, int]:
        return round(middle + x), round(chin + y)

    alpha = np.zeros((height, width), np.uint8)
    colours = np.zeros((height, width, 3), np.float32)

    def part(points: list[tuple[float, float]], colour: Colour) -> None:
        inside = np.zeros_like(alpha)
        both = [at(x, y * fh) for x, y in points] + [at(-x, y * fh) for x, y in reversed(points)]
        cv2.fillPoly(inside, [np.array(both, np.int32)], 255, cv2.LINE_AA)
        colours[inside > 0] = colour
        np.maximum(alpha, inside, out=alpha)

    skin = _three(tuple(round(0.85 * c) for c in portrait.skin))
    clothes = portrait.clothes
    if np.abs(np.subtract(clothes, portrait.skin)).sum() < 150:
        clothes = _three(tuple(int(c) for c in rng.integers(20, 170) + rng.integers(0, 70, 3)))
    trousers = _three(tuple(int(c) for c in rng.integers(20, 70) + rng.integers(0, 30, 3)))
    part([(hip, 2.9), (0.9 * hip, 8.0), (0.3 * hip, 8.0), (0.1 * hip, 3.8)], trousers)
    arm = [(0.9 * shoulder, 0.5), (1.12 * shoulder, 1.0), (1.18 * shoulder, 2.9)]
    part([*arm, (0.9 * shoulder, 3.0)], clothes)
    slope = [(0.42 * fw, 0.02), (0.62 * fw, 0.16), (0.97 * shoulder, 0.33), (1.07 * shoulder, 0.6)]
    part([*slope, (waist, 2.0), (hip, 3.0)], clothes)
    part([(0.40 * fw, -0.35), (0.36 * fw, -0.05), (0.40 * fw, 0.05), (0.2 * fw, 0.2)], skin)
    folds = cv2.GaussianBlur(rng.normal(0, 1, alpha.shape).astype(np.float32), (0, 0), 5, sigmaY=14)
    across = 1 - 0.25 * np.abs(np.linspace(-1, 1, width)) ** 2
    shade = (across[None] * (1 + 0.08 * folds / folds.std()))[..., None]
    soft = cv2.GaussianBlur(alpha, (3, 3), 0)
    rgb = np.clip(colours * shade, 0, 255) * (soft / 255)[..., None]
    return np.dstack([rgb, soft]).astype(np.uint8), (middle, ears)


def _three(values: tuple[int, ...]) -> Colour:
    red, green, blue = values
    return red, green, blue
