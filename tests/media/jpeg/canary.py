"""A JPEG with a secret in every place that is not its picture, and a search that finds it."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from efface.media.jpeg import structure

from . import samples

CANARY = b"CANARY-4f1d77-Q8xZ"
ICC_CANARY = b"CANARY-in-a-profile"
"""Planted by the caller in the colour profile, which is searched for apart."""


def small_picture() -> bytes:
    """A recognisable second picture."""
    return samples.encoded(samples.scene(48, 40, seed=77), quality=70)


def _coded(jpeg: bytes) -> bytes:
    """The coded data of a one-scan JPEG."""
    at = jpeg.index(b"\xff\xda")
    return jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big") : -2]


def traces() -> list[bytes]:
    """What must not be found: the text, and any 12 bytes in a row of the small picture."""
    coded = _coded(small_picture())
    windows = [coded[i : i + 12] for i in range(0, len(coded) - 12, 3)]
    return [CANARY, ICC_CANARY, CANARY[7:13], *windows]


def _exif(orientation: int) -> bytes:
    tags = Image.Exif()
    text = CANARY.decode()
    tags[0x0112] = orientation
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x013C):
        tags[tag] = text
    inner = tags.get_ifd(0x8769)
    inner[0x927C] = b"MKN\0" + CANARY + small_picture()
    inner[0xA431] = inner[0xA435] = inner[0xA430] = text
    inner[0x9286] = b"UNICODE\0" + text.encode("utf-16-be")
    tags.get_ifd(0x8825)[29] = text
    first = tags.tobytes().removeprefix(b"Exif\0\0")
    # Link an IFD1 with a JPEG thumbnail behind what Pillow wrote.
    order = "<" if first[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", first, 4)
    (count,) = struct.unpack_from(order + "H", first, start)
    link = start + 2 + 12 * count
    thumbnail = small_picture()
    second = struct.pack(order + "HHHII", 2, 0x0201, 4, 1, len(first) + 30)
    second += struct.pack(order + "HHIII", 0x0202, 4, 1, len(thumbnail), 0)
    linked = first[:link] + struct.pack(order + "I", len(first)) + first[link + 4 :]
    return linked + second + thumbnail + b"slack" + CANARY


def _xmp() -> bytes:
    text = CANARY.decode()
    thumbnail = base64.b64encode(small_picture()).decode()
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="{text}" '
        f'aux:SerialNumber="{text}" GCamera:MotionPhoto="1" hdrgm:Version="1.0">'
        f"<xmpGImg:image>{thumbnail}</xmpGImg:image></rdf:Description></x:xmpmeta>"
    ).encode()


def _photoshop() -> bytes:
    out = b"Photoshop 3.0\0"
    iptc = b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY
    thumbnail = struct.pack(">6I2H", 1, 48, 40, 144, 5760, 0, 24, 1) + small_picture()
    for number, body in ((0x0404, iptc), (0x040C, thumbnail), (0x03ED, CANARY)):
        padded = body + bytes(len(body) % 2)
        out += b"8BIM" + struct.pack(">HHI", number, 0, len(body)) + padded
    return out


def _mpf() -> bytes:
    entries = struct.pack(">IIIHH", 0x030000, 0, 0, 0, 0) * 2
    head = b"MM\0*\0\0\0\x08" + struct.pack(">H", 3)
    head += struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
    return b"MPF\0" + head + struct.pack(">HHIII", 0xB002, 7, 32, 50, 0) + entries + CANARY


def _header_segments(orientation: int) -> Iterator[tuple[int, bytes]]:
    small = small_picture()
    yield 0xE0, b"JFXX\0\x10" + small
    yield 0xE1, b"Exif\0\0" + _exif(orientation)
    yield 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _xmp()
    yield 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + _xmp()
    yield 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + CANARY.decode().encode("utf-16")
    yield 0xE2, _mpf()
    yield 0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + CANARY
    yield 0xEB, b"JP\0\x01" + CANARY
    yield 0xEC, b"Ducky" + CANARY
    yield 0xED, _photoshop()
    yield 0xE5, zlib.compress(CANARY * 3)
    yield 0xE9, base64.b64encode(b"." + CANARY)
    yield 0xF3, CANARY
    yield 0xFE, CANARY
    yield 0xDB, b"\x03" + (CANARY * 4)[:64]
    yield 0xC4, b"\x13" + bytes((0, 0, 0, 0, 0, 0, len(CANARY))) + bytes(9) + CANARY


def planted(jpeg: bytes, orientation: int = 1) -> bytes:
    """A JPEG (as Pillow writes it: JFIF or Adobe first, perhaps ICC) with secrets everywhere."""
    # After the coded data of the first scan: a comment, a DNL and more, before the next marker.
    after = next(iter(structure.parse(jpeg).coded.values()))[1]
    for marker, body in ((0xFE, CANARY), (0xDC, b"\0\x28" + CANARY), (0xE1, b"Exif\0\0" + CANARY)):
        jpeg = samples.inserted(jpeg, marker, body, after)
    jpeg = _extended(jpeg, b"Adobe", CANARY)
    jpeg = _extended(jpeg, b"JFIF\0", small_picture()[:300] + CANARY)
    for marker, body in _header_segments(orientation):
        jpeg = samples.inserted(jpeg, marker, body, _second_segment(jpeg))
    at = _second_segment(jpeg)
    jpeg = jpeg[:at] + CANARY + b"\xff\xff\xff" + jpeg[at:]  # between segments, and fill bytes
    video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + CANARY
    trailer = small_picture() + video + _xmp() + b"SEFT" + CANARY
    return jpeg + trailer + CANARY.decode().encode("utf-16-le")


def _second_segment(jpeg: bytes) -> int:
    return 4 + int.from_bytes(jpeg[4:6], "big")


def _extended(jpeg: bytes, name: bytes, extra: bytes) -> bytes:
    """More bytes at the end of the segment that starts with a name, if there is one."""
    at = jpeg.find(name, 0, 700)
    if at < 0:
        return jpeg
    size = int.from_bytes(jpeg[at - 2 : at], "big")
    longer = (size + len(extra)).to_bytes(2, "big")
    return jpeg[: at - 2] + longer + jpeg[at : at - 2 + size] + extra + jpeg[at - 2 + size :]


def views(data: bytes) -> Iterator[bytes]:
    """A file's bytes as they are and decoded every way a secret may hide: wide text, base64 and hex
    runs, and every zlib or raw deflate stream that starts anywhere."""
    yield data
    yield data.replace(b"\0", b"")
    text = bytes(c if chr(c).isalnum() or c in b"+/" else 32 for c in data)
    for run in text.split():
        for skip in range(4):
            part = run[skip:]
            if len(part) >= 16:
                part = part[: len(part) - (len(part) % 4 == 1)]
                yield base64.b64decode(part + b"=" * (-len(part) % 4))
    for digits in re.findall(rb"[0-9A-Fa-f]{16,}", data):
        for skip in range(2):
            yield bytes.fromhex(digits[skip : len(digits) - (len(digits) - skip) % 2].decode())
    for at in range(len(data) - 2):
        kind = 15 if data[at] & 15 == 8 and (data[at] << 8 | data[at + 1]) % 31 == 0 else -15
        if kind == -15 and data[at] & 6 == 6:
            continue  # a reserved block type
        try:
            yield zlib.decompressobj(kind).decompress(data[at : at + 4096], 4096)
        except zlib.error:
            continue


def found(data: bytes) -> set[bytes]:
    """The traces that can be found in a file."""
    wanted = set(traces())
    seen: set[bytes] = set()
    for view in views(data):
        if len(view) >= 6:
            seen |= {trace for trace in wanted - seen if trace in view}
    return seen


def decoded_pictures(data: bytes) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Every picture that starts anywhere in a file, as a reader that skips junk would find it."""
    out = []
    at = data.find(b"\xff\xd8\xff")
    while at >= 0:
        try:
            with Image.open(io.BytesIO(data[at:])) as image:
                out.append(np.asarray(image.convert("RGB")))
        except OSError:
            pass
        at = data.find(b"\xff\xd8\xff", at + 1)
    return out
