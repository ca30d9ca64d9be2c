"""CBOR (RFC 8949), as far as signatures use it: definite lengths, and no floating-point numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 16
MAX_ITEMS = 10_000
_SIMPLE = {20: False, 21: True, 22: None, 23: None}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag that says how to take it."""

    tag: int
    value: Any


def decode(data: bytes) -> Any:
    """The one value that the bytes are; text, bytes, numbers, lists, maps and ``Tagged``.

    Raises:
        ValueError: they are something else, or more than ``MAX_ITEMS`` values.
    """
    decoder = _Decoder(data)
    value = decoder.value(0)
    if decoder.at != len(data):
        raise ValueError("expected one value and nothing after it")
    return value


def head(kind: int, number: int) -> bytes:
    """The head of a value: major type, and argument as short as it can be."""
    if number < 24:
        return bytes((kind << 5 | number,))
    power = next(power for power in range(4) if number < 1 << (8 << power))
    return bytes((kind << 5 | 24 + power,)) + number.to_bytes(1 << power)


def data(value: bytes) -> bytes:
    """Bytes, encoded."""
    return head(2, len(value)) + value


def text(value: str) -> bytes:
    """Text, encoded."""
    encoded = value.encode("utf-8")
    return head(3, len(encoded)) + encoded


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self._left = MAX_ITEMS

    def value(self, depth: int) -> Any:
        kind, number = self._head()
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise ValueError("expected fewer values")
        found: Any
        match kind:
            case 0 | 1:
                found = number if kind == 0 else -1 - number
            case 2 | 3:
                data = self._take(number)
                found = data if kind == 2 else data.decode("utf-8")
            case 4:
                found = [self.value(depth + 1) for _ in range(self._count(number))]
            case 5:
                found = dict(self._pair(depth) for _ in range(self._count(number)))
            case 6:
                found = Tagged(number, self.value(depth + 1))
            case _:
                if number not in _SIMPLE:
                    raise ValueError("expected no floating-point number")
                found = _SIMPLE[number]
        return found

    def _pair(self, depth: int) -> tuple[int | str, Any]:
        key = self.value(depth + 1)
        if not isinstance(key, int | str):
            raise ValueError("expected a number or a text as key")
        return key, self.value(depth + 1)

    def _head(self) -> tuple[int, int]:
        """Major type and argument."""
        first = self._take(1)[0]
        kind, short = first >> 5, first & 31
        if short < 24:
            return kind, short
        if short > 27 or kind == 7:
            raise ValueError("expected a definite length and no floating-point number")
        return kind, int.from_bytes(self._take(1 << (short - 24)))

    def _count(self, number: int) -> int:
        if number > self._left:
            raise ValueError("expected fewer values")
        return number

    def _take(self, length: int) -> bytes:
        if length > len(self.data) - self.at:
            raise ValueError("expected more bytes")
        self.at += length
        return self.data[self.at - length : self.at]
