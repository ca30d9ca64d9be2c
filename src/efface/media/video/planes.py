"""Samples of a decoded frame by component, and zones filled in them.

A frame is stored turned as its coding says and often with chroma at half the size; zones are
upright. Each component of a pixel format is seen as one strided array, so that one way of filling
serves planar, interleaved and packed formats. The samples outside the zones are never touched: no
conversion to RGB takes place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import av
import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.policy import Colour
from efface.zones.zone import Zone

Role = Literal["y", "u", "v", "r", "g", "b", "a"]


@dataclass(frozen=True, slots=True)
class PlaneComponent:
    """Where the samples of one component lie."""

    role: Role
    plane: int
    step: int = 1
    """Samples from one to the next in a row."""
    offset: int = 0
    """Samples before the first in a row."""
    log2_x: int = 0
    log2_y: int = 0
    """How much narrower and lower it is than the picture, as powers of two."""


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """A pixel format."""

    components: tuple[PlaneComponent, ...]
    bits: int
    """Per sample, in use."""
    itemsize: int = 1
    """Bytes per sample."""
    shift: int = 0
    """Unused low bits of a sample."""

    @property
    def main(self) -> PlaneComponent:
        """Luma, or green, which carries most of it."""
        return next(c for c in self.components if c.role in "yg")

    @property
    def coloured_by_matrix(self) -> bool:
        return self.components[0].role == "y"

    def samples(self, frame: av.VideoFrame, component: PlaneComponent) -> NDArray[Any]:
        """A view, in stored orientation, shape (height, width) of the component."""
        plane = frame.planes[component.plane]
        dtype = np.dtype(np.uint8 if self.itemsize == 1 else np.dtype("<u2"))
        columns = -(-frame.width // (1 << component.log2_x))
        rows = -(-frame.height // (1 << component.log2_y))
        line = abs(plane.line_size)
        raw = np.frombuffer(memoryview(plane), np.uint8, rows * line).reshape(rows, line)
        used = raw[:, : line - line % self.itemsize].view(dtype)
        view: NDArray[Any] = used[:, component.offset :: component.step][:, :columns]
        return view[::-1] if plane.line_size < 0 else view


_SUBSAMPLED = {"420": (1, 1), "422": (1, 0), "444": (0, 0), "440": (0, 1), "411": (2, 0),
               "410": (2, 2)}  # fmt: skip
_PACKED = {
    "rgb24": "rgb", "bgr24": "bgr", "rgba": "rgba", "bgra": "bgra", "argb": "argb", "abgr": "abgr",
    "rgb0": "rgb.", "bgr0": "bgr.", "0rgb": ".rgb", "0bgr": ".bgr",
}  # fmt: skip
_DEPTHS = (8, 9, 10, 12, 14, 16)


@lru_cache(maxsize=16)
def layout_of(pixel_format: str) -> PixelLayout:
    """The layout of a pixel format.

    Raises:
        RefusedError: zones cannot be filled in that format.
    """
    layout = _yuv(pixel_format) or _grey_or_rgb(pixel_format)
    if layout is None:
        raise RefusedError(
            f"its pixel format {pixel_format} cannot be written again.",
            hint="Convert the video to a common pixel format, such as yuv420p, first.",
        )
    return layout


def _depth(rest: str) -> int | None:
    """Bits from the end of a format's name: nothing, or such as ``10le``."""
    if not rest:
        return 8
    bits = rest.removesuffix("le")
    return int(bits) if bits != rest and bits.isdigit() and int(bits) in _DEPTHS else None


