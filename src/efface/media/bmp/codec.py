"""BMP pixel data: stored samples, and back.

Samples are palette indices (uint8, height x width), whole pixels of 16 or 32 bits (uint16, uint32,
height x width), or blue, green, red (uint8, height x width x 3); top row first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.bmp.layout import RLE4, BmpLayout
from efface.media.raster import stripes


def decode(data: bytes, layout: BmpLayout) -> NDArray[Any]:
    """Stored samples of the whole picture.

    Args:
        data: the whole file.

    Raises:
        InputError: a compressed picture is damaged.
    """
    start, end = layout.pixels
    if layout.compressed:
        return _runs(data[start:end], layout)[0][::-1]
    rows = np.frombuffer(data, np.uint8, end - start, start).reshape(layout.height, -1)
    if not layout.top_down:
        rows = rows[::-1]
    if layout.bits < 8:
        out = np.empty((layout.height, layout.width), np.uint8)
        for part in stripes(layout.height, layout.width * 16):
            out[part] = _unpacked(rows[part], layout.bits)[:, : layout.width]
        return out
    pixels = rows[:, : layout.width * layout.bits // 8]
    if layout.bits == 24:
        return pixels.reshape(layout.height, layout.width, 3).copy()
    kind = {8: "u1", 16: "<u2", 32: "<u4"}[layout.bits]
    return np.ascontiguousarray(pixels).view(kind).astype(kind[-2:])


def encode(samples: NDArray[Any], layout: BmpLayout) -> Iterator[bytes]:
    """Rows as an uncompressed picture stores them, in pieces."""
    flipped = samples if layout.top_down else samples[::-1]
    for part in stripes(layout.height, layout.row_bytes):
        rows = flipped[part].reshape(part.stop - part.start, -1)
        if layout.bits < 8:
            planes = rows[..., None] >> np.arange(layout.bits - 1, -1, -1, dtype=np.uint8) & 1
            rows = np.packbits(planes.reshape(len(rows), -1).astype(np.uint8), axis=1)
        elif layout.bits > 8:
            kind = {16: "<u2", 24: "u1", 32: "<u4"}[layout.bits]
            rows = np.ascontiguousarray(rows.astype(kind)).view(np.uint8)
        padded = np.zeros((len(rows), layout.row_bytes), np.uint8)
        padded[:, : rows.shape[1]] = rows
        yield padded.tobytes()


def padding_used(data: bytes, layout: BmpLayout) -> bool:
    """Whether the bytes and bits that fill up rows are anything but zero."""
    if layout.compressed:
        return False
    start, end = layout.pixels
    rows = np.frombuffer(data, np.uint8, end - start, start).reshape(layout.height, -1)
    whole, rest = divmod(layout.width * layout.bits, 8)
    if rest:
        if (rows[:, whole] & (0xFF >> rest)).any():
            return True
        whole += 1
    return bool(rows[:, whole:].any())


def behind_runs(data: bytes, layout: BmpLayout) -> int:
    """How many bytes stand behind the end of a compressed picture, where its rows should lie.

    Raises:
        InputError: the picture is damaged.
    """
    if not layout.compressed:
        return 0
    start, end = layout.pixels
    return end - start - _runs(data[start:end], layout)[1]


def unused_bits(layout: BmpLayout) -> int:
    """The bits of a 16- or 32-bit pixel that belong to no channel."""
    if layout.bits not in (16, 32):
        return 0
    used = 0
    for mask in layout.masks:
        used |= mask
    return ((1 << layout.bits) - 1) & ~used


def _unpacked(rows: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
    values = rows[..., None] >> shifts & np.uint8((1 << bits) - 1)
    return np.asarray(values.reshape(len(rows), -1), np.uint8)


def _runs(data: bytes, layout: BmpLayout) -> tuple[NDArray[np.uint8], int]:
    """Decode run lengths; bottom row first. Pixels that were left out have index 0.

    Returns:
        The picture, and how many bytes it takes.

    Raises:
        InputError: it is damaged.
    """
    width, height = layout.width, layout.height
    four = layout.compression == RLE4
    out = np.zeros((height, width), np.uint8)
    x = y = at = 0
    try:
        while True:
            count, value = data[at], data[at + 1]
            at += 2
            if count:
                run = _pair(value, count) if four else bytes((value,)) * count
            elif value == 0:
                x, y = 0, y + 1
                continue
            elif value == 1:
                return out, at
            elif value == 2:
                x, y = x + data[at], y + data[at + 1]
                at += 2
                continue
            else:
                length = (value + 1) // 2 if four else value
                raw = data[at : at + length]
                if len(raw) < length:
                    raise IndexError
                at += length + (length & 1)
                run = b"".join(_pair(byte, 2) for byte in raw)[:value] if four else raw
            if y >= height or x + len(run) > width + four:
                raise IndexError
            part = np.frombuffer(run, np.uint8)[: width - x]
            out[y, x : x + len(part)] = part
            x += len(run)
    except IndexError:
        raise InputError("the compressed picture is damaged.") from None


def _pair(value: int, count: int) -> bytes:
    """``count`` pixels that alternate between the two halves of a byte."""
    return (bytes((value >> 4, value & 15)) * (count // 2 + 1))[:count]
