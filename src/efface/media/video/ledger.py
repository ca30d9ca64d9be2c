"""Packets that went into the decoder, pictures that came out, and what damage reached."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import av

_FAR = 20
"""A packet without a usable time is lost when a picture so many packets later has come out:
decoders reorder 16 pictures at most, and few threads are ahead."""
_KEPT_KEYS = 1024
_HEAD = 8
_MPEG4_EMPTY = 16
"""An MPEG-4 picture that only says "as before" is shorter, bytes."""


@dataclass(slots=True, eq=False)
class PacketEntry:
    """One packet, numbered in decoding order."""

    number: int
    pts: int | None
    dts: int | None
    key: bool
    damaged: bool
    """The container marks it as damaged."""
    size: int
    head: bytes
    interlaced: bool = False
    """Its picture came out and is interlaced."""


class Ledger:
    """Every packet must come out as one picture; damage reaches on to the next key frame."""

    def __init__(self, codec: str, *, by_count: bool) -> None:
        """``by_count``: packets' presentation times mean nothing (AVI with reordering)."""
        self._codec = codec
        self._by_count = by_count
        self._waiting: dict[int, PacketEntry] = {}
        self._count = 0
        self._keys: list[int] = []
        self._key_times: list[int | None] = []
        self._first_bad: dict[int, int] = {}
        self._last_out: PacketEntry | None = None

    def enter(self, packet: av.Packet[av.VideoStream]) -> PacketEntry:
        """Note a packet before it is decoded, and have its number come out as its picture's time:
        decoders hand times on, and nothing else that PyAV can read without risk."""
        entry = PacketEntry(
            self._count,
            None if self._by_count else packet.pts,
            packet.dts,
            packet.is_keyframe,
            packet.is_corrupt,
            packet.size,
            bytes(memoryview(packet)[:_HEAD]),
        )
        self._count += 1
        if entry.key:
            self._keys.append(entry.number)
            self._key_times.append(entry.pts)
            if len(self._keys) > 2 * _KEPT_KEYS:
                for number in self._keys[:_KEPT_KEYS]:
                    self._first_bad.pop(number, None)
                del self._keys[:_KEPT_KEYS], self._key_times[:_KEPT_KEYS]
        if not packet.is_discard:
            self._waiting[entry.number] = entry
        packet.pts = entry.number
        return entry

    def entry_of(self, native: av.VideoFrame) -> PacketEntry | None:
        """The packet that gave a picture; ``None`` when it gave one before."""
        return None if native.pts is None else self._waiting.get(native.pts)

    @property
    def packets(self) -> int:
        """How many packets there were."""
        return self._count

    def oldest(self) -> PacketEntry | None:
        """The first packet whose picture has not come out."""
        return next(iter(self._waiting.values()), None)

    def lost_before(self, entry: PacketEntry, pts: int) -> list[PacketEntry]:
        """A picture came out: the packets whose pictures should have come before it, by time."""
        self._waiting.pop(entry.number, None)
        lost = []
        for other in list(self._waiting.values()):
            if other.number > entry.number and other.pts is None:
                break
            late = other.number < entry.number - _FAR if other.pts is None else other.pts < pts
            if late:
                del self._waiting[other.number]
                if not self._shows_nothing(other):
                    lost.append(other)
        self._last_out = entry
        return sorted(lost, key=lambda e: (e.pts is not None, e.pts or 0))

    def lost_at_end(self) -> list[PacketEntry]:
        """The packets whose pictures never came out, by time."""
        lost = [e for e in self._waiting.values() if not self._shows_nothing(e)]
        self._waiting.clear()
        return sorted(lost, key=lambda e: (e.pts is None, e.pts or 0))

    def spoil(self, entry: PacketEntry) -> None:
        """What is decoded after it and before the next key frame is damaged, too."""
        key = self._key_before(entry.number)
        self._first_bad[key] = min(entry.number, self._first_bad.get(key, entry.number))

    def spoiled(self, entry: PacketEntry, pts: int) -> bool:
        """Whether damage reached this picture."""
        place = bisect_right(self._keys, entry.number) - 1
        key = self._keys[place] if place >= 0 else -1
        if self._first_bad.get(key, entry.number + 1) <= entry.number:
            return True
        time = self._key_times[place] if place >= 0 else None
        leads = time is not None and pts < time  # decoded after the key frame and shown before it
        return leads and (self._keys[place - 1] if place > 0 else -1) in self._first_bad

    def _key_before(self, number: int) -> int:
        place = bisect_right(self._keys, number) - 1
        return self._keys[place] if place >= 0 else -1

    def _shows_nothing(self, entry: PacketEntry) -> bool:
        """A packet that by its codec's rules gives no picture of its own."""
        head = entry.head
        if self._codec == "vp8":  # RFC 6386 9.1: show_frame
            return bool(head) and not head[0] >> 4 & 1
        if self._codec == "vp9":
            return _hidden_vp9(head)
        if self._codec == "mpeg4":
            return entry.size < _MPEG4_EMPTY
        if self._codec == "hevc" and self._last_out is None:
            return True  # ITU-T H.265 8.1.3: what leads the first picture is not output
        return (
            self._codec in ("h264", "mpeg2video", "vc1")
            and self._last_out is not None
            and self._second_field(entry)
        )

    def _second_field(self, entry: PacketEntry) -> bool:
        before = self._last_out
        return before is not None and before.interlaced and before.number == entry.number - 1


def _hidden_vp9(head: bytes) -> bool:
    """VP9 bitstream specification 6.2: show_existing_frame and show_frame."""

    def bits() -> Iterator[int]:
        for byte in head:
            for shift in range(7, -1, -1):
                yield byte >> shift & 1

    source = bits()
    if [next(source, 1), next(source, 1)] != [1, 0]:
        return False
    profile = next(source, 1) | next(source, 1) << 1
    if profile == 3:
        next(source, 1)
    if next(source, 1):
        return False
    next(source, 1)
    return next(source, 1) == 0
