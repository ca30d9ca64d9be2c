"""PNG and animated PNG as a ``Photo``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, VerificationError
from efface.media import palette, raster
from efface.media.frames import Sequential
from efface.media.interface import Fidelity, Finding, Photo, Picture, Written
from efface.media.orientation import Orientation
from efface.media.png import animated, animation, codec, layout, metadata, static
from efface.media.png.codec import Header
from efface.media.png.layout import Stored
from efface.media.png.samples import comparable, displayed, palette_of, rgba
from efface.media.sniff import check_sizes
from efface.policy import Colour, EncodePolicy, Limits
from efface.redact.interface import Zone

KEPT_IN_MEMORY_BYTES = 160_000_000
"""A decoded picture up to this size is kept for the next call."""

END_NOTE = (
    "The end of the file (IEND) was missing and was added; every row of the picture is there."
)
CHECKSUM_NOTE = (
    "The checksum of the image data was missing or wrong and was made anew; every row is there."
)
PROFILE_NOTE = "The colour profile could not be read and was left out."


def open_png(path: Path, limits: Limits) -> Photo:
    """Open a PNG: its structure and checksums are read, its pixels are not.

    Raises:
        InputError: damaged or truncated.
        RefusedError: a limit exceeded, or a variant that standard viewers do not show.
    """
    header = layout.read_header(path)
    size = (header.width, header.height)
    check_sizes(path, (size,), limits)
    parts = layout.read_layout(path, header, limits.max_frames)
    check_sizes(path, (size,) * len(parts.shown), limits)
    return PngPhoto(path, parts)


class PngPhoto(Photo):
    """One PNG file. Frame 0 is the default picture, whether or not it is in the animation."""

    format = "PNG"

    def __init__(self, path: Path, parts: layout.Layout) -> None:
        self.path = path
        self.layout = parts
        self.kept, self._found = metadata.read(path, parts)
        self.orientation = Orientation.of(self.kept.orientation)
        self._streams: dict[int, codec.Stream] = {}
        self._decoded: NDArray[Any] | None = None
        self._frames = Sequential(self.shown, len(parts.shown))

    @property
    def header(self) -> Header:
        return self.layout.header

    @property
    def animated(self) -> bool:
        return bool(self.layout.frames)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        size = self.orientation.upright_size(self.header.width, self.header.height)
        return (size,) * len(self.layout.shown)

    def picture(self, frame: int) -> Picture:
        if self.animated:
            shown = raster.to_8_bits(self._frames.at(frame), 16 if self.header.bits == 16 else 8)
            picture = raster.over_grey(shown)
        else:
            colours = displayed(self.samples(), self.header, self.kept)
            picture = raster.to_picture(colours, self.header.bits)
        return raster.upright_picture(picture, self.orientation)

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

    def stored_samples(self, stored: Stored) -> NDArray[Any]:
        """Decode one stored picture.

        Raises:
            InputError: it cannot be decoded whole.
        """
        try:
            stream = self._stream(stored)
            data = b"".join(layout.blocks_of(self.path, stored.data))
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

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(zones)

    def write(
        self, zones: Sequence[Zone], colour: Colour, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        if self.animated:
            notes = animated.write(self, zones, colour, out)
        else:
            notes = static.write(self, zones, colour, out)
        if self.kept.profile_lost:
            notes.append(PROFILE_NOTE)
        if not self.layout.ended:
            notes.append(END_NOTE)
        if not all(self._stream(stored).sealed for stored in self.layout.shown):
            notes.append(CHECKSUM_NOTE)
        return Written(lossless=True, dropped=self.findings(), notes=tuple(notes))

    def compare(self, written: Photo, zones: Sequence[Zone]) -> Fidelity:
        if not isinstance(written, PngPhoto) or written.sizes != self.sizes:
            raise VerificationError("the written PNG has other frames or sizes.", path=self.path)
        if not animated.same_type(self, written):
            raise VerificationError("the written PNG has another sample type.", path=self.path)
        ours, theirs = self.kept, written.kept
        if _colours(ours) != _colours(theirs):
            raise VerificationError(
                "orientation, colours or density of the written PNG differ.", path=self.path
            )
        views: tuple[raster.View, raster.View] = (raster.without_hidden, raster.without_hidden)
        pairs = zip(self.shown(), written.shown(), strict=True)
        if not self.animated:
            keyed = bool(ours.transparency or theirs.transparency)
            views = (
                comparable(self.header, ours, keyed),
                comparable(written.header, theirs, keyed),
            )
            pairs = zip([self.samples()], [written.samples()], strict=True)
        for frame, (mine, other) in enumerate(pairs):
            own = raster.in_frame(zones, frame)
            raster.verify_frame(mine, other, own, frame, self.orientation, views=views)
        return Fidelity(exact=True)

    def findings(self) -> tuple[Finding, ...]:
        found = list(self._found)
        for stored in self.layout.shown:
            stream = self._stream(stored)
            if stream.excess or stream.unused:
                text = "data behind the last row of pixels, inside the image data"
                found.append(Finding("trailing-data", "IDAT", text, "shows", stream.unused))
        if not self.animated and self._hidden():
            text = "colours under fully transparent pixels, as an erased picture leaves them"
            found.append(Finding("hidden-colour", "pixels", text, "shows"))
        return tuple(found)

    def _hidden(self) -> bool:
        if self.header.colour in (codec.GRAY_ALPHA, codec.RGBA):
            return raster.hides_colours(self.samples())
        if self.header.colour == codec.PALETTE and self.kept.transparency:
            seen = palette.used(self.samples(), None)
            entries = palette_of(self.kept)
            clear = {tuple(entries[i]) for i in seen if i < len(entries) and entries[i, 3] == 0}
            return len(clear) > 1
        return False

    def _rgba(self, stored: Stored) -> NDArray[Any]:
        return rgba(self.stored_samples(stored), stored.header, self.kept)

    def _stream(self, stored: Stored) -> codec.Stream:
        key = stored.data[0].at
        if key not in self._streams:
            blocks = layout.blocks_of(self.path, stored.data)
            try:
                self._streams[key] = codec.check_stream(blocks, stored.header.stream_bytes)
            except InputError as error:
                raise InputError(error.message, path=self.path) from error
        return self._streams[key]


def _colours(kept: metadata.Kept) -> tuple[object, ...]:
    """What is the same in the written file; sBIT is left out where the colour type changes."""
    rebuilt = {kind: data for kind, data in kept.chunks if kind != b"sBIT"}
    return kept.orientation, kept.profile, rebuilt
