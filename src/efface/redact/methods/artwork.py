"""A drawing laid into a rectangle at any size.

Every step is arithmetic of whole numbers, or a sum, product, division or rounding as IEEE 754
defines it, element by element and in one order: the same drawing, place and colours give the same
bytes on every machine.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.geometry import Rect
from efface.redact.methods.unpacking import unpacked

UNITS = 64
"""Of places, in a pixel: a drawing moves and grows by less than a viewer sees."""

MOST_PX = 1024
"""Of a drawing's side, in its own pixels: enlarged beyond that its edges grow soft, not jagged."""

STRETCH = 1.25
"""A drawing is made wider or narrower by this factor at most, to fit a zone of another shape."""

STRIP = 4
"""Zones that are longer than wide, or the other way, by more than this times the drawing's own
shape take the background alone: strips, of which zones near a pole are made up."""

AROUND_PX = 40
"""Beyond a zone, as far as formats and packs grow it to their blocks."""

SMALL_PX = 100_000
"""Area of a drawing of which many are kept: a video has some sizes of zones again and again."""

_HEAD = struct.Struct(">4sHH")
_MAGIC = b"efd1"


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a drawing lies, in ``UNITS`` of a pixel of the upright picture."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, eq=False)
class Artwork:
    """Colours over what is transparent."""

    rgba: NDArray[np.uint8]
    """Shape (height, width, 4), colours not multiplied by alpha."""

    def __post_init__(self) -> None:
        height, width, *rest = self.rgba.shape
        if rest != [4] or self.rgba.dtype != np.uint8 or not 0 < max(height, width) <= MOST_PX:
            raise ValueError(f"expected an RGBA drawing, got {self.rgba.shape} {self.rgba.dtype}")

    @cached_property
    def levels(self) -> list[NDArray[np.float32]]:
        """Colours times alpha, and alpha, 0 to 255, shape (height, width, 4); then the same at half
        the size, and so on."""
        alpha = self.rgba[..., 3:].astype(np.float32)
        out = [np.concatenate([self.rgba[..., :3] * (alpha / np.float32(255)), alpha], axis=2)]
        while min(out[-1].shape[:2]) >= 16:
            out.append(_halved(_halved(out[-1]).swapaxes(0, 1)).swapaxes(0, 1))
        return out

    def place(self, rect: Rect) -> Placing | None:
        """Where it lies in a rectangle: in its middle, stretched a little if that fits it.

        Returns:
            ``None``: it does not fit there.
        """
        if rect.empty:
            return None
        own = self.rgba.shape[1] / self.rgba.shape[0]
        ratio = rect.width / rect.height / own
        if not 1 / STRIP <= ratio <= STRIP:
            return None
        width, height = rect.width * UNITS, rect.height * UNITS
        if ratio > STRETCH:
            width = round(height * own * STRETCH)
        elif ratio < 1 / STRETCH:
            height = round(width / own * STRETCH)
        x, y = (rect.x0 + rect.x1) * UNITS // 2, (rect.y0 + rect.y1) * UNITS // 2
        return Placing(x - width // 2, y - height // 2, x - width // 2 + width,
                      y - height // 2 + height)  # fmt: skip

    def laid(self, placed: Placing, rect: Rect) -> NDArray[np.float32]:
        """What of it lies in a rectangle, which it need not fill: beyond its edges they go on.

        Returns:
            As ``levels``, shape (rect.height, rect.width, 4).
        """
        return laid(self.level(placed), placed, rect)

    def level(self, placed: Placing) -> NDArray[np.float32]:
        """The one of ``levels`` that is as large as the drawing is laid, or larger."""
        across = (placed.x1 - placed.x0) / UNITS
        fitting = (level for level in reversed(self.levels) if level.shape[1] >= across)
        return next(fitting, self.levels[0])

    def over(
        self, background: NDArray[np.uint8] | NDArray[np.float32], rect: Rect, into: Rect
    ) -> NDArray[np.uint8]:
        """Draw it.

        Args:
            background: RGB, 0 to 255, shape (rect.height, rect.width, 3).
            rect: the pixels to draw.
            into: the rectangle into which it is fitted.
        """
        placed = self.place(into)
        if placed is None:
            return np.asarray(np.rint(background), np.uint8)
        laid = self.laid(placed, rect)
        rest = (np.float32(255) - laid[..., 3:]) / np.float32(255)
        mixed = np.rint(laid[..., :3] + background * rest)
        return np.asarray(np.clip(mixed, 0, 255), np.uint8)

    def tinted(self, colour: Colour) -> Artwork:
        """A drawing in greys in the shades of a colour, which 128 stands for: black and white are
        those of the drawing."""
        grey = self.rgba[..., :1].astype(np.float64)
        own = np.array(colour.rgb, np.float64)
        dark, light = own * grey / 128, own + (255 - own) * (grey - 128) / 127
        shades = np.rint(np.where(grey <= 128, dark, light)).astype(np.uint8)
        return Artwork(np.concatenate([shades, self.rgba[..., 3:]], axis=2))

    def to_bytes(self) -> bytes:
        """As it is kept under seal."""
        height, width = self.rgba.shape[:2]
        return _HEAD.pack(_MAGIC, width, height) + zlib.compress(self.rgba.tobytes(), 9)

    @classmethod
    def from_png(cls, data: bytes) -> Artwork:
        """Read a PNG file of ours, or of a library's.

        Raises:
            ValueError: it has no colours and alpha of 8 bits, or is too large.
        """
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
            raise ValueError("it is no RGBA picture")
        return cls(np.ascontiguousarray(picture[..., [2, 1, 0, 3]], np.uint8))

    @classmethod
    def from_bytes(cls, data: bytes) -> Artwork:
        """Read ``to_bytes``; nothing in it is believed.

        Raises:
            ValueError: it is something else.
        """
        if len(data) < _HEAD.size:
            raise ValueError("it is too short")
        magic, width, height = _HEAD.unpack_from(data)
        if magic != _MAGIC or not (0 < width <= MOST_PX and 0 < height <= MOST_PX):
            raise ValueError("it does not begin as one")
        plain = unpacked(data[_HEAD.size :], width * height * 4)
        return cls(np.frombuffer(plain, np.uint8).reshape(height, width, 4))


def laid(source: NDArray[np.float32], placed: Placing, rect: Rect) -> NDArray[np.float32]:
    """What of a picture lies in a rectangle, which it need not fill: beyond its edges they go on.

    Args:
        source: shape (rows, columns, channels).

    Returns:
        Shape (rect.height, rect.width, channels).
    """
    rows = resampled(source, placed.y0, placed.y1, rect.y0, rect.height)
    turned = resampled(rows.swapaxes(0, 1), placed.x0, placed.x1, rect.x0, rect.width)
    return np.asarray(turned.swapaxes(0, 1))


def _halved(source: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half as many rows."""
    count = -(-source.shape[0] // 2)
    return resampled(source, 0, count * UNITS, 0, count)


def resampled(
    source: NDArray[np.float32], low: int, high: int, first: int, count: int
) -> NDArray[np.float32]:
    """Means of the source's rows over each of so many pixels; where a row is wider than a pixel,
    over the width of a row.

    Args:
        source: shape (rows, ...).
        low: where its first row begins, in ``UNITS``; ``high``: where the last one ends.
        first: number of the first pixel.
    """
    rows, span = source.shape[0], 2 * (high - low)  # places are in rows / span
    starts = 2 * ((first + np.arange(count, dtype=np.int64)) * UNITS - low) * rows
    ends = starts + 2 * UNITS * rows
    if 2 * UNITS * rows < span:
        middles = (starts + ends) // 2
        starts, ends = middles - span // 2, middles + span // 2
    begin = starts // span
    taps = int(((ends - 1) // span - begin).max()) + 1
    out = np.zeros((count, *source.shape[1:]), np.float32)
    for tap in range(taps):
        row = begin + tap
        share = np.minimum(ends, (row + 1) * span) - np.maximum(starts, row * span)
        weights = (np.maximum(share, 0) / (ends - starts)).astype(np.float32)
        part = source[np.clip(row, 0, rows - 1)]
        part *= weights.reshape((-1,) + (1,) * (source.ndim - 1))
        out += part
    return out


def drawn(drawing: Artwork, background: Colour, rect: Rect, into: Rect) -> NDArray[np.uint8]:
    """A drawing over one colour, as ``Artwork.over`` gives it; read-only.

    What stands in a pixel follows from where it lies in the zone, not in the picture: zones of one
    size have one drawing, of which each takes its part.
    """
    x, y = into.x0, into.y0
    part = Rect(rect.x0 - x, rect.y0 - y, rect.x1 - x, rect.y1 - y)
    size = into.width, into.height
    around = Rect(0, 0, *size).padded(AROUND_PX, AROUND_PX)
    if part.intersection(around) != part or around.area > SMALL_PX:
        return _large(drawing, background, part, size)
    whole = _small(drawing, background, size)
    rows = slice(part.y0 + AROUND_PX, part.y1 + AROUND_PX)
    return whole[rows, part.x0 + AROUND_PX : part.x1 + AROUND_PX]


@lru_cache(maxsize=128)
def _small(drawing: Artwork, background: Colour, size: tuple[int, int]) -> NDArray[np.uint8]:
    around = Rect(0, 0, *size).padded(AROUND_PX, AROUND_PX)
    return _over(drawing, background, around, size)


@lru_cache(maxsize=4)
def _large(
    drawing: Artwork, background: Colour, rect: Rect, size: tuple[int, int]
) -> NDArray[np.uint8]:
    return _over(drawing, background, rect, size)


def _over(
    drawing: Artwork, background: Colour, rect: Rect, size: tuple[int, int]
) -> NDArray[np.uint8]:
    plain = np.empty((rect.height, rect.width, 3), np.uint8)
    plain[:] = background.rgb
    out = plain if rect.empty else drawing.over(plain, rect, Rect(0, 0, *size))
    out.flags.writeable = False
    return out
