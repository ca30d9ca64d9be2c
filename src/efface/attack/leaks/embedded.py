"""Pictures inside a file besides the one it shows: carved from its bytes, and decoded.

A reader that skips what it does not know finds a thumbnail wherever it lies: in metadata, as text,
compressed, behind the end. So nothing here depends on how the file says it is built.
"""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path

import av
import numpy as np
from PIL import Image

from efface.attack.interface import Pixels
from efface.media.video.demuxing import opened_video
from efface.media.video.interface import Movie

_STARTS = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|....ftypavi[fs]",
    re.DOTALL,
)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]{200,}={0,2}")
_HEX = re.compile(rb"[0-9A-Fa-f\s]{400,}")
"""ImageMagick writes blocks of metadata as lines of hexadecimal digits."""
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
MAX_INFLATED = 64 << 20
PIECE_BYTES = 1 << 14
"""Most of what only looks like a stream is found out in its first bytes."""
MOST_TRIES = 256
"""Places that look like the start of a picture; in coded data one in 16 million bytes does."""
MOST_STREAMS = 4096
"""Places that look like the start of a zlib stream; one in 16,000 bytes does by chance."""
MOST_PIXELS = 100_000_000
LEAST_PX = 8
"""Nothing can be seen in a smaller picture."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture found in a file."""

    where: str
    pixels: Pixels


def in_bytes(data: bytes | mmap, *, text: bool = True) -> Iterator[Embedded]:
    """Every picture that starts anywhere but at the first byte.

    Args:
        data: the whole file.
        text: also what is written as base64 or hexadecimal digits, or compressed by zlib.
    """
    yield from _carved(data, "byte {}", first=1)
    if not text:
        return
    for run in _BASE64.finditer(data):
        digits = b"".join(run[0].split()).rstrip(b"=")
        plain = base64.b64decode(digits[: len(digits) // 4 * 4])
        yield from _carved(plain, f"base64 text at byte {run.start()}")
    yield from _written_out(data, 0)
    for start, part in _inflated(data):
        yield from _carved(part, f"compressed data at byte {start}")
        yield from _written_out(part, start)


def _written_out(data: bytes | mmap, start: int) -> Iterator[Embedded]:
    for run in _HEX.finditer(data):
        digits = b"".join(run[0].split())
        plain = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
        yield from _carved(plain, f"hexadecimal text at byte {start or run.start()}")


def _inflated(data: bytes | mmap) -> Iterator[tuple[int, bytes]]:
    """What text chunks and the like hold: zlib streams that are whole, but no rows of pixels."""
    for count, found in enumerate(_ZLIB.finditer(data)):
        start = found.start()
        if count >= MOST_STREAMS:
            return
        if data[max(0, start - 4) : start] == b"IDAT":
            continue
        part = _whole_stream(data, start)
        if part:
            yield start, part


def _whole_stream(data: bytes | mmap, start: int) -> bytes:
    """A zlib stream inflated; empty where these bytes only look like one, or do not end."""
    inflater, out = zlib.decompressobj(), bytearray()
    try:
        while not inflater.eof and start < len(data) and len(out) < MAX_INFLATED:
            out += inflater.decompress(data[start : start + PIECE_BYTES])
            start += PIECE_BYTES
    except zlib.error:
        return b""
    return bytes(out) if inflater.eof else b""


def _carved(data: bytes | mmap, where: str, first: int = 0) -> Iterator[Embedded]:
    at = first
    for _ in range(MOST_TRIES):
        found = _STARTS.search(data, at)
        if found is None:
            return
        start, at = found.start(), found.start() + 1
        decoded = _decoded(data[start:])
        if decoded is not None:
            yield Embedded(where.format(start), decoded[0])
            at = start + decoded[1]


def _decoded(data: bytes) -> tuple[Pixels, int] | None:
    """A picture and how many bytes it took at least; ``None`` where these bytes are none."""
    source = io.BytesIO(data)
    try:
        with Image.open(source, formats=_FORMATS) as image:
            if min(image.size) < LEAST_PX or image.width * image.height > MOST_PIXELS:
                return None
            pixels = np.asarray(image.convert("RGB"))
            taken = data.find(b"\xff\xd9", 4) if image.format == "JPEG" else 4
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None  # bytes that only look like the start of a picture
    return pixels, max(4, taken)


def in_streams(movie: Movie) -> Iterator[Embedded]:
    """The first picture of every stream of pictures but the one that is shown. Attached files lie
    in the file as they are.

    Raises:
        InputError: the file cannot be opened.
    """
    family = movie.source.family
    assert family is not None  # it was opened as a video
    with opened_video(movie.source, family, MOST_PIXELS) as source:
        for stream in source.streams:
            if stream.type == "video" and stream.index != movie.coding.stream:
                yield from _first_picture(movie.path, stream.index)


def _first_picture(path: Path, index: int) -> Iterator[Embedded]:
    with av.open(str(path)) as source, suppress(av.FFmpegError):  # what no decoder takes shows none
        for frame in source.decode(source.streams[index]):
            if isinstance(frame, av.VideoFrame):
                pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                yield Embedded(f"stream {index}", pixels)
            return
