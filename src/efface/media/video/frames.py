"""Decoded frames, converted for the detectors."""

from __future__ import annotations

import threading
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from efface.media.file import Gray, Picture
from efface.media.video.interface import Coding, MovieFrame

_QUARTERED = frozenset({"yuv420p", "yuvj420p"})
"""8-bit formats whose chroma planes have half the width and height of luma."""
_LUMA_WEIGHTS = {
    1: (0.2126, 0.0722),
    2: (0.299, 0.114),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
"""Of red and blue, by ITU-T H.273 matrix coefficients; 2 (not stated) as swscale takes it."""
_FULL_RANGE = 2
_KEPT_CONVERTERS = 8


class DecodedFrame(MovieFrame):
    """A frame as PyAV decoded it."""

    def __init__(
        self,
        index: int,
        pts: int,
        native: av.VideoFrame,
        coding: Coding,
        *,
        key: bool,
        damaged: bool = False,
    ) -> None:
        self.index = index
        self.pts = pts
        self.native = native
        self.key = key
        self.damaged = damaged
        self._base, self._orientation = coding.time_base, coding.orientation

    @property
    def time(self) -> Fraction:
        return self.pts * self._base

    def picture(self, halvings: int = 0) -> Picture:
        """RGB, upright, uint8, at 1 / 2**halvings of the size (each side rounded up)."""
        native, step = self.native, 1 << halvings
        width, height = -(-native.width // step), -(-native.height // step)
        if halvings == 0:
            rgb = _converted(native, width, height, "rgb24")
        elif native.format.name in _QUARTERED and native.colorspace in _LUMA_WEIGHTS:
            rgb = _small_from_planes(native, width, height)
        else:
            whole = _converted(native, native.width, native.height, "rgb24")
            small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
            rgb = cast("NDArray[np.uint8]", small)
        return np.ascontiguousarray(self._orientation.upright(rgb))

    def gray(self, width: int, height: int) -> Gray:
        """Luma of the upright picture, scaled to width x height pixels, uint8."""
        stored = self._orientation.upright_size(width, height)
        if self.native.format.name in _QUARTERED:
            small = _shrunk_luma(self.native, *stored)
        else:
            small = _converted(self.native, *stored, "gray")
        return np.ascontiguousarray(self._orientation.upright(small))


class _Converters(threading.local):
    """swscale's state, set up once for each size and format; one may not be used by two threads."""

    def __init__(self) -> None:
        self.get = lru_cache(_KEPT_CONVERTERS)(lambda _width, _height, _form: VideoReformatter())


_CONVERTERS = _Converters()


def _converted(native: av.VideoFrame, width: int, height: int, form: str) -> NDArray[np.uint8]:
    """By swscale, each pixel the mean of those it stands for. One thread: more cost more in all."""
    converter = _CONVERTERS.get(width, height, form)
    frame = converter.reformat(native, width, height, form, interpolation="AREA", threads=1)
    return cast("NDArray[np.uint8]", frame.to_ndarray())


def _small_from_planes(native: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    """RGB at half the size or less. Planes are scaled first, which takes a third of the time that
    converting the whole picture first would."""
    planes = [
        cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
        if plane.shape != (height, width)
        else plane
        for plane in (_samples(native, index) for index in range(3))
    ]
    rgb = cv2.transform(cv2.merge(planes), _to_rgb(native.colorspace, _is_full(native)))
    return cast("NDArray[np.uint8]", rgb)


def _samples(native: av.VideoFrame, index: int) -> NDArray[np.uint8]:
    """A view of an 8-bit plane without the padding of its lines."""
    plane: Any = native.planes[index]  # a buffer, though its stubs do not say so
    lines: NDArray[np.uint8] = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return lines[: plane.height, : plane.width]


def _shrunk_luma(native: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    """The luma plane, scaled down at full range, in a fraction of swscale's time: halved, which
    OpenCV does much faster than anything else, and then interpolated."""
    luma = _samples(native, 0)
    while luma.shape[1] >= 2 * width and luma.shape[0] >= 2 * height:
        halves = luma.shape[1] // 2, luma.shape[0] // 2
        even = luma[: 2 * halves[1], : 2 * halves[0]]
        luma = cast("NDArray[np.uint8]", cv2.resize(even, halves, interpolation=cv2.INTER_AREA))
    if luma.shape != (height, width):
        luma = cast("NDArray[np.uint8]", cv2.resize(luma, (width, height)))
    return luma.copy() if _is_full(native) else cast("NDArray[np.uint8]", cv2.LUT(luma, _WIDENED))


_WIDENED = np.clip((np.arange(256) - 16) * 255 / 219, 0, 255).round().astype(np.uint8)
"""Luma at full range, of luma at the limited range of ITU-T H.273."""


def _is_full(native: av.VideoFrame) -> bool:
    return native.format.name.startswith("yuvj") or native.color_range == _FULL_RANGE


@lru_cache(16)
def _to_rgb(matrix: int, full: bool) -> NDArray[np.float32]:
    """Weights of Y, Cb, Cr and 1 in red, green and blue (ITU-T H.273, 8.3)."""
    red, blue = _LUMA_WEIGHTS[matrix]
    green = 1 - red - blue
    luma, chroma, black = (1.0, 1.0, 0.0) if full else (255 / 219, 255 / 224, 16.0)
    to_red, to_blue = 2 * (1 - red) * chroma, 2 * (1 - blue) * chroma
    weights = np.array(
        [
            [luma, 0, to_red],
            [luma, -to_blue * blue / green, -to_red * red / green],
            [luma, to_blue, 0],
        ]
    )
    offset = weights @ np.array([-black, -128, -128])
    return np.hstack([weights, offset[:, None]]).astype(np.float32)
