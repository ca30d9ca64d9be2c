"""Taking files apart at their own seams, and together again with lengths and checksums that hold.

A change of one piece then reaches whoever reads that piece, and is not caught before by a checksum
or by a length that leads astray.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tests.media.gifs import blocks
from tests.media.pngs import chunk


@dataclass(frozen=True)
class Piece:
    """A part of a file, which can be changed, left out, doubled or moved."""

    name: bytes
    body: bytes
    within: tuple[tuple[int, bytes, bytes], ...] = ()
    """What it lies in, from the outside in: a number, a name, and bytes in front of its parts."""


Split = Callable[[bytes], list[Piece]]
Join = Callable[[Sequence[Piece]], bytes]


@dataclass(frozen=True)
class Layout:
    """How files of a format are put together."""

    split: Split
    join: Join
    header: int
    """Bytes at the start that stand for themselves: what reads the rest relies on them."""


# PNG


def _png_split(data: bytes) -> list[Piece]:
    out, at = [], 8
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if name == b"IDAT":
            body = zlib.decompressobj().decompress(body)
        out.append(Piece(name, body))
        at += 12 + size
    return out


def _png_join(pieces: Sequence[Piece]) -> bytes:
    packed = (
        chunk(p.name, zlib.compress(p.body, 1) if p.name == b"IDAT" else p.body) for p in pieces
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


PNG = Layout(_png_split, _png_join, 33)

# RIFF: WebP and AVI


def _riff_tree(
    data: bytes, at: int, end: int, within: tuple[tuple[int, bytes, bytes], ...]
) -> Iterator[Piece]:
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        ahead = {b"LIST": 4, b"RIFF": 4, b"ANMF": 16}.get(name)
        if ahead is None:
            yield Piece(name, data[at + 8 : at + 8 + size], within)
        else:
            inside = (*within, (at, name, data[at + 8 : at + 8 + ahead]))
            yield from _riff_tree(data, at + 8 + ahead, at + 8 + size, inside)
        at += 8 + size + size % 2


def _riff_pack(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


RIFF = Layout(
    lambda data: [*_riff_tree(data, 0, len(data), ())], lambda p: _nested(p, _riff_pack), 12
)

# ISO base media: HEIC, AVIF, MP4, QuickTime, and boxed JPEG XL

_CONTAINERS = {
    **dict.fromkeys(
        (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"iprp", b"ipco"), 0
    ),
    b"meta": 4,
    b"iinf": 6,
    b"dref": 8,
    b"stsd": 8,
}


def _box_tree(
    data: bytes, at: int, end: int, within: tuple[tuple[int, bytes, bytes], ...]
) -> Iterator[Piece]:
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        size = size or end - at
        ahead = _CONTAINERS.get(name)
        if ahead is None or size < 8:
            yield Piece(name, data[at + 8 : at + max(size, 8)], within)
        else:
            inside = (*within, (at, name, data[at + 8 : at + 8 + ahead]))
            yield from _box_tree(data, at + 8 + ahead, at + size, inside)
        at += max(size, 8)


def _box_pack(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


BOXES = Layout(
    lambda data: [*_box_tree(data, 0, len(data), ())], lambda p: _nested(p, _box_pack), 16
)

# EBML: Matroska and WebM

_MASTERS = {
    *(b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\xae", b"\xe0"),
    *(b"\x1f\x43\xb6\x75", b"\x1c\x53\xbb\x6b", b"\xbb", b"\xb7", b"\x11\x4d\x9b\x74"),
}
"""Segment, info, tracks, one track, its video, cluster, cues and what is in them, seek head."""


def _vint(data: bytes, at: int) -> tuple[int, int]:
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & (1 << 7 * width) - 1
    return value, at + width


def _ebml_tree(
    data: bytes, at: int, end: int, within: tuple[tuple[int, bytes, bytes], ...]
) -> Iterator[Piece]:
    while at < end and data[at]:
        name = data[at : at + 9 - data[at].bit_length()]
        size, body = _vint(data, at + len(name))
        if name in _MASTERS:
            yield from _ebml_tree(data, body, body + size, (*within, (at, name, b"")))
        else:
            yield Piece(name, data[body : body + size], within)
        at = body + size


_CHECKSUM = b"\xbf\1\0\0\0\0\0\0\4"
"""CRC-32 of what follows it in its parent, with a size as ``_ebml_pack`` writes it."""


def _ebml_pack(name: bytes, body: bytes) -> bytes:
    if name in _MASTERS and body.startswith(_CHECKSUM):
        rest = body[len(_CHECKSUM) + 4 :]
        body = _CHECKSUM + zlib.crc32(rest).to_bytes(4, "little") + rest
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


EBML = Layout(
    lambda data: [*_ebml_tree(data, 0, len(data), ())], lambda p: _nested(p, _ebml_pack), 40
)


def _nested(pieces: Sequence[Piece], pack: Callable[[bytes, bytes], bytes]) -> bytes:
    """Pieces in what they lie in, each of its right length."""
    out = b""
    for outer, inner in groupby(pieces, key=lambda piece: piece.within[:1]):
        if outer:
            parts = [replace(piece, within=piece.within[1:]) for piece in inner]
            ((_, name, ahead),) = outer
            out += pack(name, ahead + _nested(parts, pack))
        else:
            out += b"".join(pack(piece.name, piece.body) for piece in inner)
    return out


# JPEG


def _jpeg_split(data: bytes) -> list[Piece]:
    out, at = [], data.index(b"\xff\xd8") + 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xD9:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        out.append(Piece(data[at + 1 : at + 2], data[at + 4 : at + 2 + size]))
        start = at = at + 2 + size
        if out[-1].name == b"\xda":
            while at < len(data) and (data[at] != 0xFF or data[at + 1] in (0, *range(208, 216))):
                at += 1
            out.append(Piece(b"", data[start:at]))
    return [*out, Piece(b"", data[at:])]


def _jpeg_join(pieces: Sequence[Piece]) -> bytes:
    out = b"\xff\xd8"
    for piece in pieces:
        body = piece.body[:0xFF00] if piece.name else piece.body
        size = (len(body) + 2).to_bytes(2, "big")
        out += (b"\xff" + piece.name + size if piece.name else b"") + body
    return out


JPEG = Layout(_jpeg_split, _jpeg_join, 2)

# GIF


def _gif_split(data: bytes) -> list[Piece]:
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    out = [Piece(b"", data[:at])]
    while at < len(data) and data[at] in b"\x21\x2c":
        head = at + 2
        if data[at] == 0x2C:
            head = at + 11 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0)
        body, end = b"", head
        while data[end]:
            body += data[end + 1 : end + 1 + data[end]]
            end += 1 + data[end]
        out.append(Piece(data[at:head], body))
        at = end + 1
    return [*out, Piece(b"", data[at:])]


def _gif_join(pieces: Sequence[Piece]) -> bytes:
    return b"".join(p.name + blocks(p.body) if p.name else p.body for p in pieces)


GIF = Layout(_gif_split, _gif_join, 13)

# BMP


def _bmp_split(data: bytes) -> list[Piece]:
    start, header = struct.unpack_from("<II", data, 10)
    ends = (14, 14 + header, start, len(data))
    parts = [data[a:b] for a, b in zip((0, *ends), ends, strict=False)]
    return [Piece(bytes((i,)), part) for i, part in enumerate(parts)]


def _bmp_join(pieces: Sequence[Piece]) -> bytes:
    whole = b"".join(piece.body for piece in pieces)
    start = sum(len(piece.body) for piece in pieces if piece.name != b"\3")
    if len(whole) < 18:
        return whole
    return whole[:2] + struct.pack("<I4sI", len(whole), whole[6:10], start) + whole[14:]


BMP = Layout(_bmp_split, _bmp_join, 54)

# TIFF


def _tiff_split(data: bytes) -> list[Piece]:
    order, big = ("<" if data[:2] == b"II" else ">"), data[2:4] in (b"+\0", b"\0+")
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    count_of, width = ("Q", 20) if big else ("H", 12)
    (count,) = struct.unpack_from(order + count_of, data, at)
    start = at + struct.calcsize(count_of)
    entries = [data[start + width * i : start + width * (i + 1)] for i in range(count)]
    tail = Piece(b"tail", data[start + width * count :])
    count_name = order.encode() + count_of.encode()
    return [Piece(b"head" + count_name, data[:at]), *(Piece(b"", e) for e in entries), tail]


def _tiff_join(pieces: Sequence[Piece]) -> bytes:
    head = next((p for p in pieces if p.name.startswith(b"head")), Piece(b"head<H", b""))
    tail = next((p.body for p in pieces if p.name == b"tail"), b"")
    entries = [p.body for p in pieces if not p.name]
    return head.body + struct.pack(head.name[4:].decode(), len(entries)) + b"".join(entries) + tail


TIFF = Layout(_tiff_split, _tiff_join, 8)

# MPEG transport streams, and what has no seams


def _blocks_of(size: int) -> Split:
    return lambda data: [Piece(b"", data[i : i + size]) for i in range(0, len(data), size)]


def _plain_join(pieces: Sequence[Piece]) -> bytes:
    return b"".join(piece.body for piece in pieces)


TS = Layout(_blocks_of(188), _plain_join, 4)


def _jxl_split(data: bytes) -> list[Piece]:
    if not data.startswith(b"\xff\x0a"):
        return BOXES.split(data)
    ends = (2, 12, 40, len(data))
    return [Piece(b"", data[a:b]) for a, b in zip((0, *ends), ends, strict=False)]


def _jxl_join(pieces: Sequence[Piece]) -> bytes:
    return (BOXES.join if any(piece.name for piece in pieces) else _plain_join)(pieces)


JXL = Layout(_jxl_split, _jxl_join, 2)
