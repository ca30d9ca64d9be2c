"""Boxes of the ISO base media file format (ISO/IEC 14496-12): read from hostile bytes, written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from efface.errors import InputError

MAX_BOXES = 100_000


@dataclass(frozen=True, slots=True)
class IsoBox:
    """One box: where it lies in the file and what is in it."""

    kind: bytes
    start: int
    """Offset of its header."""
    inside: int
    """Offset of its payload."""
    end: int

    @property
    def label(self) -> str:
        """The four-character code, printable."""
        return label(self.kind)


class BoxReader:
    """Reads big-endian numbers one after the other and never past the end.

    Raises:
        InputError: on reading past the end.
    """

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = start
        self.end = len(data) if end is None else end

    def number(self, size: int) -> int:
        """An unsigned number of ``size`` bytes; 0 for no bytes."""
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > self.end - self.at:
            raise InputError("the file is damaged: a box is shorter than what it should hold.")
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> bytes:
        """Bytes up to the next zero byte, or to the end."""
        stop = self.data.find(b"\0", self.at, self.end)
        stop = self.end if stop < 0 else stop
        out = self.data[self.at : stop]
        self.at = min(stop + 1, self.end)
        return out

    def version(self) -> tuple[int, int]:
        """Version and flags of a full box."""
        value = self.number(4)
        return value >> 24, value & 0xFFFFFF


def boxes(data: bytes, start: int, end: int) -> Iterator[IsoBox]:
    """The boxes between two offsets.

    Raises:
        InputError: a box reaches past the end, is shorter than its header, or there are too many.
    """
    at, count = start, 0
    while at < end:
        box = box_at(data, at, end)
        if box is None:
            raise InputError("the file is damaged: a box reaches past its container.")
        count += 1
        if count > MAX_BOXES:
            raise InputError(f"the file has more than {MAX_BOXES} boxes in a row.")
        yield box
        at = box.end


def box_at(data: bytes, at: int, end: int) -> IsoBox | None:
    """The box that starts at an offset; ``None`` when no whole one does."""
    if end - at < 8:
        return None
    size, inside = int.from_bytes(data[at : at + 4], "big"), at + 8
    if size == 1:
        size, inside = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
    elif size == 0:
        size = end - at
    if at + size > end or at + size < inside:
        return None
    return IsoBox(data[at + 4 : at + 8], at, inside, at + size)


def packed(kind: bytes, *parts: bytes) -> bytes:
    """A box as it stands in a file."""
    size = 8 + sum(len(part) for part in parts)
    return b"".join((size.to_bytes(4, "big"), kind, *parts))


def packed_full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A full box as it stands in a file."""
    return packed(kind, (version << 24 | flags).to_bytes(4, "big"), *parts)


def label(kind: bytes) -> str:
    """A four-character code, printable."""
    return "".join(chr(c) if 0x20 <= c < 0x7F else "?" for c in kind).strip()