def _yuv(name: str) -> PixelLayout | None:
    planar = re.fullmatch(r"yuv(?P<kind>[ja]?)(?P<sampling>4\d\d)p(?P<rest>.*)", name)
    if planar and planar["sampling"] in _SUBSAMPLED and (bits := _depth(planar["rest"])):
        x, y = _SUBSAMPLED[planar["sampling"]]
        parts = [PlaneComponent("y", 0), PlaneComponent("u", 1, log2_x=x, log2_y=y)]
        parts.append(PlaneComponent("v", 2, log2_x=x, log2_y=y))
        parts += [PlaneComponent("a", 3)] * (planar["kind"] == "a")
        return PixelLayout(tuple(parts), bits, 1 if bits == 8 else 2)
    half = {"nv12": (1, 1, 8, 0), "nv21": (1, 1, 8, 0), "nv16": (1, 0, 8, 0),
            "p010le": (1, 1, 10, 6), "p210le": (1, 0, 10, 6)}  # fmt: skip
    if name in half:
        x, y, bits, shift = half[name]
        first, second = (1, 0) if name == "nv21" else (0, 1)
        chroma = (PlaneComponent("u", 1, 2, first, x, y), PlaneComponent("v", 1, 2, second, x, y))
        return PixelLayout((PlaneComponent("y", 0), *chroma), bits, 1 if bits == 8 else 2, shift)
    if name in ("yuyv422", "uyvy422"):
        luma, chroma_from = (0, 1) if name == "yuyv422" else (1, 0)
        return PixelLayout(
            (
                PlaneComponent("y", 0, 2, luma),
                PlaneComponent("u", 0, 4, chroma_from, 1),
                PlaneComponent("v", 0, 4, chroma_from + 2, 1),
            ),
            8,
        )
    return None


def _grey_or_rgb(name: str) -> PixelLayout | None:
    for family in ("gray", "gbrap", "gbrp"):
        bits = _depth(name.removeprefix(family))
        if name.startswith(family) and bits:
            roles: tuple[Role, ...] = ("y",) if family == "gray" else ("g", "b", "r", "a")
            count = {"gray": 1, "gbrap": 4, "gbrp": 3}[family]
            parts = tuple(PlaneComponent(role, at) for at, role in enumerate(roles[:count]))
            return PixelLayout(parts, bits, 1 if bits == 8 else 2)
    deep = name.removesuffix("48le").removesuffix("64le")
    order = _PACKED.get(name) or (deep if deep != name and deep in ("rgb", "rgba", "bgr") else "")
    if not order:
        return None
    found = tuple(
        PlaneComponent(role, 0, len(order), order.index(role))
        for role in ("r", "g", "b", "a")
        if role in order
    )
    return PixelLayout(found, 8 if name in _PACKED else 16, 1 if name in _PACKED else 2)


@dataclass(frozen=True, slots=True)
class PlaneFill:
    """One constant colour in the samples of a layout."""

    layout: PixelLayout
    values: tuple[int, ...]
    """In use bits, one a component."""

    @classmethod
    def of(cls, colour: Colour, layout: PixelLayout, signal: Signal) -> PlaneFill:
        """An sRGB colour in a layout."""
        peak = (1 << layout.bits) - 1
        wanted = {"a": peak, **signal.encode(colour, layout.bits, layout.coloured_by_matrix)}
        return cls(layout, tuple(wanted[c.role] for c in layout.components))

    def paint(self, frame: av.VideoFrame, zones: Iterable[Zone], orientation: Orientation) -> None:
        """Fill upright zones in a writable frame that is stored turned.

        A chroma sample is filled as soon as a pixel of it lies in a zone.
        """
        stored = [_stored(zone, orientation, frame.width, frame.height) for zone in zones]
        for component, value in zip(self.layout.components, self.values, strict=True):
            samples = self.layout.samples(frame, component)
            for rect, mask in stored:
                part, touched = _subsampled(rect, mask, component)
                target = samples[part.y0 : part.y1, part.x0 : part.x1]
                if touched is None:
                    target[...] = value << self.layout.shift
                else:
                    target[touched] = value << self.layout.shift


def stored_rect(rect: Rect, orientation: Orientation, width: int, height: int) -> Rect:
    """An upright rectangle in a stored picture of ``width`` x ``height`` pixels."""
    return orientation.stored_rect(rect, width, height)


