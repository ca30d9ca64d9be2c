"""PNG image data: stored samples from a zlib stream, and back.

Samples stay as stored: palette indices are not looked up, 1-, 2- and 4-bit values are not scaled,
16-bit values keep 16 bits. That is reached by handing the decoder a file with nothing but the image
data, in which a palette picture calls itself gray.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.raster import stripes

SIGNATURE = b"\x89PNG\r\n\x1a\n"

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
DEPTHS = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8)}
DEPTHS |= {GRAY_ALPHA: (8, 16), RGBA: (8, 16)}

ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column, first row, column step, row step of each pass (PNG specification, 8.2)."""

LEVEL = 4
"""On photographs 1 % larger than zlib's default of 6, at two thirds of its time."""


@dataclass(frozen=True, slots=True)
class PngHeader:
    """What IHDR says, checked."""

    width: int
    height: int
    bits: int
    """Of one sample or index."""
    colour: int
    interlaced: bool

    @property
    def channels(self) -> int:
        return CHANNELS[self.colour]

    def passes(self) -> Iterator[tuple[slice, slice, int, int]]:
        """Rows, columns, width and height of each pass that holds pixels."""
        layout = ADAM7 if self.interlaced else ((0, 0, 1, 1),)
        for x, y, step_x, step_y in layout:
            width = -((x - self.width) // step_x)
            height = -((y - self.height) // step_y)
            if width > 0 and height > 0:
                yield slice(y, None, step_y), slice(x, None, step_x), width, height

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of ``width`` pixels, without the filter byte."""
        return (width * self.channels * self.bits + 7) // 8

    @property
    def stream_bytes(self) -> int:
        """Bytes that the zlib stream must hold."""
        return sum(height * (1 + self.row_bytes(width)) for *_, width, height in self.passes())

    def packed(self) -> bytes:
        """The 13 bytes of IHDR."""
        return struct.pack(
            ">IIBBBBB", self.width, self.height, self.bits, self.colour, 0, 0, self.interlaced
        )


def chunk(kind: bytes, data: bytes | bytearray) -> bytes:
    """One PNG chunk with its length and checksum."""
    crc = zlib.crc32(data, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", crc)))


@dataclass(frozen=True, slots=True)
class Stream:
    """What was found by going through a zlib stream."""

    excess: bool
    """It holds more than the picture."""
    unused: int
    """Bytes after its end."""
    sealed: bool
    """The checksum at its end is there and right (or was not reached, after an excess)."""

    @property
    def odd(self) -> bool:
        """Other decoders may complain about it."""
        return self.excess or bool(self.unused) or not self.sealed


_ZLIB_HEAD, _ADLER = 2, 4
"""Bytes before and after the deflated data (RFC 1950)."""


def check_stream(blocks: Iterable[bytes], expected: int) -> Stream:
    """Go through a zlib stream without keeping what comes out, and no further than needed.

    A checksum that is wrong or missing does not make a picture of which every row is there damaged.

    Raises:
        InputError: it is damaged or too short.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    head, tail = b"", b""
    count, unused, adler = 0, 0, 1
    try:
        for block in blocks:
            if inflater.eof or count > expected:
                tail, unused = (tail + block)[:_ADLER], unused + len(block)
                continue
            missing = _ZLIB_HEAD - len(head)
            head, pending = head + block[:missing], block[missing:]
            while pending and not inflater.eof and count <= expected:
                out = inflater.decompress(pending, 1 << 20)
                count, adler = count + len(out), zlib.adler32(out, adler)
                pending = inflater.unconsumed_tail
            tail, unused = inflater.unused_data[:_ADLER], unused + len(inflater.unused_data)
    except zlib.error as error:
        raise InputError(f"the image data is damaged ({error}).") from error
    if len(head) < _ZLIB_HEAD or head[0] & 15 != 8 or int.from_bytes(head, "big") % 31:
        raise InputError("the image data is damaged: it is not compressed as PNG has it.")
    if count < expected or not (inflater.eof or count > expected):
        raise InputError("the image data ends too early.")
    if not inflater.eof:
        return Stream(True, unused, True)
    return Stream(count > expected, max(0, unused - _ADLER), tail == adler.to_bytes(4, "big"))


def _inflated(data: bytes, size: int) -> bytes:
    """The first bytes that a zlib stream holds, whatever its checksum."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[_ZLIB_HEAD:], size)


def decode(header: PngHeader, data: bytes, odd: bool = False) -> NDArray[np.uint8 | np.uint16]:
    """Stored samples, shape (height, width) or (height, width, channels).

    Args:
        data: the zlib stream.
        odd: it holds more than the picture, or its checksum is wrong; only what belongs to the
            picture is looked at.

    Raises:
        InputError: the data cannot be decoded whole.
    """
    if not header.interlaced:
        if odd:
            data = _stored(_inflated(data, header.stream_bytes))
        return _decode_pass(header, header.width, header.height, data)
    # each pass is a picture of its own; the decoder's own way with them writes to stderr
    raw = _inflated(data, header.stream_bytes)
    tail = (header.channels,) if header.channels > 1 else ()
    kind = np.uint16 if header.bits == 16 else np.uint8
    out = np.empty((header.height, header.width, *tail), kind)
    at = 0
    for rows, columns, width, height in header.passes():
        length = height * (1 + header.row_bytes(width))
        out[rows, columns] = _decode_pass(header, width, height, _stored(raw[at : at + length]))
        at += length
    return out


def _stored(raw: bytes) -> bytes:
    """A zlib stream that does not compress."""
    return zlib.compress(raw, 0)


def _decode_pass(
    header: PngHeader, width: int, height: int, data: bytes
) -> NDArray[np.uint8 | np.uint16]:
    """Stored samples of a picture that is not interlaced."""
    colour = GRAY if header.colour == PALETTE else header.colour
    bare = PngHeader(width, height, header.bits, colour, False)
    parts = (SIGNATURE, chunk(b"IHDR", bare.packed()), chunk(b"IDAT", data), chunk(b"IEND", b""))
    try:
        samples = imagecodecs.png_decode(b"".join(parts))
    except (imagecodecs.PngError, ValueError, MemoryError, OverflowError) as error:
        raise InputError(f"the image data cannot be decoded ({error}).") from error
    shape: tuple[int, ...] = (height, width)
    if header.channels > 1:
        shape += (header.channels,)
    if samples.shape != shape or samples.dtype != (np.uint16 if header.bits == 16 else np.uint8):
        raise InputError("the image data does not have the declared size.")
    if header.bits < 8:  # the decoder scales to 0..255; the top bits are the sample
        samples >>= 8 - header.bits
    return np.asarray(samples)


def encode(header: PngHeader, samples: NDArray[np.uint8 | np.uint16]) -> Iterator[bytes]:
    """The zlib stream of stored samples, in pieces. Depends on the samples and the header only."""
    deflater = zlib.compressobj(LEVEL)
    for rows, columns, width, height in header.passes():
        part = samples[rows, columns]
        step = header.channels * max(header.bits, 8) // 8
        adaptive = header.bits >= 8 and header.colour != PALETTE
        above = np.zeros(header.row_bytes(width), np.uint8)
        for stripe in stripes(height, header.row_bytes(width) * 4):
            raw = _packed(part[stripe], header.bits)
            filtered = np.zeros((len(raw), raw.shape[1] + 1), np.uint8)
            if adaptive:
                _filter(raw, above, step, filtered)
            else:
                filtered[:, 1:] = raw
            above = raw[-1]
            if piece := deflater.compress(filtered.data):
                yield piece
    yield deflater.flush()


def _packed(samples: NDArray[np.uint8 | np.uint16], bits: int) -> NDArray[np.uint8]:
    """Rows of bytes as PNG stores them, shape (rows, row bytes)."""
    rows = samples.reshape(len(samples), -1)
    if bits == 16:
        return rows.astype(">u2").view(np.uint8)
    if bits == 8:
        return np.ascontiguousarray(rows, np.uint8)
    planes = (rows[..., None] >> np.arange(bits - 1, -1, -1, dtype=np.uint8)) & 1
    return np.packbits(planes.reshape(len(rows), -1).astype(np.uint8), axis=1)


def _filter(
    raw: NDArray[np.uint8], above: NDArray[np.uint8], step: int, out: NDArray[np.uint8]
) -> None:
    """Filter rows, for each the type with the least sum of absolute differences (the PNG
    specification's heuristic, 12.7); the type goes to column 0 of ``out``."""
    up = np.concatenate([above[None], raw[:-1]])
    left, corner = np.zeros_like(raw), np.zeros_like(raw)
    left[:, step:], corner[:, step:] = raw[:, :-step], up[:, :-step]
    best = _cost(raw)
    out[:, 1:] = raw
    candidates = (
        (1, lambda: raw - left),
        (2, lambda: raw - up),
        (3, lambda: raw - ((left & up) + ((left ^ up) >> 1))),
        (4, lambda: raw - _paeth(left, up, corner)),
    )
    for kind, filtered_by in candidates:
        filtered = filtered_by()
        cost = _cost(filtered)
        better = cost < best
        out[better, 0] = kind
        out[better, 1:] = filtered[better]
        best = np.minimum(best, cost)


def _cost(filtered: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(np.minimum(filtered, np.negative(filtered)).sum(axis=1, dtype=np.int64))


def _paeth(
    left: NDArray[np.uint8], up: NDArray[np.uint8], corner: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    a, b, c = left.astype(np.int16), up.astype(np.int16), corner.astype(np.int16)
    to_left, to_up, to_corner = np.abs(b - c), np.abs(a - c), np.abs(a + b - c - c)
    nearest_up = np.where(to_up <= to_corner, up, corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest_up)
