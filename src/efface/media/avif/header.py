"""The size an AV1 bitstream itself states (AV1 specification 5.3 and 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from efface.errors import InputError
from efface.media.isobmff.bits import MsbBits
from efface.media.isobmff.coding import Cicp

SEQUENCE_HEADER = 1


def sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Largest (width, height) by each sequence header among the units of a bitstream.

    Raises:
        InputError: the units or a header are damaged.
    """
    for kind, unit in units(data):
        if kind == SEQUENCE_HEADER:
            yield sequence(unit).size


def colours(data: bytes) -> Cicp | None:
    """What the first sequence header says about colours; ``None`` when there is none.

    Raises:
        InputError: the units or a header are damaged.
    """
    for kind, unit in units(data):
        if kind == SEQUENCE_HEADER:
            return sequence(unit).colours
    return None


def units(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of each unit of a bitstream.

    Raises:
        InputError: they are damaged.
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
        yield head >> 3 & 15, data[at : at + length]
        at += length


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a sequence header says."""

    size: tuple[int, int]
    """Largest width and height."""
    colours: Cicp
    reduced: bool
    """It is that of a single picture."""
    large_blocks: bool
    """Superblocks have 128 pixels a side, not 64."""
    scaled: bool
    """Pictures may be coded smaller than they are shown."""


def sequence(header: bytes) -> Sequence:
    """Parse a sequence header (AV1 specification 5.5.1).

    Raises:
        InputError: damaged.
    """
    bits = MsbBits(header)
    profile = bits.take(3)
    bits.take(1)
    reduced = bool(bits.take(1))
    if reduced:
        bits.take(5)
    else:
        _timing_and_points(bits)
    across, down = bits.take(4) + 1, bits.take(4) + 1
    size = bits.take(across) + 1, bits.take(down) + 1
    if not reduced and bits.take(1):  # frame numbers
        bits.take(7)
    large = bool(bits.take(1))
    bits.take(2)
    if not reduced:
        _tools(bits)
    scaled = bool(bits.take(1))
    bits.take(2)
    return Sequence(size, _colours(bits, profile), reduced, large, scaled)


def _tools(bits: MsbBits) -> None:
    bits.take(4)
    ordered = bits.take(1)
    bits.take(2 * ordered)
    screen = 1 if bits.take(1) else bits.take(1)
    if screen and not bits.take(1):
        bits.take(1)
    bits.take(3 * ordered)


def _colours(bits: MsbBits, profile: int) -> Cicp:
    """``color_config`` (AV1 specification 5.5.2)."""
    if bits.take(1) and profile == 2:
        bits.take(1)
    grey = profile != 1 and bits.take(1)
    codes = (bits.take(8), bits.take(8), bits.take(8)) if bits.take(1) else (2, 2, 2)
    if not grey and codes == (1, 13, 0):
        return Cicp(*codes, True)
    return Cicp(*codes, bool(bits.take(1)))


def _timing_and_points(bits: MsbBits) -> None:
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
