"""Samples of a decoded frame by component.

A frame is stored turned as its coding says and often with chroma at half the size; zones are
upright. Each component of a pixel format is seen as one strided array, so that one way of filling
serves planar, interleaved and packed formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import av
import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError
from efface.geometry import Rect
from efface.media.orientation import Orientation

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


def stored_rect(rect: Rect, orientation: Orientation, width: int, height: int) -> Rect:
    """An upright rectangle in a stored picture of ``width`` x ``height`` pixels."""
    return orientation.stored_rect(rect, width, height)
