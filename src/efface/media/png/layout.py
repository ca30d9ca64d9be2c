"""Where things are in a PNG file: chunks, frames and what does not belong; nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from efface.errors import InputError, RefusedError
from efface.media.png.chunks import BLOCK, Chunks, PngChunk
from efface.media.png.codec import DEPTHS, SIGNATURE, PngHeader
from efface.media.source import Source

MAX_ANCILLARY_BYTES = 64 << 20
"""Read of one chunk; what is kept is far smaller, and the rest is dropped whatever its size."""


@dataclass(frozen=True, slots=True)
class Control:
    """How a frame of an animation is shown (fcTL)."""

    x: int
    y: int
    delay: tuple[int, int]
    """Seconds as a fraction; a denominator of 0 counts as 100."""
    dispose: int
    """0 leave, 1 clear to transparent, 2 restore what was before."""
    blend: int
    """0 replace, 1 composite over."""


@dataclass(slots=True)
class StoredPng:
    """One stored picture: its header, its data, and how it is shown in an animation."""

    header: PngHeader
    control: Control | None = None
    data: list[PngChunk] = field(default_factory=list)


@dataclass(slots=True)
class PngLayout:
    """A PNG file, taken apart."""

    header: PngHeader
    default: StoredPng
    """The picture that viewers without animation show."""
    frames: list[StoredPng] = field(default_factory=list)
    """Of the animation; the default picture is the first of them, or none."""
    plays: int = 0
    """How often the animation is played; 0 is for ever."""
    others: list[PngChunk] = field(default_factory=list)
    """Everything that is no image data."""
    broken: list[PngChunk] = field(default_factory=list)
    """Chunks beside the picture whose checksum is wrong."""
    trailing: int = 0
    """Bytes after the end."""
    ended: bool = True
    """The end is marked."""

    @property
    def shown(self) -> list[StoredPng]:
        """Every picture in the order of efface's frames: a default picture that does not belong to
        the animation comes first."""
        if self.frames and self.frames[0] is self.default:
            return self.frames
        return [self.default, *self.frames]


def read_header(source: Source) -> PngHeader:
    """The first chunk, checked.

    Raises:
        InputError: it is not one PNG allows.
        RefusedError: it is Apple's own variant.
    """
    path, head = source.path, source.head[:33]
    if len(head) < 33 or head[:8] != SIGNATURE:
        raise InputError("the file ends in its header.", path=path)
    if head[12:16] == b"CgBI":
        raise RefusedError(
            "this is the variant of PNG that iOS apps carry (CgBI).",
            path=path,
            hint="Convert it to a standard PNG first: open it in Preview on a Mac and export it.",
        )
    length, kind = struct.unpack(">I4s", head[8:16])
    if (length, kind) != (13, b"IHDR"):
        raise InputError("the PNG header is missing.", path=path)
    width, height, bits, colour, packing, filtering, interlace = struct.unpack(
        ">IIBBBBB", head[16:29]
    )
    sound = bits in DEPTHS.get(colour, ()) and packing == filtering == 0 and interlace < 2
    if not sound or not (0 < width < 1 << 31 and 0 < height < 1 << 31):
        raise InputError("the PNG header is not valid.", path=path)
    return PngHeader(width, height, bits, colour, bool(interlace))


def read_layout(source: Source, header: PngHeader, max_frames: int) -> PngLayout:
    """Take the file apart and check every checksum.

    Raises:
        InputError: it is damaged or truncated.
        RefusedError: it needs a chunk that efface does not know, or has more frames than allowed.
    """
    path, chunks = source.path, Chunks(source).read()
    layout = PngLayout(
        header,
        StoredPng(header),
        broken=chunks.broken,
        trailing=chunks.trailing,
        ended=chunks.ended,
    )
    frames = _Frames(source, layout, max_frames)
    for index, chunk in enumerate(chunks.found):
        if chunk.kind == b"IHDR":
            if index:
                raise InputError("it has two headers.", path=path)
        elif chunk.kind == b"IDAT":
            if layout.default.data and chunks.found[index - 1].kind != b"IDAT":
                raise InputError("the image data is not in one piece.", path=path)
            layout.default.data.append(chunk)
        elif not frames.takes(chunk):
            layout.others.append(chunk)
    if not layout.default.data:
        raise InputError("the file has no image data.", path=path)
    frames.finish()
    return layout


class _Frames:
    """Puts the chunks of an animation together."""

    def __init__(self, source: Source, layout: PngLayout, max_frames: int) -> None:
        self.source, self.path = source, source.path
        self.layout, self.max_frames = layout, max_frames
        self.declared: int | None = None
        self.sequence = 0

    def takes(self, chunk: PngChunk) -> bool:
        """Whether the chunk belongs to the animation."""
        layout = self.layout
        if chunk.kind == b"acTL" and self.declared is None and not layout.default.data:
            self.declared, layout.plays = struct.unpack(">II", _exactly(self.source, chunk, 8))
        elif chunk.kind == b"fcTL" and self.declared is not None:
            self._control(chunk)
        elif chunk.kind == b"fdAT" and self.declared is not None:
            self._data(chunk)
        else:
            return False
        return True

    def finish(self) -> None:
        """Hold the frames against what was declared.

        Raises:
            InputError: they do not agree.
        """
        frames = self.layout.frames
        whole = len(frames) == (self.declared or 0) and all(frame.data for frame in frames)
        if not whole:
            raise InputError("the animation does not have the frames it declares.", path=self.path)

    def _control(self, chunk: PngChunk) -> None:
        layout, header = self.layout, self.layout.header
        if len(layout.frames) >= self.max_frames:
            raise RefusedError(
                f"the animation has more than {self.max_frames} frames.",
                path=self.path,
                hint="Raise limits.max_frames in the policy if you trust it.",
            )
        number, stored = _control(self.source, chunk, header)
        if layout.frames and not layout.frames[-1].data:
            raise InputError("a frame of the animation has no data.", path=self.path)
        self._in_order(number)
        if not layout.default.data:
            if (stored.header.width, stored.header.height) != (header.width, header.height):
                raise InputError("the animation's first frame has another size.", path=self.path)
            layout.default = stored
        layout.frames.append(stored)

    def _data(self, chunk: PngChunk) -> None:
        frames = self.layout.frames
        if not frames or frames[-1] is self.layout.default or chunk.length < 4:
            raise InputError("the animation has data of no frame.", path=self.path)
        (number,) = struct.unpack(">I", _read(self.source, chunk.at, 4))
        self._in_order(number)
        frames[-1].data.append(PngChunk(chunk.kind, chunk.at + 4, chunk.length - 4))

    def _in_order(self, number: int) -> None:
        if number != self.sequence:
            raise InputError("the animation's frames are out of order.", path=self.path)
        self.sequence += 1


def data_of(source: Source, chunk: PngChunk) -> bytes:
    """The data of a chunk that is no image data, cut at ``MAX_ANCILLARY_BYTES``.

    Raises:
        InputError: the file cannot be read.
    """
    return _read(source, chunk.at, min(chunk.length, MAX_ANCILLARY_BYTES))


def blocks_of(source: Source, chunks: list[PngChunk]) -> Iterator[bytes]:
    """The image data in these chunks, in pieces.

    Raises:
        InputError: the file cannot be read.
    """
    with source.reader() as file:
        for chunk in chunks:
            file.seek(chunk.at)
            left = chunk.length
            while left:
                block = file.read(min(left, BLOCK))
                if not block:
                    raise InputError("the file became shorter.", path=source.path)
                left -= len(block)
                yield block


def _control(source: Source, chunk: PngChunk, header: PngHeader) -> tuple[int, StoredPng]:
    fields = struct.unpack(">IIIIIHHBB", _exactly(source, chunk, 26))
    number, width, height, x, y, delay, unit, dispose, blend = fields
    inside = x + width <= header.width and y + height <= header.height
    if not (width and height and inside and dispose < 3 and blend < 2):
        raise InputError("a frame of the animation is not valid.", path=source.path)
    own = PngHeader(width, height, header.bits, header.colour, header.interlaced)
    return number, StoredPng(own, Control(x, y, (delay, unit), dispose, blend))


def _exactly(source: Source, chunk: PngChunk, length: int) -> bytes:
    if chunk.length != length:
        raise InputError(f"its {chunk.name} chunk has the wrong length.", path=source.path)
    return _read(source, chunk.at, length)


def _read(source: Source, at: int, length: int) -> bytes:
    with source.reader() as file:
        file.seek(at)
        data = file.read(length)
    if len(data) != length:
        raise InputError("the file became shorter.", path=source.path)
    return data
