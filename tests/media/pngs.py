"""Makes PNG files for tests, with code of its own: nothing of the encoder under test."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
ADAM7 += [(0, 1, 1, 2)]


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(samples: NDArray[Any], bits: int) -> bytes:
    """Unfiltered rows of one pass."""
    out = b""
    for row in samples.reshape(len(samples), -1):
        text = "".join(format(int(v), f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        out += b"\0" + int(text, 2).to_bytes(len(text) // 8, "big")
    return out


def stream(samples: NDArray[Any], bits: int, interlaced: bool = False) -> bytes:
    """The raw stream, before zlib."""
    if not interlaced:
        return rows(samples, bits)
    parts = (samples[y::dy, x::dx] for x, y, dx, dy in ADAM7)
    return b"".join(rows(part, bits) for part in parts if part.size)


def ihdr(width: int, height: int, bits: int, colour: int, interlaced: bool = False) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))


def png(
    samples: NDArray[Any],
    bits: int,
    colour: int,
    interlaced: bool = False,
    *,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A PNG file; ``before`` and ``after`` are chunks around the image data."""
    height, width = samples.shape[:2]
    return b"".join(
        (
            SIGNATURE,
            ihdr(width, height, bits, colour, interlaced),
            before,
            chunk(b"IDAT", zlib.compress(stream(samples, bits, interlaced))),
            after,
            chunk(b"IEND"),
        )
    )


def fctl(
    sequence: int,
    size: tuple[int, int],
    *,
    at: tuple[int, int] = (0, 0),
    delay: tuple[int, int] = (1, 10),
    dispose: int = 0,
    blend: int = 0,
) -> bytes:
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", sequence, *size, *at, *delay, dispose, blend))


Frame = tuple[NDArray[Any], dict[str, Any]]


def apng(
    frames: Sequence[Frame],
    bits: int,
    colour: int,
    *,
    plays: int = 0,
    default: NDArray[Any] | None = None,
    before: bytes = b"",
    interlaced: bool = False,
) -> bytes:
    """An animated PNG; ``default`` is a picture that does not belong to the animation."""
    first = frames[0][0] if default is None else default
    out = SIGNATURE + ihdr(first.shape[1], first.shape[0], bits, colour, interlaced) + before
    out += chunk(b"acTL", struct.pack(">II", len(frames), plays))
    sequence = 0
    if default is not None:
        out += chunk(b"IDAT", zlib.compress(stream(default, bits, interlaced)))
    for index, (pixels, how) in enumerate(frames):
        out += fctl(sequence, (pixels.shape[1], pixels.shape[0]), **how)
        sequence += 1
        data = zlib.compress(stream(pixels, bits, interlaced))
        if index == 0 and default is None:
            out += chunk(b"IDAT", data)
        else:
            out += chunk(b"fdAT", struct.pack(">I", sequence) + data)
            sequence += 1
    return out + chunk(b"IEND")
