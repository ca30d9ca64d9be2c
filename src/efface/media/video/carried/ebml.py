"""Elements of EBML (RFC 8794), read from hostile bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EbmlElement:
    """An EBML element."""

    id: int
    inside: int
    end: int
    """``inside`` less one: its size is not stated."""

    @property
    def open(self) -> bool:
        return self.end < self.inside


def element_at(data: bytes, at: int, base: int = 0) -> EbmlElement | None:
    """The element whose header starts at an offset; ``None`` when none does.

    Args:
        base: offset of ``data`` in the file.
    """
    if at >= len(data) or not data[at]:
        return None
    width = 9 - data[at].bit_length()
    place = at + width
    if width > 4 or place >= len(data) or not data[place]:
        return None
    size_width = 9 - data[place].bit_length()
    if place + size_width > len(data):
        return None
    value = int.from_bytes(data[place : place + size_width], "big")
    size = value & (1 << 7 * size_width) - 1
    inside = base + place + size_width
    unknown = size == (1 << 7 * size_width) - 1
    return EbmlElement(
        int.from_bytes(data[at:place], "big"), inside, inside - 1 if unknown else inside + size
    )


def children(data: bytes, start: int, end: int) -> Iterator[EbmlElement]:
    """The whole elements between two offsets."""
    while start < end:
        element = element_at(data, start)
        if element is None or element.open or element.end > end:
            return
        yield element
        start = element.end
