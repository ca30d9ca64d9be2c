"""Bit fields of JPEG XL headers (ISO/IEC 18181-1, annex B), least significant bit first."""

from __future__ import annotations

from efface.errors import InputError

Option = tuple[int, int]
"""What a value starts from, and how many bits are added to it."""
_ENUM: tuple[Option, Option, Option, Option] = ((0, 0), (1, 0), (2, 4), (18, 6))


class JxlBits:
    """Reads bit fields one after the other.

    Raises:
        InputError: on reading past the end.
    """

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._size = 8 * len(data)
        self.at = 0

    def take(self, count: int) -> int:
        """The next bits as an unsigned number."""
        if self.at + count > self._size:
            raise InputError("the file is damaged: its header is cut.")
        self.at += count
        return self._value >> (self.at - count) & ((1 << count) - 1)

    def flag(self) -> bool:
        """One bit."""
        return bool(self.take(1))

    def u32(self, *options: Option) -> int:
        """A number in one of four forms (B.2.2)."""
        start, more = options[self.take(2)]
        return start + self.take(more)

    def u64(self) -> int:
        """A number of up to 64 bits (B.2.3)."""
        form = self.take(2)
        if form < 3:
            return (0, 1 + self.take(4) if form == 1 else 0, 17 + self.take(8) if form == 2 else 0)[
                form
            ]
        value, shift = self.take(12), 12
        while self.flag():
            if shift == 60:
                return value | self.take(4) << shift
            value |= self.take(8) << shift
            shift += 8
        return value

    def enum(self) -> int:
        """A named value (B.2.5)."""
        return self.u32(*_ENUM)

    def half(self) -> int:
        """A floating-point number of 16 bits, as it stands."""
        return self.take(16)

    def since(self, start: int) -> Field:
        """The bits from a place up to here."""
        return Field(self._value >> start & ((1 << self.at - start) - 1), self.at - start)


class Field:
    """Some bits, to be written."""

    def __init__(self, value: int = 0, size: int = 0) -> None:
        self.value, self.size = value, size

    def __add__(self, other: Field) -> Field:
        return Field(self.value | other.value << self.size, self.size + other.size)

    def packed(self) -> bytes:
        """Filled up with zeros to whole bytes."""
        return self.value.to_bytes(-(-self.size // 8), "little")
