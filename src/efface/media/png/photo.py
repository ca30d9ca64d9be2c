"""PNG and animated PNG as a ``Photo``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media import palette, raster
from efface.media.file import Picture
from efface.media.filled import FrameFill
from efface.media.frames import Sequential
from efface.media.interface import Fidelity, Photo, Written
from efface.media.layers import Layers, View, alike
from efface.media.metadata.gpano import GPano
from efface.media.png import animated, codec, layout, metadata, static
from efface.media.png.file import PngFile
from efface.media.png.samples import displayed, palette_of, rgba
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

END_NOTE = (
    "The end of the file (IEND) was missing and was added; every row of the picture is there."
)
CHECKSUM_NOTE = (
    "The checksum of the image data was missing or wrong and was made anew; every row is there."
)
PROFILE_NOTE = "The colour profile could not be read and was left out."

_OF_NO_COLOUR = (b"sBIT", b"pHYs")
"""Kept chunks that do not decide how samples are shown."""


def open_png(source: Source, limits: Limits) -> Photo:
    """Open a PNG: its structure and checksums are read, its pixels are not.

    Raises:
        InputError: damaged or truncated.
        RefusedError: a limit exceeded, or a variant that standard viewers do not show.
    """
    path = source.path
    header = layout.read_header(source)
    size = (header.width, header.height)
    check_sizes(path, (size,), limits)
    parts = layout.read_layout(source, header, limits.max_frames)
    check_sizes(path, (size,) * len(parts.shown), limits)
    return PngPhoto(PngFile(source, parts))


class PngPhoto(Photo):
    """A PNG to be redacted. Frame 0 is the default picture, in the animation or not."""

    format = "PNG"

    def __init__(self, file: PngFile) -> None:
        self.file = file
        self.source = file.source
        self._frames = Sequential(file.shown, len(file.layout.shown))

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        size = self.file.orientation.upright_size(self.file.header.width, self.file.header.height)
        return (size,) * len(self.file.layout.shown)

    @property
    def gpano(self) -> GPano | None:
        return self.file.kept.gpano

    def picture(self, frame: int) -> Picture:
        if self.file.animated:
            return animated.picture_of(self._frames.at(frame), self.file.orientation)
        colours = displayed(self.file.samples(), self.file.header, self.file.kept)
        picture = raster.to_picture(colours, self.file.header.bits)
        return raster.upright_picture(picture, self.file.orientation)

    def layers(self) -> Layers:
        file = self.file
        chunks = {name: data for name, data in file.kept.chunks if name not in _OF_NO_COLOUR}
        colours = b"".join(name + chunks[name] for name in sorted(chunks))
        colours += file.kept.profile or b""
        kind = "u2" if file.header.bits == 16 else "u1"
        return alike(self.sizes, kind, self._walk, colours, file.orientation)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        file = self.file
        if file.animated:
            for canvas in file.shown():
                yield canvas, raster.without_hidden
            return
        plain = file.header.colour == codec.RGB and not file.kept.transparency
        yield file.samples(), raster.as_stored if plain else self._seen

    def _seen(self, part: NDArray[Any]) -> NDArray[Any]:
        return raster.without_hidden(rgba(part, self.file.header, self.file.kept))

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        if self.file.animated:
            notes = animated.write(self.file, self._fills(zones, filling), out)
        else:
            notes = static.write(self.file, self._fill(zones, filling), out)
        if self.file.kept.profile_lost:
            notes.append(PROFILE_NOTE)
        if not self.file.layout.ended:
            notes.append(END_NOTE)
        if not all(self.file.stream(stored).sealed for stored in self.file.layout.shown):
            notes.append(CHECKSUM_NOTE)
        return Written(lossless=True, dropped=self.findings(), notes=tuple(notes))

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, PngPhoto) or written.sizes != self.sizes:
            raise VerificationError("the written PNG has other frames or sizes.", path=self.path)
        if not animated.same_type(self.file, written.file):
            raise VerificationError("the written PNG has another sample type.", path=self.path)
        ours, theirs = self.file.kept, written.file.kept
        if _colours(ours) != _colours(theirs):
            raise VerificationError(
                "orientation, colours or density of the written PNG differ.", path=self.path
            )
        if self.file.animated:
            animated.verify(self.file, written.file, self._fills(zones, filling))
        else:
            static.verify(self.file, written.file, self._fill(zones, filling))
        return Fidelity(exact=True)

    def _fill(self, zones: Sequence[Zone], filling: Filling) -> FrameFill:
        """What stands in the zones of a file of one picture."""
        return FrameFill(zones, filling, lambda: self.picture(0))

    def _fills(self, zones: Sequence[Zone], filling: Filling) -> animated.Fills:
        """What stands in the zones of each frame of an animation."""
        turned = self.file.orientation
        return lambda frame, canvas: FrameFill(
            raster.in_frame(zones, frame), filling, lambda: animated.picture_of(canvas, turned)
        )

    def findings(self) -> tuple[Trace, ...]:
        found = list(self.file.found)
        for stored in self.file.layout.shown:
            stream = self.file.stream(stored)
            if stream.excess or stream.unused:
                text = "data behind the last row of pixels, inside the image data"
                found.append(Trace("trailing-data", "IDAT", text, "shows", stream.unused))
        if not self.file.animated and self._hidden():
            text = "colours under fully transparent pixels, as an erased picture leaves them"
            found.append(Trace("hidden-colour", "pixels", text, "shows"))
        return tuple(found)

    def _hidden(self) -> bool:
        if self.file.header.colour in (codec.GRAY_ALPHA, codec.RGBA):
            return raster.hides_colours(self.file.samples())
        if self.file.header.colour == codec.PALETTE and self.file.kept.transparency:
            seen = palette.used(self.file.samples(), None)
            entries = palette_of(self.file.kept)
            clear = {tuple(entries[i]) for i in seen if i < len(entries) and entries[i, 3] == 0}
            return len(clear) > 1
        return False


def _colours(kept: metadata.Kept) -> tuple[object, ...]:
    """What is the same in the written file; sBIT is left out where the colour type changes."""
    rebuilt = {kind: data for kind, data in kept.chunks if kind != b"sBIT"}
    return kept.orientation, kept.profile, rebuilt, kept.gpano
