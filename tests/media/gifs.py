"""Makes GIF files for tests, with code of its own: nothing of the encoder under test."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def lzw(indices: NDArray[Any], bits: int = 8) -> bytes:
    """Data blocks in which every index has a code of its own and the table never grows."""
    clear, end = 1 << bits, (1 << bits) + 1
    codes = []
    for position, index in enumerate(indices.ravel()):
        if position % (clear - 2) == 0:
            codes.append(clear)
        codes.append(int(index))
    codes.append(end)
    number = 0
    for code in reversed(codes):
        number = number << (bits + 1) | code
    data = number.to_bytes((len(codes) * (bits + 1) + 7) // 8, "little")
    return bytes((bits,)) + blocks(data)


def blocks(data: bytes) -> bytes:
    parts = (data[i : i + 255] for i in range(0, len(data), 255))
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def extension(kind: int, data: bytes) -> bytes:
    return bytes((0x21, kind)) + blocks(data)


def application(name: bytes, data: bytes) -> bytes:
    return b"\x21\xff" + bytes((len(name),)) + name + blocks(data)


def loop(count: int) -> bytes:
    return application(b"NETSCAPE2.0", struct.pack("<BH", 1, count))


def table(colours: NDArray[Any] | None) -> tuple[int, bytes]:
    """The flag bits of a palette, and its bytes."""
    if colours is None:
        return 0, b""
    size = max(1, (len(colours) - 1).bit_length())
    padded = np.zeros((1 << size, 3), np.uint8)
    padded[: len(colours)] = colours
    return 0x80 | (size - 1), padded.tobytes()


def frame(
    indices: NDArray[Any],
    *,
    at: tuple[int, int] = (0, 0),
    delay: int = 0,
    dispose: int = 0,
    transparent: int | None = None,
    colours: NDArray[Any] | None = None,
    interlaced: bool = False,
    bits: int = 8,
) -> bytes:
    height, width = indices.shape
    flags, palette = table(colours)
    if interlaced:
        order = [*range(0, height, 8), *range(4, height, 8), *range(2, height, 4)]
        indices = indices[[*order, *range(1, height, 2)]]
    return b"".join(
        (
            struct.pack(
                "<BBBBHBB",
                *(0x21, 0xF9, 4, dispose << 2 | (transparent is not None)),
                delay,
                transparent or 0,
                0,
            ),
            struct.pack("<BHHHHB", 0x2C, *at, width, height, flags | (0x40 if interlaced else 0)),
            palette,
            lzw(indices, bits),
        )
    )


def gif(
    size: tuple[int, int], parts: Sequence[bytes], colours: NDArray[Any] | None = None
) -> bytes:
    """A GIF of ``size`` (width, height) with a palette for all frames that have none."""
    flags, palette = table(colours)
    head = struct.pack("<6sHHBBB", b"GIF89a", *size, flags, 3, 0)
    return head + palette + b"".join(parts) + b";"