def _stored(
    zone: Zone, orientation: Orientation, width: int, height: int
) -> tuple[Rect, NDArray[np.bool_] | None]:
    rect = stored_rect(zone.rect, orientation, width, height)
    return rect, None if zone.shape == "box" else orientation.stored(zone.mask())


def _subsampled(
    rect: Rect, mask: NDArray[np.bool_] | None, component: PlaneComponent
) -> tuple[Rect, NDArray[np.bool_] | None]:
    """A stored zone on the samples of a component, grown to all that it touches."""
    x, y = component.log2_x, component.log2_y
    part = Rect(rect.x0 >> x, rect.y0 >> y, -(-rect.x1 >> x), -(-rect.y1 >> y))
    if mask is None or not (x or y):
        return part, mask
    padded = np.zeros((part.height << y, part.width << x), bool)
    top, left = rect.y0 - (part.y0 << y), rect.x0 - (part.x0 << x)
    padded[top : top + rect.height, left : left + rect.width] = mask
    cells = padded.reshape(part.height, 1 << y, part.width, 1 << x)
    return part, np.asarray(cells.any(axis=(1, 3)))


@dataclass(frozen=True, slots=True)
class Signal:
    """How sample values stand for colours (numbers of ITU-T H.273, as FFmpeg has them)."""

    matrix: int
    full_range: bool

    def encode(self, colour: Colour, bits: int, by_matrix: bool) -> dict[str, int]:
        """Sample values by component.

        Args:
            bits: per sample.
            by_matrix: as Y'CbCr, not as R'G'B'.
        """
        scale = 1 << (bits - 8)
        peak = (1 << bits) - 1
        rgb = [v / 255 for v in colour.rgb]
        if not by_matrix:
            if self.full_range:
                return {k: round(v * peak) for k, v in zip("rgb", rgb, strict=True)}
            return {k: round((16 + 219 * v) * scale) for k, v in zip("rgb", rgb, strict=True)}
        red, blue = _LUMA_WEIGHTS.get(self.matrix, _BT601)
        luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2]
        u, v = (rgb[2] - luma) / (2 - 2 * blue), (rgb[0] - luma) / (2 - 2 * red)
        middle = 128 * scale
        if self.full_range:
            chroma = [min(round(c * peak) + middle, peak) for c in (u, v)]
            return {"y": round(luma * peak), "u": chroma[0], "v": chroma[1]}
        return {
            "y": round((16 + 219 * luma) * scale),
            "u": round((128 + 224 * u) * scale),
            "v": round((128 + 224 * v) * scale),
        }


_BT601 = (0.299, 0.114)
_BT709 = (0.2126, 0.0722)
_LUMA_WEIGHTS = {1: _BT709, 4: (0.30, 0.11), 5: _BT601, 6: _BT601, 7: (0.212, 0.087),
                 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
"""Of red and blue, by matrix coefficients."""


def signal_of(pixel_format: str, matrix: int, colour_range: int, width: int, height: int) -> Signal:
    """How the samples of a stream stand for colours.

    A stream that does not state its matrix is read as players read it: BT.709 from 1280 pixels of
    width or more than 576 rows on, BT.601 below. One that does not state its range is full for RGB,
    grey and the ``yuvj`` formats and limited otherwise.

    Args:
        matrix: coefficients, 2 when not stated.
        colour_range: 1 limited, 2 full, 0 not stated.
    """
    if matrix not in _LUMA_WEIGHTS:
        matrix = 1 if width >= 1280 or height > 576 else 6
    if colour_range in (1, 2):
        return Signal(matrix, colour_range == 2)
    by_matrix = pixel_format.startswith(("yuv", "nv", "p0", "p2", "uyvy"))
    return Signal(matrix, not by_matrix or pixel_format.startswith("yuvj"))
