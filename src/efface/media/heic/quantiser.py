"""How finely an HEVC picture is quantised: the quantiser of its first slice (H.265 7.3.2.2, 7.3.2.3
and 7.3.6.1)."""

from __future__ import annotations

from dataclasses import dataclass

from efface.errors import InputError
from efface.media.heic.header import SEQUENCE_PARAMETERS, configured, skip_profiles, units
from efface.media.isobmff.bits import MsbBits

PICTURE_PARAMETERS = 34
_IDR = (19, 20)
_RANDOM_ACCESS = range(16, 24)


@dataclass(frozen=True, slots=True)
class _Sequence:
    grey: bool
    offsets: bool
    """Sample adaptive offset is in use."""


@dataclass(frozen=True, slots=True)
class _CodedPicture:
    extra_bits: int
    first_qp: int
    output_flag: bool


def quantiser(configuration: bytes, data: bytes) -> int | None:
    """The first slice's quantiser on the scale of 8-bit pictures, 0 (finest) to 51; ``None`` where
    the headers hold more than pictures that stand alone need."""
    sequence: _Sequence | None = None
    picture: _CodedPicture | None = None
    try:
        for unit in (*configured(configuration), *units(data, (configuration[21] & 3) + 1)):
            kind = unit[0] >> 1 & 63 if unit else -1
            if kind == SEQUENCE_PARAMETERS:
                sequence = _sequence(_payload(unit))
            elif kind == PICTURE_PARAMETERS:
                picture = _picture(_payload(unit))
            elif kind in _RANDOM_ACCESS and sequence is not None and picture is not None:
                return _of_slice(_payload(unit[:64]), kind, sequence, picture)
    except InputError:
        pass
    return None


def step(quantiser: int) -> float:
    """Of a quantiser for a transform that is orthonormal, in 8-bit samples (H.265 8.6.4)."""
    return float(2 ** ((quantiser - 4) / 6))


def _payload(unit: bytes) -> MsbBits:
    return MsbBits(unit[2:].replace(b"\0\0\3", b"\0\0"))


def _sequence(bits: MsbBits) -> _Sequence | None:
    layers = skip_profiles(bits)
    bits.golomb()
    chroma = bits.golomb()
    apart = bool(bits.take(1)) if chroma == 3 else False
    bits.golomb(), bits.golomb()
    if bits.take(1):  # cropped
        for _ in range(4):
            bits.golomb()
    for _ in range(3):
        bits.golomb()
    for _ in range(layers + 1 if bits.take(1) else 1):
        for _ in range(3):
            bits.golomb()
    for _ in range(6):
        bits.golomb()
    if (bits.take(1) and bits.take(1)) or apart:  # scaling lists, or colours coded apart
        return None
    bits.take(1)
    return _Sequence(chroma == 0, bool(bits.take(1)))


def _picture(bits: MsbBits) -> _CodedPicture:
    bits.golomb(), bits.golomb()
    bits.take(1)
    output_flag = bool(bits.take(1))
    extra = bits.take(3)
    bits.take(2)
    bits.golomb(), bits.golomb()
    return _CodedPicture(extra, 26 + bits.signed_golomb(), output_flag)


def _of_slice(bits: MsbBits, kind: int, sequence: _Sequence, picture: _CodedPicture) -> int | None:
    if not bits.take(1) or kind not in _IDR:
        return None
    bits.take(1)
    bits.golomb()
    bits.take(picture.extra_bits)
    if bits.golomb() != 2:  # a slice that predicts from others
        return None
    bits.take(picture.output_flag)
    bits.take((1 if sequence.grey else 2) * sequence.offsets)
    return max(0, picture.first_qp + bits.signed_golomb())
