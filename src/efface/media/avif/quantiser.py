"""How finely an AV1 picture is quantised: ``base_q_idx`` of its first frame header (AV1
specification 5.9.2)."""

from __future__ import annotations

from efface.errors import InputError
from efface.media.avif import header
from efface.media.avif.header import Sequence
from efface.media.isobmff.bits import MsbBits

_FRAME_HEADER, _FRAME = 3, 6
_HEAD_BYTES = 64
_MOST_TILE_PX, _MOST_TILE_AREA = 4096, 4096 * 2304


def quantiser(data: bytes) -> int | None:
    """0 (finest) to 255; ``None`` where the picture is not coded as one that stands alone."""
    seen: Sequence | None = None
    try:
        for kind, unit in header.units(data):
            if kind == header.SEQUENCE_HEADER:
                seen = header.sequence(unit)
            elif kind in (_FRAME_HEADER, _FRAME) and seen is not None:
                return _of_frame(MsbBits(unit[:_HEAD_BYTES]), seen) if seen.reduced else None
    except InputError:
        pass
    return None


def step(index: int) -> float:
    """Of a quantiser for a transform that is orthonormal, in 8-bit samples: an eighth of AV1's own
    (AV1 specification 7.12.2; the table's upper part within 6 %)."""
    return (index + 7 if index <= 95 else 102 * 1.0182 ** (index - 95)) / 8


def _of_frame(bits: MsbBits, seen: Sequence) -> int:
    """The header of a picture that stands alone, up to the quantiser."""
    bits.take(1)
    screen = bits.take(1)
    if screen:
        bits.take(1)  # whether motion is in whole pixels
    width, height = seen.size
    scaled = bool(seen.scaled and bits.take(1))
    if scaled:
        denominator = bits.take(3) + 9
        width = (width * 8 + denominator // 2) // denominator
    if bits.take(1):  # shown at another size
        bits.take(32)
    if screen and not scaled:
        bits.take(1)
    _tiles(bits, width, height, 128 if seen.large_blocks else 64)
    return bits.take(8)


def _tiles(bits: MsbBits, width: int, height: int, block: int) -> None:
    """``tile_info`` (5.9.15)."""
    columns, rows = -(-width // block), -(-height // block)
    widest, area = _MOST_TILE_PX // block, _MOST_TILE_AREA // block**2
    least_columns = _log2(widest, columns)
    least = max(least_columns, _log2(area, rows * columns))
    if bits.take(1):  # tiles of one size
        across = _counted(bits, least_columns, _log2(1, min(columns, 64)))
        down = _counted(bits, max(least - across, 0), _log2(1, min(rows, 64)))
    else:
        across, wide = _uneven(bits, columns, widest)
        area = rows * columns // (1 << least + 1) if least else rows * columns
        down, _ = _uneven(bits, rows, max(area // wide, 1))
    if across or down:
        bits.take(across + down + 2)


def _counted(bits: MsbBits, least: int, most: int) -> int:
    """A logarithm that is counted up by set bits."""
    while least < most and bits.take(1):
        least += 1
    return least


def _uneven(bits: MsbBits, blocks: int, most: int) -> tuple[int, int]:
    """Sides of tiles one by one; returns the logarithm of their number, and the largest."""
    at = count = largest = 0
    while at < blocks:
        side = _non_symmetric(bits, min(blocks - at, most)) + 1
        at, count, largest = at + side, count + 1, max(largest, side)
    return _log2(1, count), largest


def _non_symmetric(bits: MsbBits, count: int) -> int:
    """``ns(n)`` (4.10.7)."""
    length = count.bit_length()
    short = (1 << length) - count
    value = bits.take(length - 1)
    return value if value < short else (value << 1) - short + bits.take(1)


def _log2(block: int, target: int) -> int:
    k = 0
    while block << k < target:
        k += 1
    return k
