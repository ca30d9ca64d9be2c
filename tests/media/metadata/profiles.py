"""ICC profiles built in code: a matrix profile with planted secrets, and table profiles."""

from __future__ import annotations

import struct

import numpy as np
from PIL import ImageCms

SECRET = b"SERIAL-C0FFEE-4711"


def srgb() -> bytes:
    """The sRGB profile LittleCMS makes."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tags_of(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = (struct.unpack_from(">4sII", profile, 132 + 12 * i) for i in range(count))
    return {signature: profile[at : at + size] for signature, at, size in entries}


def assembled(header: bytes, tags: dict[bytes, bytes], tail: bytes = b"") -> bytes:
    """A profile from a 128-byte header and tags, every one padded with the secret's bytes."""
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for signature, data in tags.items():
        table += struct.pack(">4sII", signature, at + len(body), len(data))
        body += data + SECRET[: -len(data) % 4]
    body += tail
    return struct.pack(">I", at + len(body)) + header[4:] + table + body


def text_tag(text: bytes) -> bytes:
    return b"text" + bytes(4) + text + b"\0"


def display() -> bytes:
    """A calibrated display's profile: odd primaries and the secret in every place there is."""
    base = srgb()
    tags = tags_of(base)
    header = bytearray(base[:128])
    header[4:8] = header[80:84] = b"appl"
    header[24:36] = struct.pack(">6H", 2023, 4, 5, 6, 7, 8)
    header[48:52], header[52:56] = SECRET[:4], SECRET[4:8]
    header[84:100], header[100:118] = SECRET[:16], SECRET
    tags[b"rXYZ"] = tags[b"rXYZ"][:8] + struct.pack(">3i", 28201, 14907, 1011) + SECRET
    tags[b"rTRC"] = b"curv" + SECRET[:4] + struct.pack(">IH", 1, 563) + SECRET
    wide = SECRET.decode().encode("utf-16-be")
    tags[b"desc"] = (
        b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(wide), 28) + wide
    )
    for name in (b"cprt", b"dmnd", b"dmdd", b"vcgt", b"meta", b"dscm", b"mmod", b"targ", b"ZZZZ"):
        tags[name] = text_tag(SECRET)
    return assembled(bytes(header), tags, SECRET)


def _header(space: bytes, pcs: bytes, version: int, kind: bytes) -> bytes:
    header = bytearray(srgb()[:128])
    header[8:12] = bytes((version, 0x20, 0, 0))
    header[12:24] = kind + space + pcs
    return bytes(header)


def cmyk(tag_type: bytes = b"mft2") -> bytes:
    """A small printer profile, version 2, with an 8- or 16-bit table to Lab."""
    rng = np.random.default_rng(5)
    grid, inputs, outputs = 3, 4, 3
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = tag_type + bytes(4) + bytes((inputs, outputs, grid, 0)) + matrix
    size = grid**inputs * outputs
    if tag_type == b"mft2":
        head += struct.pack(">HH", 2, 2)
        ramp = struct.pack(">HH", 0, 65535)
        table = rng.integers(0, 65536, size).astype(">u2").tobytes()
    else:
        ramp = bytes(range(256))
        table = rng.integers(0, 256, size).astype(np.uint8).tobytes()
    lut = head + ramp * inputs + table + ramp * outputs
    tags = {b"desc": text_tag(SECRET), b"cprt": text_tag(SECRET), b"A2B0": lut + SECRET}
    tags[b"wtpt"] = tags_of(srgb())[b"wtpt"]
    return assembled(_header(b"CMYK", b"Lab ", 2, b"prtr"), tags)


def rgb_stages() -> bytes:
    """A version 4 profile with every stage of lutAToBType, and gaps between them."""
    rng = np.random.default_rng(6)
    gamma = b"para" + bytes(4) + struct.pack(">HHi", 0, 0, 0x14000)
    curve = b"curv" + bytes(4) + struct.pack(">I3H", 3, 0, 30000, 65535) + bytes(2)
    matrix = struct.pack(">12i", *(65536 * (i % 4 == 0) for i in range(9)), 600, 700, 800)
    values = rng.integers(0, 65536, 2 * 3 * 2 * 3).astype(">u2").tobytes()
    table = bytes((2, 3, 2)).ljust(16, b"\0") + bytes((2, 0, 0, 0)) + values
    gap = SECRET + bytes(2)
    body, offsets = b"", []
    for part in (gamma * 3, matrix, curve * 3, table, gamma * 3):
        body += gap
        offsets.append(32 + len(body))
        body += part
    lut = b"mAB " + bytes(4) + bytes((3, 3, 0, 0)) + struct.pack(">5I", *offsets) + body
    tags = {b"desc": text_tag(SECRET), b"cprt": text_tag(SECRET), b"A2B0": lut}
    tags[b"wtpt"] = tags_of(srgb())[b"wtpt"]
    return assembled(_header(b"RGB ", b"XYZ ", 4, b"spac"), tags)
