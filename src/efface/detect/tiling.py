"""Looking at a picture at half its size, a quarter, …, or twice its size, in tiles.

Each tile answers for its *core*: the cores of all tiles divide the picture between them, so that a
face is taken from the tile that sees it best and never twice. Tiles overlap by ``OVERLAP_PX``; a
face larger than that is seen whole at a smaller scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.geometry import Rect

OVERLAP_PX = 64
"""Pixels that neighbouring tiles share at least."""

STEP_PX = 64
"""Sides of tiles are multiples of this, so that few shapes have to be prepared for."""

_ROTATIONS = {
    1: cv2.ROTATE_90_COUNTERCLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_CLOCKWISE,
}
"""By counter-clockwise quarter turns."""

_MARGIN_PX = 2
"""Pixels around a part of a picture that enlarging it reaches (bilinear)."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, in pixels of the view."""

    area: Rect
    """What the tile sees; may end past the view's right and bottom edge (black there)."""
    core: Rect
    """What it answers for."""


def tiles(width: int, height: int, side: int) -> list[Tile]:
    """Tiles over ``width`` x ``height`` pixels, none longer than ``side`` (a multiple of
    ``STEP_PX``); their cores divide the whole between them."""
    across, along = _spans(width, side), _spans(height, side)
    return [
        Tile(Rect(x[0], y[0], x[1], y[1]), Rect(x[2], y[2], x[3], y[3]))
        for y in along
        for x in across
    ]


def _spans(length: int, longest: int) -> list[tuple[int, int, int, int]]:
    """(start, end, start of the core, end of the core) along one axis."""
    count = 1 if length <= longest else math.ceil((length - OVERLAP_PX) / (longest - OVERLAP_PX))
    side = math.ceil((length + (count - 1) * OVERLAP_PX) / count / STEP_PX) * STEP_PX
    starts = [round(i * (length - side) / (count - 1)) if count > 1 else 0 for i in range(count)]
    cuts = [(starts[i] + starts[i - 1] + side) // 2 for i in range(1, count)]
    return [
        (start, start + side, low, high)
        for start, low, high in zip(starts, [0, *cuts], [*cuts, length], strict=True)
    ]


@dataclass(frozen=True, slots=True)
class ScaledView:
    """A picture as one look sees it."""

    pixels: NDArray[np.uint8]
    """RGB, shape (height, width, 3): the picture, or one halved from it."""
    shrunk: float = 1.0
    """Pixels of the picture, along one axis, for each of ``pixels``."""
    enlarged: float = 1.0
    """The look sees ``pixels`` this many times as wide and high."""
    quarter_turns: int = 0
    """Counter-clockwise; each tile is turned by itself, so its area is in the unturned view."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) before turning."""
        height, width = self.pixels.shape[:2]
        return round(width * self.enlarged), round(height * self.enlarged)

    @property
    def scale(self) -> float:
        """Pixels of the view for each pixel of the picture."""
        return self.enlarged / self.shrunk

    def seen(self, area: Rect) -> NDArray[np.uint8]:
        """What a tile sees, turned; black past the view."""
        part = self._resampled(area.clipped(*self.size))
        missing = (area.height - part.shape[0], area.width - part.shape[1])
        if any(missing):
            part = np.asarray(
                cv2.copyMakeBorder(
                    part, 0, missing[0], 0, missing[1], cv2.BORDER_CONSTANT, value=(0, 0, 0)
                ),
                np.uint8,
            )
        if self.quarter_turns % 4:  # numpy takes twenty times as long to copy it turned
            part = np.asarray(cv2.rotate(part, _ROTATIONS[self.quarter_turns % 4]), np.uint8)
        return np.ascontiguousarray(part)

    def _resampled(self, area: Rect) -> NDArray[np.uint8]:
        if self.enlarged == 1:
            return self.pixels[area.y0 : area.y1, area.x0 : area.x1]
        height, width = self.pixels.shape[:2]
        x0, y0, x1, y1 = (v / self.enlarged for v in (area.x0, area.y0, area.x1, area.y1))
        crop = Rect.covering(x0, y0, x1 - x0, y1 - y0).padded(_MARGIN_PX, _MARGIN_PX)
        crop = crop.clipped(width, height)
        part = np.ascontiguousarray(self.pixels[crop.y0 : crop.y1, crop.x0 : crop.x1])
        enlarged = Image.fromarray(part).resize(
            (area.width, area.height),
            Image.Resampling.BILINEAR,
            box=(
                x0 - crop.x0,
                y0 - crop.y0,
                min(x1 - crop.x0, crop.width),
                min(y1 - crop.y0, crop.height),
            ),
        )
        return np.asarray(enlarged)


class Pyramid:
    """A picture, its half, quarter, eighth, …; each is computed once, when it is asked for."""

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        """
        Args:
            picture: RGB, shape (height, width, 3), at least one pixel.
        """
        self._levels = [picture]

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The picture itself."""
        return self._levels[0]

    def enlarged(self, factor: float, quarter_turns: int = 0) -> ScaledView:
        """The picture ``factor`` times as wide and high."""
        return ScaledView(self.picture, 1.0, factor, quarter_turns)

    def view(self, level: int, quarter_turns: int = 0) -> ScaledView:
        """The picture halved ``level`` times."""
        while len(self._levels) <= level:
            self._levels.append(halved(self._levels[-1]))
        return ScaledView(self._levels[level], 2.0**level, 1.0, quarter_turns)

    def lowest(self, longest: int) -> int:
        """The first level whose longer side is at most ``longest`` pixels."""
        side = max(self.picture.shape[:2])
        return max(0, math.ceil(math.log2(side / longest)))

    def within(self, megapixels: float) -> int:
        """The first level of at most so many megapixels."""
        height, width = self.picture.shape[:2]
        return max(0, math.ceil(math.log2(height * width / 1e6 / megapixels) / 2))


def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means of 2 x 2 pixels (fewer at an odd edge), rounded half up."""
    height, width = picture.shape[:2]
    rows, columns = height // 2, width // 2
    even = _halved(picture[: 2 * rows, : 2 * columns])
    if not (height % 2 or width % 2):
        return even
    out = np.empty((height - rows, width - columns, 3), np.uint8)
    out[:rows, :columns] = even
    if width % 2:
        out[:rows, -1:] = _halved(np.repeat(picture[: 2 * rows, -1:], 2, axis=1))
    if height % 2:
        last = np.repeat(picture[-1:], 2, axis=0)
        out[-1:, :columns] = _halved(last[:, : 2 * columns])
        out[-1:, columns:] = picture[-1:, 2 * columns :]
    return out


def _halved(even: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """By OpenCV, which is four times as fast as Pillow with exactly 2 x 2 pixels."""
    size = even.shape[1] // 2, even.shape[0] // 2
    if not even.size:
        return np.empty((size[1], size[0], 3), np.uint8)
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.uint8)
