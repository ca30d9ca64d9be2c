"""Makes BMP files for tests, with code of its own: nothing of the writer under test."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SRGB, EMBEDDED, LINKED = 0x73524742, 0x4D424544, 0x4C494E4B


@dataclass
class Bmp:
    """The parts of a BMP; ``data`` puts them together."""

    samples: NDArray[Any]
    bits: int
    header: int = 40
    compression: int = 0
    top_down: bool = False
    masks: tuple[int, ...] = ()
    palette: bytes = b""
    declared: int = 0
    density: tuple[int, int] = (2835, 2835)
    space: int = SRGB
    profile: bytes = b""
    pixels: bytes | None = None
    gap: bytes = b""
    trailing: bytes = b""
    reserved: bytes = bytes(4)
    fill_byte: int = 0
    intent: int = 4

    def rows(self) -> bytes:
        out = []
        for row in self.samples if self.top_down else self.samples[::-1]:
            if self.bits == 24:
                raw = row.astype(np.uint8).tobytes()
            else:
                size = max(1, self.bits // 8)
                number = "".join(format(int(v), f"0{self.bits}b") for v in row)
                if self.bits < 8:
                    number += "0" * (-len(number) % 8)
                    raw = int(number, 2).to_bytes(len(number) // 8, "big")
                else:
                    raw = b"".join(int(v).to_bytes(size, "little") for v in row)
            out.append(raw + bytes((self.fill_byte,)) * (-len(raw) % 4))
        return b"".join(out)

    def data(self) -> bytes:
        height, width = self.samples.shape[:2]
        pixels = self.rows() if self.pixels is None else self.pixels
        if self.header == 12:
            info = struct.pack("<IHHHH", 12, width, height, 1, self.bits)
        else:
            info = struct.pack(
                "<IiiHHIIiiII",
                self.header,
                width,
                -height if self.top_down else height,
                1,
                self.bits,
                self.compression,
                len(pixels),
                *self.density,
                self.declared,
                0,
            )
            masks = struct.pack(f"<{len(self.masks)}I", *self.masks)
            info = (info + masks)[: max(self.header, 40 + len(masks))]
            info += bytes(max(0, self.header - len(info)))
        start = 14 + len(info) + len(self.palette) + len(self.gap)
        if self.header >= 108:
            info = info[:56] + struct.pack("<I", self.space) + info[60:]
        if self.header >= 124:
            at = start - 14 + len(pixels) if self.profile else 0
            info = info[:108] + struct.pack("<IIII", self.intent, at, len(self.profile), 0)
        body = info + self.palette + self.gap + pixels + self.profile + self.trailing
        return struct.pack("<2sI4sI", b"BM", 14 + len(body), self.reserved, start) + body


def palette(count: int, step: int = 4, seed: int = 1) -> bytes:
    """Colours of which no two are the same, and none is black."""
    table = np.array([(255 - i, i, i // 2, 0)[:step] for i in range(count)], np.uint8)
    return np.random.default_rng(seed).permutation(table).tobytes()


def runs(samples: NDArray[Any], bits: int) -> bytes:
    """Every way run lengths can be written: runs, literal pixels, ends of lines."""
    out = b""
    for row in samples[::-1]:
        values = [int(v) for v in row]
        for part in range(0, len(values), 7):
            piece = values[part : part + 7]
            if len(piece) < 3 or part % 2:
                out += b"".join(bytes((1, v << 4 if bits == 4 else v)) for v in piece)
            elif bits == 8:
                out += bytes((0, len(piece), *piece)) + bytes(len(piece) % 2)
            else:
                nibbles = [*piece, *[0] * (len(piece) % 2)]
                packed = bytes(a << 4 | b for a, b in zip(nibbles[::2], nibbles[1::2], strict=True))
                out += bytes((0, len(piece))) + packed + bytes(len(packed) % 2)
        out += b"\0\0"
    return out + b"\0\1"
