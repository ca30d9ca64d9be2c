"""How finely a lossy WebP picture is quantised, as the quality that libwebp would have needed
(RFC 6386, 7.3, 9.2 to 9.6 and 19.2)."""

from __future__ import annotations

_FRAME_HEAD = 10
_HEAD_BYTES = 128


class _Bools:
    """The boolean decoder, for values of even odds; past the end it reads zeros, as decoders do."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2
        self._value = int.from_bytes(data[:2].ljust(2, b"\0"), "big")
        self._range, self._shifted = 255, 0

    def take(self, bits: int) -> int:
        out = 0
        for _ in range(bits):
            out = out << 1 | self._one()
        return out

    def _one(self) -> int:
        split = 1 + ((self._range - 1) * 128 >> 8)
        out = self._value >= split << 8
        if out:
            self._range -= split
            self._value -= split << 8
        else:
            self._range = split
        while self._range < 128:
            self._value <<= 1
            self._range <<= 1
            self._shifted += 1
            if self._shifted == 8:
                self._shifted = 0
                self._value |= self._data[self._at] if self._at < len(self._data) else 0
                self._at += 1
        return int(out)

    def optional(self, bits: int) -> None:
        """Pass over a value with a flag in front."""
        if self.take(1):
            self.take(bits)


def quantiser(data: bytes) -> int:
    """The base index of a key frame's quantiser, 0 (finest) to 127."""
    bools = _Bools(data[_FRAME_HEAD : _FRAME_HEAD + _HEAD_BYTES])
    bools.take(2)
    if bools.take(1):  # segments
        has_map, has_data = bools.take(1), bools.take(1)
        if has_data:
            bools.take(1)
            for bits in (*(7,) * 4, *(6,) * 4):
                bools.optional(bits + 1)
        for _ in range(3 * has_map):
            bools.optional(8)
    bools.take(1 + 6 + 3)
    if bools.take(1) and bools.take(1):  # changes of the loop filter
        for _ in range(8):
            bools.optional(7)
    bools.take(2)
    return bools.take(7)


def quality_of(index: int) -> float:
    """The quality, 0 to 100, for which libwebp takes a base index (the inverse of what its
    ``QualityToCompression`` in ``src/enc/quant_enc.c`` does)."""
    linear = (1 - index / 127) ** 3
    return 100 * (linear * 1.5 if linear < 0.5 else (linear + 1) / 2)


def step(data: bytes) -> float:
    """Of the quantiser for a transform that is orthonormal, in samples: half that of VP8's own
    (RFC 6386, 14.1 and 14.3; the table's upper part within 6 %)."""
    index = quantiser(data)
    return (index + 4 if index <= 54 else 58 * 1.022 ** (index - 54)) / 2


LEAST_QUALITY = 85
"""Below it, what was smoothed once is smoothed again: an SSIM of 0.98 is hardly reached."""


def quality_like(data: bytes) -> int:
    """What a picture is encoded again with: half way between its own quality and the best.

    ``bench/requality.py`` measures it.
    """
    return max(LEAST_QUALITY, round((quality_of(quantiser(data)) + 100) / 2))
