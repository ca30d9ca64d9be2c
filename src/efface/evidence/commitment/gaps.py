"""Rare events in few bytes: their distances, in Rice's code.

Of a row of yes and no, what is written are: how many times yes, as a number in base 128 (low digits
first, 0x80 for "more"); if that is not 0, then one byte b, the length in bytes of the last part as
such a number, and two parts, each filled up with zero bits to whole bytes, high bits first. A
distance is how many times no stands between a yes and the one before (or the beginning). The first
part are the low b bits of all distances, high bit first; the last part are the distances without
these bits, each as so many zero bits and a one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.tree import Mask

Positions = NDArray[np.int64]
_MORE = 0x80
_LONGEST = 5
"""Bytes of a number: 35 bits, more than any content has leaves or figures."""
_MOST_LOW_BITS = 24


class GapsError(ValueError):
    """The bytes are no such row."""


def encoded(events: Mask) -> bytes:
    """A row as bytes.

    Args:
        events: shape (n,).
    """
    at = np.flatnonzero(events)
    head = number_encoded(len(at))
    if not len(at):
        return head
    gaps = np.diff(at, prepend=-1) - 1
    costs = [len(at) * low + int((gaps >> low).sum()) for low in range(_MOST_LOW_BITS + 1)]
    low = int(np.argmin(costs))
    bits = (gaps[:, None] >> np.arange(low)[::-1]) & 1
    ends = np.cumsum((gaps >> low) + 1) - 1
    unary = np.zeros(int(ends[-1]) + 1, bool)
    unary[ends] = True
    last = np.packbits(unary).tobytes()
    first = np.packbits(bits.astype(bool).ravel()).tobytes()
    return b"".join((head, bytes((low,)), number_encoded(len(last)), first, last))


def decoded(data: bytes, at: int, most: int) -> tuple[Positions, int]:
    """Where yes stands in a row that begins at a byte, and where what follows begins.

    Args:
        most: no row is longer; nothing larger is allocated, whatever the bytes say.

    Raises:
        GapsError: there is no such row.
    """
    count, at = number_decoded(data, at)
    if not count:
        return np.zeros(0, np.int64), at
    if count > most or at >= len(data):
        raise GapsError("it tells of more corrections than there are figures")
    low = data[at]
    length, at = number_decoded(data, at + 1)
    size = -(-count * low // 8)
    if low > _MOST_LOW_BITS or length > most // 8 + 1 or at + size + length > len(data):
        raise GapsError("its corrections end too early")
    bits = np.unpackbits(np.frombuffer(data, np.uint8, size, at))
    ends = np.flatnonzero(np.unpackbits(np.frombuffer(data, np.uint8, length, at + size)))
    if len(ends) != count or ends[-1] // 8 + 1 != length or bits[count * low :].any():
        raise GapsError("its corrections are damaged")
    bits = bits[: count * low]
    gaps = np.diff(ends, prepend=-1) - 1
    for bit in bits.reshape(count, low).T:
        gaps = gaps << 1 | bit
    positions = np.cumsum(gaps + 1) - 1
    if positions[-1] >= most:
        raise GapsError("it tells of more corrections than there are figures")
    return positions, at + size + length


def number_encoded(number: int) -> bytes:
    """In base 128."""
    out = bytearray()
    while number >= _MORE:
        out.append(number % _MORE | _MORE)
        number //= _MORE
    return bytes((*out, number))


def number_decoded(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a byte, and where what follows begins.

    Raises:
        GapsError: it does not end, or is longer than any that is written.
    """
    value = 0
    for place in range(_LONGEST):
        if at + place >= len(data):
            break
        byte = data[at + place]
        value |= byte % _MORE << 7 * place
        if byte < _MORE:
            return value, at + place + 1
    raise GapsError("a number does not end")
