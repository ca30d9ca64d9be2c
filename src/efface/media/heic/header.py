"""The size an HEVC bitstream itself states (H.265 7.3.1 and 7.3.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from efface.errors import InputError
from efface.media.isobmff.bits import MsbBits
from efface.media.isobmff.boxes import BoxReader

SEQUENCE_PARAMETERS = 33
_LAYER_BITS = 88
"""Of a profile, and 8 of a level."""


def sizes(configuration: bytes, data: bytes) -> Iterator[tuple[int, int]]:
    """(width, height) by each sequence parameter set, of the configuration and of the picture.

    Raises:
        InputError: damaged.
    """
    for unit in (*configured(configuration), *units(data, (configuration[21] & 3) + 1)):
        if unit and unit[0] >> 1 & 63 == SEQUENCE_PARAMETERS:
            yield _size(unit)


def configured(configuration: bytes) -> Iterator[bytes]:
    """The units of a decoder's configuration."""
    reader = BoxReader(configuration, 22)
    for _ in range(reader.number(1)):
        reader.number(1)
        for _ in range(reader.number(2)):
            yield reader.take(reader.number(2))


def units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    """The units of a coded picture."""
    reader = BoxReader(data)
    while reader.at < reader.end:
        yield reader.take(reader.number(length_bytes))


def _size(unit: bytes) -> tuple[int, int]:
    bits = MsbBits(unit[2:].replace(b"\0\0\3", b"\0\0"))
    skip_profiles(bits)
    bits.golomb()
    if bits.golomb() == 3:
        bits.take(1)
    width, height = bits.golomb(), bits.golomb()
    if not width or not height:
        raise InputError("the header of a coded picture is damaged.")
    return width, height


def skip_profiles(bits: MsbBits) -> int:
    """Read a sequence parameter set up to its number; returns how many layers it has beyond one."""
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + _LAYER_BITS + 8)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for profile, level in present:
        bits.take(_LAYER_BITS * profile + 8 * level)
    return layers
