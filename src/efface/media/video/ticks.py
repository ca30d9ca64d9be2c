"""The clock of a Matroska file (RFC 9559, ``TimestampScale``), which FFmpeg's muxer only writes in
milliseconds.

A file that counts otherwise is written as if its ticks were milliseconds, and the length of a tick
is set in the header afterwards: so every time is exactly what it was.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from efface.errors import OutputError
from efface.media.video.carried.ebml import EbmlElement, element_at
from efface.media.video.interface import Movie

_MILLISECOND = Fraction(1, 1000)
_SEGMENT, _INFO = 0x18538067, 0x1549A966
_CRC, _SCALE = b"\xbf\x84", b"\x2a\xd7\xb1\x83"
_NS = 1_000_000_000
_MOST_NS = (1 << 24) - 1
"""The muxer leaves three bytes for the length of a tick."""
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Ticks:
    """How a file counts."""

    length: int
    """Of a tick, nanoseconds."""

    @classmethod
    def of(cls, movie: Movie, muxer: str) -> Ticks | None:
        """Of a video written by a muxer; ``None``: as the muxer has it."""
        base = movie.coding.time_base
        length = base * _NS
        if muxer not in ("matroska", "webm") or base == _MILLISECOND or length.denominator > 1:
            return None
        parts = next((n for n in range(1, _HEAD) if length % n == 0 and length / n <= _MOST_NS), 0)
        return cls(int(length) // parts) if parts else None

    def count(self, packet: av.Packet[Any]) -> None:
        """Have the muxer take a packet's times as ticks."""
        for name in ("pts", "dts", "duration"):
            ticks = getattr(packet, name)
            if ticks is not None:
                setattr(packet, name, round(ticks * packet.time_base * _NS / self.length))
        packet.time_base = _MILLISECOND

    def state(self, path: Path) -> None:
        """Set the length of a tick in the written file's header.

        Raises:
            OSError: the file cannot be changed.
            OutputError: it has no such header.
        """
        with path.open("r+b") as file:
            head = bytearray(file.read(_HEAD))
            info = level_one(head, _INFO)
            at = -1 if info is None else head.find(_SCALE, info.inside, info.end)
            if info is None or at < 0:
                raise OutputError("the clock of the written file is not found.", path=path)
            at += len(_SCALE)
            head[at : at + 3] = self.length.to_bytes(3, "big")
            renew(head, info)
            file.seek(0)
            file.write(head)


def level_one(head: bytearray, kind: int) -> EbmlElement | None:
    """An element of the segment, in the beginning of a Matroska file."""
    data = bytes(head)
    at = 0
    while (element := element_at(data, at)) is not None:
        if element.id == kind:
            return element if element.end <= len(head) else None
        at = element.inside if element.id == _SEGMENT else element.end
        if at <= 0 or (element.open and element.id != _SEGMENT):
            return None
    return None


def renew(head: bytearray, element: EbmlElement) -> None:
    """Compute the checksum of an element anew, if it has one."""
    start, end = element.inside, element.end
    if head[start : start + 2] == _CRC:
        value = zlib.crc32(head[start + 6 : end])
        head[start + 2 : start + 6] = value.to_bytes(4, "little")
