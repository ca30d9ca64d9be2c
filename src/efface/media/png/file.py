"""An opened PNG: its structure, and what of its pixels is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.orientation import Orientation
from efface.media.png import animation, codec, layout, metadata
from efface.media.png.codec import PngHeader
from efface.media.png.layout import StoredPng
from efface.media.png.samples import rgba
from efface.media.source import Source

KEPT_IN_MEMORY_BYTES = 160_000_000
"""A decoded picture up to this size is kept for the next call."""


class PngFile:
    """One PNG file. Frame 0 is the default picture, whether or not it is in the animation."""

    def __init__(self, source: Source, parts: layout.PngLayout) -> None:
        self.source, self.path = source, source.path
        self.layout = parts
        self.kept, self.found = metadata.read(source, parts)
        self.orientation = Orientation.of(self.kept.orientation)
        self._streams: dict[int, codec.Stream] = {}
        self._decoded: NDArray[Any] | None = None

    @property
    def header(self) -> PngHeader:
        """Of the default picture."""
        return self.layout.header

    @property
    def animated(self) -> bool:
        """Whether it is more than one still picture."""
        return bool(self.layout.frames)

    def samples(self) -> NDArray[Any]:
        """Stored samples of the default picture; the caller must not change them.

        Raises:
            InputError: it cannot be decoded whole.
        """
        if self._decoded is None:
            decoded = self.stored_samples(self.layout.default)
            if decoded.nbytes > KEPT_IN_MEMORY_BYTES:
                return decoded
            decoded.flags.writeable = False
            self._decoded = decoded
        return self._decoded

    def stored_samples(self, stored: StoredPng) -> NDArray[Any]:
        """Decode one stored picture.

        Raises:
            InputError: it cannot be decoded whole.
        """
        try:
            stream = self.stream(stored)
            data = b"".join(layout.blocks_of(self.source, stored.data))
            return codec.decode(stored.header, data, stream.odd)
        except InputError as error:
            raise InputError(error.message, path=self.path) from error

    def shown(self) -> Iterator[NDArray[Any]]:
        """Every frame as RGBA in the stored orientation; neither to be changed nor kept.

        Raises:
            InputError: a frame cannot be decoded whole.
        """
        frames = self.layout.frames
        if not frames or frames[0] is not self.layout.default:
            yield self._rgba(self.layout.default)
        kind = np.uint16 if self.header.bits == 16 else np.uint8
        canvas = np.zeros((self.header.height, self.header.width, 4), kind)
        yield from animation.canvases(frames, canvas, self._rgba)

    def _rgba(self, stored: StoredPng) -> NDArray[Any]:
        return rgba(self.stored_samples(stored), stored.header, self.kept)

    def stream(self, stored: StoredPng) -> codec.Stream:
        """The compressed data of one stored picture, checked.

        Raises:
            InputError: damaged.
        """
        key = stored.data[0].at
        if key not in self._streams:
            blocks = layout.blocks_of(self.source, stored.data)
            try:
                self._streams[key] = codec.check_stream(blocks, stored.header.stream_bytes)
            except InputError as error:
                raise InputError(error.message, path=self.path) from error
        return self._streams[key]
