"""The size an AV1 bitstream itself states (AV1 specification 5.3 and 5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from efface.errors import InputError
from efface.media.isobmff.bits import Bits

SEQUENCE_HEADER = 1


def sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Largest (width, height) by each sequence header among the units of a bitstream.

    Raises:
        InputError: the units or a header are damaged.
    """
    at = 0
    while at < len(data):
        head = data[at]
        at += 1 + (head >> 2 & 1)
        length, shift = len(data) - at, 0
        if head & 2:
            length = 0
            while True:
                if at >= len(data) or shift > 28:
                    raise InputError("the coded picture is damaged.")
                length |= (data[at] & 0x7F) << shift
                at, shift = at + 1, shift + 7
                if not data[at - 1] & 0x80:
                    break
        if head >> 3 & 15 == SEQUENCE_HEADER:
            yield _size(data[at : at + length])
        at += length


def _size(header: bytes) -> tuple[int, int]:
    bits = Bits(header)
    bits.take(4)
    if bits.take(1):  # reduced still picture header
        bits.take(5)
    else:
        _timing_and_points(bits)
    across, down = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(across) + 1, bits.take(down) + 1


def _timing_and_points(bits: Bits) -> None:
    delay_bits = 0
    if bits.take(1):  # timing info
        bits.take(64)
        if bits.take(1):
            bits.golomb()
        if bits.take(1):  # decoder model info
            delay_bits = bits.take(5) + 1
            bits.take(32 + 5 + 5)
    display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if display_delay and bits.take(1):
            bits.take(4)
