"""BMP: every header, depth and layout."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.media.bmps import EMBEDDED, LINKED, Bmp, palette, runs
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.hostile import pieces
from tests.media.lossless import CANARY, noise
from tests.media.metadata.profiles import srgb

from efface.media.families import BMP as FAMILY

SHAPE = (17, 21)
MASKS_565 = (0xF800, 0x7E0, 0x1F)
MASKS_8888 = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
MASKS_1010 = (0x3FF00000, 0xFFC00, 0x3FF)


def pixels(bits: int, seed: int = 1) -> NDArray[np.int64]:
    """Noise, as numbers of so many bits; of 24, as blue, green and red."""
    if bits == 24:
        return noise((*SHAPE, 3), 256, seed).astype(np.int64)
    return np.random.default_rng(seed).integers(0, 1 << bits, SHAPE)


@lru_cache(maxsize=8)
def kinds(seed: int = 1) -> dict[str, Bmp]:
    """One of every header, depth and layout."""

    def indexed(bits: int, header: int = 40) -> Bmp:
        colours = palette(1 << bits, 3 if header == 12 else 4)
        return Bmp(pixels(bits, seed), bits, header, palette=colours)

    deep = pixels(32, seed)
    return {
        **{f"{bits} bits": indexed(bits) for bits in (1, 2, 4, 8)},
        **{f"OS/2, {bits} bits": indexed(bits, 12) for bits in (1, 4, 8)},
        "OS/2 2": indexed(8, 64),
        "24 bits": Bmp(pixels(24, seed), 24),
        "OS/2, 24 bits": Bmp(pixels(24, seed), 24, 12),
        "top down": Bmp(pixels(24, seed), 24, top_down=True),
        "top down, 4 bits": replace(indexed(4), top_down=True),
        "16 bits": Bmp(pixels(16, seed) & 0x7FFF, 16),
        "565": Bmp(pixels(16, seed), 16, compression=3, masks=MASKS_565),
        "32 bits": Bmp(deep & 0xFFFFFF, 32),
        "32 bits, 10 each": Bmp(deep & 0x3FFFFFFF, 32, compression=3, masks=MASKS_1010),
        "32 bits, alpha": Bmp(deep | 1 << 24, 32, 56, compression=3, masks=MASKS_8888),
        "version 4": Bmp(deep | 1 << 24, 32, 108, compression=3, masks=MASKS_8888),
        "version 5": Bmp(pixels(24, seed), 24, 124),
        "version 5, 8 bits": indexed(8, 124),
        "runs of 8": replace(indexed(8), compression=1, pixels=runs(pixels(8, seed), 8)),
        "runs of 4": replace(indexed(4), compression=2, pixels=runs(pixels(4, seed), 4)),
    }


def _make(name: str, frames: Sequence[Samples]) -> bytes:
    bmp = replace(kinds()[name], samples=frames[0])
    if bmp.pixels is not None:
        bmp.pixels = runs(bmp.samples, bmp.bits)
    return bmp.data()


def _read(data: bytes) -> Sequence[Samples]:
    """As Pillow reads it; depths it does not know, as the numbers that stand in the file."""
    start, header = struct.unpack_from("<II", data, 10)
    bits = struct.unpack_from("<H", data, 24 if header == 12 else 28)[0]
    if bits != 2 and not (bits == 32 and struct.unpack_from("<I", data, 54)[0] == MASKS_1010[0]):
        return [np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))]
    step = -(-SHAPE[1] * bits // 32) * 4
    rows = np.frombuffer(data, np.uint8, step * SHAPE[0], start).reshape(SHAPE[0], step)[::-1]
    if bits == 32:
        return [rows.copy().view("<u4")]
    pairs = np.unpackbits(rows, axis=1).reshape(SHAPE[0], -1, 2)[:, : SHAPE[1]]
    table = np.frombuffer(data, np.uint8, 16, 14 + header).reshape(4, 4)
    return [table[pairs[..., 0] * 2 + pairs[..., 1]]]


def _kind(name: str, bmp: Bmp) -> Kind:
    error: int | None = {16: 8, 24: 0, 32: 1}.get(bmp.bits)  # 5 of 8 bits, all, and 10 of a channel
    draw, make = (lambda seed: [kinds(seed)[name].samples]), partial(_make, name)
    return Kind(name, draw, make, _read, fill_error=error)


KINDS = [_kind(name, bmp) for name, bmp in kinds().items()]


def laden() -> dict[str, bytes]:
    plain = Bmp(pixels(24), 24)
    five = bytearray(Bmp(pixels(24), 24, 108).data())
    five[74:122] = CANARY + bytes(48 - len(CANARY))
    profiled = Bmp(pixels(24), 24, 124, space=EMBEDDED)
    return {
        "gap": replace(plain, gap=CANARY).data(),
        "after the end": replace(plain, trailing=CANARY).data(),
        "linked profile": replace(profiled, space=LINKED, profile=CANARY).data(),
        "unreadable profile": replace(profiled, profile=CANARY).data(),
        "behind a profile": replace(profiled, profile=srgb() + CANARY).data(),
        "unused colour numbers": bytes(five),
        "suggested palette": replace(plain, palette=CANARY + b"x" * 5, declared=7).data(),
        "after the runs": replace(kinds()["runs of 8"], pixels=runs(pixels(8), 8) + CANARY).data(),
    }


def parts(data: bytes) -> Iterator[str]:
    """What a header can point to, and bytes that nothing points to."""
    size, reserved, start, header = struct.unpack_from("<IIII", data, 2)
    if reserved:
        yield "reserved bytes"
    width, height, _, bits = struct.unpack_from("<HHHH" if header == 12 else "<iiHH", data, 18)
    packing = 0 if header == 12 else struct.unpack_from("<I", data, 30)[0]
    entries = 0 if header == 12 else struct.unpack_from("<I", data, 46)[0]
    colours = (entries or 1 << bits) * (3 if header == 12 else 4) if bits <= 8 else 0
    masks = 12 if header == 40 and packing == 3 else 0
    if start != 14 + header + masks + colours:
        yield "gap"
    end = start + -(-width * bits // 32) * 4 * abs(height)
    if header >= 124:
        at, length = struct.unpack_from("<II", data, 126)
        if length:
            yield from fields.icc(data[14 + at : 14 + at + length])
            end = max(end, 14 + at + length)
    if not end == size == len(data):
        yield "trailing"


def bomb() -> bytes:
    small = replace(kinds()["runs of 8"], pixels=b"\0\1").data()
    return small[:18] + (60_000).to_bytes(4, "little") * 2 + small[26:]


BMP = Described(FAMILY, KINDS, laden, CANARY, parts, frozenset({"icc"}), pieces.BMP, bomb)
