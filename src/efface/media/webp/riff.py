"""The RIFF container of WebP, read from hostile bytes and written afresh.

Layout: https://developers.google.com/speed/webp/docs/riff_container and, for the two picture
headers, RFC 6386 section 9.1 (VP8) and the WebP lossless specification section 3 (VP8L).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from efface.errors import InputError

MAX_CHUNKS = 100_000

ALPHA_FLAG, ICC_FLAG, EXIF_FLAG, XMP_FLAG, ANIMATION_FLAG = 0x10, 0x20, 0x08, 0x04, 0x02


@dataclass(frozen=True, slots=True)
class RiffChunk:
    """One chunk: its four-character code and its payload."""

    name: bytes
    data: bytes
    start: int
    """Offset of the chunk's header in the file."""

    @property
    def label(self) -> str:
        """The code in printable characters."""
        return "".join(chr(c) if 0x20 < c < 0x7F else "?" for c in self.name)


@dataclass(frozen=True, slots=True)
class CodedWebp:
    """One coded picture: VP8L, or VP8 with an optional alpha plane."""

    width: int
    height: int
    lossless: bool
    chunks: tuple[RiffChunk, ...]
    """ALPH before VP8, when there is one; or VP8L."""
    others: tuple[RiffChunk, ...] = ()
    """Chunks beside the picture that no decoder shows."""

    @property
    def has_alpha(self) -> bool:
        """The picture's header, or a plane of its own, says that some of it may be transparent."""
        if self.lossless:  # bit 28 after the signature byte, behind the two 14-bit sides
            return bool(int.from_bytes(self.chunks[0].data[1:5], "little") >> 28 & 1)
        return len(self.chunks) > 1

    def payload(self) -> bytes:
        """The picture's chunks as they stand in a file."""
        return b"".join(packed(chunk.name, chunk.data) for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class WebpFrame:
    """One frame: a coded picture and, in an animation, where and how long it shows."""

    coded: CodedWebp
    x: int = 0
    y: int = 0
    duration_ms: int = 0
    blend: bool = False
    """Alpha-blended onto what is there, rather than put in its place."""
    to_background: bool = False
    """Its rectangle is cleared after it was shown."""

    def packed(self) -> bytes:
        """As an ANMF chunk."""
        flags = (0 if self.blend else 2) | (1 if self.to_background else 0)
        sizes = (
            self.x // 2,
            self.y // 2,
            self.coded.width - 1,
            self.coded.height - 1,
            self.duration_ms,
        )
        head = b"".join(value.to_bytes(3, "little") for value in sizes)
        return packed(b"ANMF", head + bytes((flags,)) + self.coded.payload())


@dataclass(frozen=True, slots=True)
class WebpContainer:
    """A parsed file."""

    width: int
    height: int
    frames: tuple[WebpFrame, ...]
    animated: bool
    background: bytes
    """Four bytes: blue, green, red, alpha."""
    loops: int
    """0: for ever."""
    icc: bytes | None
    exif: bytes | None
    others: tuple[RiffChunk, ...]
    """Chunks that are neither picture, nor profile, nor the first EXIF block."""
    trailing: int
    """Bytes after the container."""
    xmp: bytes | None = None
    """Only of files that are written; of one that was read it is among the others."""


def parse(data: bytes) -> WebpContainer:
    """Read a whole file.

    Raises:
        InputError: truncated or damaged; the caller adds the path.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise InputError("the file has no WebP header.")
    end = int.from_bytes(data[4:8], "little") + 8
    if end > len(data):
        raise InputError(f"the file is truncated: {len(data)} of {end} bytes are there.")
    chunks = tuple(_chunks(data, 12, end))
    trailing = len(data) - end - (end & 1 and data[end : end + 1] == b"\0")
    if not chunks:
        raise InputError("the file holds no picture.")
    if chunks[0].name != b"VP8X":
        coded = _coded(chunks)
        return WebpContainer(
            coded.width,
            coded.height,
            (WebpFrame(coded),),
            animated=False,
            background=b"",
            loops=0,
            icc=None,
            exif=None,
            others=coded.others,
            trailing=trailing,
        )
    return _extended(chunks, trailing)


def _extended(chunks: tuple[RiffChunk, ...], trailing: int) -> WebpContainer:
    head = chunks[0].data
    if len(head) < 10:
        raise InputError("the VP8X header is too short.")
    width = int.from_bytes(head[4:7], "little") + 1
    height = int.from_bytes(head[7:10], "little") + 1
    animated = bool(head[0] & ANIMATION_FLAG)
    icc, exif, background, loops = None, None, b"", 0
    others: list[RiffChunk] = []
    pictures: list[RiffChunk] = []
    picture_names = {b"ANMF"} if animated else {b"VP8 ", b"VP8L", b"ALPH"}
    if len(head) > 10:
        others.append(RiffChunk(b"VP8X", head[10:], chunks[0].start))
    for chunk in chunks[1:]:
        if chunk.name == b"ICCP" and icc is None and not pictures:
            icc = chunk.data
        elif chunk.name == b"EXIF" and exif is None:
            exif = chunk.data
        elif animated and chunk.name == b"ANIM" and not background and len(chunk.data) == 6:
            background, loops = chunk.data[:4], int.from_bytes(chunk.data[4:6], "little")
        elif chunk.name in picture_names:
            pictures.append(chunk)
        else:
            others.append(chunk)
    if animated and not background:
        raise InputError("the animation has no header.")
    if animated:
        frames = tuple(_frame(chunk, width, height) for chunk in pictures)
    else:
        frames = (WebpFrame(_whole(tuple(pictures), width, height)),)
        others += frames[0].coded.others
    if not frames:
        raise InputError("the file holds no picture.")
    return WebpContainer(
        width, height, frames, animated, background, loops, icc, exif, tuple(others), trailing
    )


def _whole(pictures: tuple[RiffChunk, ...], width: int, height: int) -> CodedWebp:
    """The picture of a still, as large as the canvas."""
    coded = _coded(pictures)
    if (coded.width, coded.height) != (width, height):
        raise InputError(
            f"the header says {width}x{height} pixels, the picture {coded.width}x{coded.height}."
        )
    return coded


def _frame(chunk: RiffChunk, width: int, height: int) -> WebpFrame:
    if len(chunk.data) < 16:
        raise InputError("a frame of the animation is too short.")
    x, y, across, down, duration = (
        int.from_bytes(chunk.data[i : i + 3], "little") for i in range(0, 15, 3)
    )
    flags = chunk.data[15]
    coded = _coded(tuple(_chunks(chunk.data, 16, len(chunk.data), chunk.start + 8)))
    frame = WebpFrame(coded, 2 * x, 2 * y, duration, not flags & 2, bool(flags & 1))
    if (coded.width, coded.height) != (across + 1, down + 1):
        raise InputError("a frame's header and picture differ in size.")
    if frame.x + coded.width > width or frame.y + coded.height > height:
        raise InputError("a frame lies outside the canvas.")
    return frame


def _chunks(data: bytes, start: int, end: int, base: int = 0) -> Iterator[RiffChunk]:
    at, count = start, 0
    while at < end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 > end or at + 8 + size > end:
            raise InputError("the file is damaged: a chunk reaches past its container.")
        count += 1
        if count > MAX_CHUNKS:
            raise InputError(f"the file has more than {MAX_CHUNKS} chunks.")
        yield RiffChunk(data[at : at + 4], data[at + 8 : at + 8 + size], base + at)
        at += 8 + size + (size & 1)


def _coded(chunks: tuple[RiffChunk, ...]) -> CodedWebp:
    """The picture among some chunks: what a decoder shows is the first."""
    alpha: RiffChunk | None = None
    others: list[RiffChunk] = []
    picture: RiffChunk | None = None
    for chunk in chunks:
        if picture is None and chunk.name in (b"VP8 ", b"VP8L"):
            picture = chunk
        elif picture is None and alpha is None and chunk.name == b"ALPH":
            alpha = chunk
        else:
            others.append(chunk)
    if picture is None:
        raise InputError("the file holds no picture.")
    lossless = picture.name == b"VP8L"
    if lossless and alpha is not None:
        others.append(alpha)
        alpha = None
    width, height = _vp8l_size(picture.data) if lossless else _vp8_size(picture.data)
    shown = (picture,) if alpha is None else (alpha, picture)
    return CodedWebp(width, height, lossless, shown, tuple(others))


def _vp8_size(data: bytes) -> tuple[int, int]:
    if len(data) < 10 or data[0] & 1 or data[3:6] != b"\x9d\x01\x2a":
        raise InputError("the lossy picture's header is damaged.")
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return width & 0x3FFF, height & 0x3FFF


def _vp8l_size(data: bytes) -> tuple[int, int]:
    if len(data) < 5 or data[0] != 0x2F:
        raise InputError("the lossless picture's header is damaged.")
    bits = int.from_bytes(data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def packed(name: bytes, data: bytes) -> bytes:
    """A chunk as it stands in a file."""
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) & 1)


def still(data: bytes) -> CodedWebp:
    """The picture in what an encoder wrote, or in a single file."""
    return parse(data).frames[0].coded


def build(container: WebpContainer) -> Iterable[bytes]:
    """A file with what ``container`` holds, its ``others`` left out, in parts to be written."""
    alpha = any(frame.coded.has_alpha for frame in container.frames)
    plane = len(container.frames[0].coded.chunks) > 1
    simple = not (container.animated or container.icc or container.exif or container.xmp or plane)
    body: list[bytes] = []
    if not simple:
        flags = (
            ALPHA_FLAG * alpha
            | ICC_FLAG * bool(container.icc)
            | EXIF_FLAG * bool(container.exif)
            | XMP_FLAG * bool(container.xmp)
            | ANIMATION_FLAG * container.animated
        )
        sides = (container.width - 1, container.height - 1)
        head = bytes((flags, 0, 0, 0)) + b"".join(side.to_bytes(3, "little") for side in sides)
        body.append(packed(b"VP8X", head))
    if container.icc:
        body.append(packed(b"ICCP", container.icc))
    if container.animated:
        head = container.background + container.loops.to_bytes(2, "little")
        body.append(packed(b"ANIM", head))
        body += [frame.packed() for frame in container.frames]
    else:
        body.append(container.frames[0].coded.payload())
    if container.exif:
        body.append(packed(b"EXIF", container.exif))
    if container.xmp:
        body.append(packed(b"XMP ", container.xmp))
    total = 4 + sum(len(part) for part in body)
    return [b"RIFF" + total.to_bytes(4, "little") + b"WEBP", *body]
