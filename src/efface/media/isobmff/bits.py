"""Bit fields of coded pictures' headers."""

from __future__ import annotations

from efface.errors import InputError


class MsbBits:
    """Reads bit fields, most significant bit first.

    Raises:
        InputError: on reading past the end.
    """

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        """The next bits as an unsigned number."""
        if count > self._left:
            raise InputError("the header of a coded picture is damaged.")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number (``ue(v)`` in H.265, ``uvlc`` in AV1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise InputError("the header of a coded picture is damaged.")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        """A signed Exp-Golomb number (``se(v)`` in H.265)."""
        value = self.golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)
