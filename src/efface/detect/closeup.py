"""One face, enlarged or shrunk to a standard size, as the networks see faces best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.regions import Box

TILE_PX = 160
"""Side of a close-up; a multiple of 32."""

FACE_PX = 80
"""The longer side of the face in it. On photographed faces shrunk to 24 px, YuNet's scores at this
size are as for large faces; at 48 px they are not (bench/detect/face_quality.py)."""


@dataclass(frozen=True, slots=True)
class Closeup:
    """A face in the middle of a square of its surroundings."""

    pixels: NDArray[np.uint8]
    """RGB, shape (TILE_PX, TILE_PX, 3); black past the picture's edge."""
    inside: NDArray[np.bool_]
    """Which of them show the picture."""
    face: NDArray[np.bool_]
    """Which of them lie in the face's box, and in the picture."""


def closeup(picture: NDArray[np.uint8], box: Box) -> Closeup:
    """Cut a face out with its surroundings.

    Args:
        picture: RGB, shape (height, width, 3).
        box: touches the picture.
    """
    height, width = picture.shape[:2]
    scale = FACE_PX / max(box.width, box.height)
    side = TILE_PX / scale
    left = box.x + box.width / 2 - side / 2
    top = box.y + box.height / 2 - side / 2
    across, along = _span(left, side, width), _span(top, side, height)
    part = Image.fromarray(
        np.ascontiguousarray(picture[along.first : along.end, across.first : across.end])
    )
    size = (across.to - across.at, along.to - along.at)
    resampling = Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC
    part = part.resize(size, resampling, (across.start, along.start, across.stop, along.stop))
    pixels = np.zeros((TILE_PX, TILE_PX, 3), np.uint8)
    inside = np.zeros((TILE_PX, TILE_PX), bool)
    pixels[along.at : along.to, across.at : across.to] = np.asarray(part)
    inside[along.at : along.to, across.at : across.to] = True
    face = np.zeros_like(inside)
    half_x, half_y = (max(2, round(v * scale / 2)) for v in (box.width, box.height))
    middle = TILE_PX // 2
    face[middle - half_y : middle + half_y, middle - half_x : middle + half_x] = True
    return Closeup(pixels, inside, face & inside)


@dataclass(frozen=True, slots=True)
class _Span:
    """What of the picture lies in a close-up, along one axis."""

    first: int
    end: int
    """Pixels of the picture, half-open."""
    start: float
    stop: float
    """The part of them that is wanted, in pixels from ``first``."""
    at: int
    to: int
    """Where it lies in the close-up."""


def _span(start: float, side: float, length: int) -> _Span:
    """
    Args:
        start: of the close-up in the picture, pixels; may lie outside.
        side: of the close-up, pixels of the picture.
        length: of the picture.
    """
    begin, finish = max(start, 0.0), min(start + side, float(length))
    first, end = math.floor(begin), math.ceil(finish)
    at = min(round((begin - start) / side * TILE_PX), TILE_PX - 1)
    to = max(round((finish - start) / side * TILE_PX), at + 1)
    return _Span(first, end, begin - first, finish - first, at, to)
