"""GIF as a ``Photo``: read as composed for display, written from the redacted canvases."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError, VerificationError
from efface.media import raster
from efface.media.file import Picture
from efface.media.filled import FrameFill, not_meant, verify_frame
from efface.media.frames import Sequential
from efface.media.gif.canvas import Canvas, canvases, picture_of
from efface.media.gif.encode import Frame, encoded, opaque, planned
from efface.media.gif.layout import LOOP_BLOCKS, PROFILE_BLOCK, GifLayout, read_layout
from efface.media.interface import Fidelity, Photo, Written
from efface.media.layers import Layers, View, alike
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

PROFILE_NOTE = "The colour profile could not be read and was left out."


def open_gif(source: Source, limits: Limits) -> Photo:
    """Open a GIF: its structure is read, its pixels are not.

    Raises:
        InputError: damaged or truncated.
        RefusedError: a limit exceeded.
    """
    path = source.path
    layout = read_layout(path, source.data(), limits.max_frames)
    check_sizes(path, ((layout.width, layout.height),) * len(layout.frames), limits)
    check_sizes(path, tuple((f.width, f.height) for f in layout.frames), limits)
    return GifPhoto(source, layout)


class GifPhoto(Photo):
    """One GIF file."""

    format = "GIF"

    def __init__(self, source: Source, layout: GifLayout) -> None:
        self.source = source
        self.layout = layout
        self._frames = Sequential(self.shown, len(layout.frames))

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return ((self.layout.width, self.layout.height),) * len(self.layout.frames)

    def picture(self, frame: int) -> Picture:
        return picture_of(self._frames.at(frame))

    def shown(self) -> Iterator[Canvas]:
        """Every frame as composed for display; neither to be changed nor kept.

        Raises:
            InputError: a frame cannot be decoded whole.
        """
        try:
            yield from canvases(self.layout)
        except InputError as error:
            raise InputError(error.message, path=self.path) from error

    def layers(self) -> Layers:
        profile = self.layout.profile
        return alike(self.sizes, "u1", self._walk, profile, raster.UPRIGHT)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        for canvas in self.shown():
            stored = canvas.astype("<u4").view(np.uint8).reshape(*canvas.shape, 4)
            yield stored, _rgba

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        layout, notes = self.layout, list[str]()
        out.write(
            struct.pack("<6sHHBBB", b"GIF89a", layout.width, layout.height, 0x70, 0, layout.aspect)
        )
        if layout.loop is not None:
            out.write(_application(LOOP_BLOCKS[0], struct.pack("<BH", 1, layout.loop)))
        if layout.profile is not None:
            out.write(_application(PROFILE_BLOCK, layout.profile))
        try:
            for piece in encoded(self._filled(zones, filling), notes):
                out.write(piece)
        except RefusedError as error:
            raise RefusedError(error.message, path=self.path, hint=error.hint) from error
        out.write(b";")
        if layout.profile_lost:
            notes.append(PROFILE_NOTE)
        return Written(lossless=True, dropped=self.findings(), notes=tuple(notes))

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, GifPhoto) or written.sizes != self.sizes:
            raise VerificationError("the written GIF has other frames or sizes.", path=self.path)
        if _shown_how(self.layout) != _shown_how(written.layout):
            raise VerificationError(
                "timing, loops or colour profile of the written GIF differ.", path=self.path
            )
        exact = True
        frames = zip(self._filled(zones, filling), written.shown(), strict=True)
        for frame, ((mine, fill, _), other) in enumerate(frames):
            verify_frame(mine, other, fill, frame, None)
            exact = exact and fill.holds(other, opaque)
        if not exact:
            self._check_reduced(written, zones, filling)
        return Fidelity(exact=True)

    def findings(self) -> tuple[Trace, ...]:
        return tuple(self.layout.found)

    def _check_reduced(self, written: GifPhoto, zones: Sequence[Zone], filling: Filling) -> None:
        """Hold zones against the colours that a palette could hold of what was meant.

        Raises:
            VerificationError: something else is there.
        """
        plans = planned(self._filled(zones, filling))
        for frame, ((_, placed, _), other) in enumerate(zip(plans, written.shown(), strict=True)):
            own = raster.in_frame(zones, frame)
            outside = ~raster.covered(own, self.layout.width, self.layout.height)
            if not raster.same_outside(placed.canvas, other, outside):
                raise not_meant(frame)

    def _filled(self, zones: Sequence[Zone], filling: Filling) -> Iterator[Frame]:
        for frame, canvas in enumerate(self.shown()):
            copy = canvas.copy()
            own = raster.in_frame(zones, frame)
            fill = FrameFill(own, filling, partial(picture_of, copy))
            yield copy, fill, self.layout.frames[frame].delay


def _rgba(part: NDArray[Any]) -> NDArray[Any]:
    """Of the bytes of a canvas, which lie as blue, green, red, alpha."""
    return part[..., [2, 1, 0, 3]]


def _shown_how(layout: GifLayout) -> tuple[object, ...]:
    delays = tuple(frame.delay for frame in layout.frames)
    return delays, layout.loop, layout.aspect, layout.profile


def _application(name: bytes, data: bytes) -> bytes:
    blocks = (data[i : i + 255] for i in range(0, len(data), 255))
    body = b"".join(bytes((len(block),)) + block for block in blocks)
    return b"\x21\xff" + bytes((len(name),)) + name + body + b"\0"
