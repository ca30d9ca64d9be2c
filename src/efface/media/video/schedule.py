"""When the coded pictures of a file are due, read from its packets before anything is shown.

Three things that a container does not say and a player gets by with are found here: a head that
refers to pictures before the file's beginning (recordings that were cut at any place, as of
surveillance and dash cameras), recordings that were joined by putting one file behind the other, so
that time begins anew, and two pictures at one time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.container import InputContainer

from efface.media.video.carried.indexed import packets_of
from efface.media.video.carried.interface import StreamJoint

_JUMP_S = Fraction(1, 2)
_BLAMED = 2
_MOST_LEADING = 64
"""So many packets after a key frame are looked at for pictures that are shown before it."""


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """A stretch of a file that was recorded in one go; packets are counted in coding order."""

    first: int
    """Its first packet."""
    start: int
    """Its first packet that can be decoded: a key frame."""
    earliest: int | None
    """Pictures that are coded after that and shown before this time (ticks, as the file has them)
    refer to what is not there; ``None``: there are none."""
    shift: Fraction
    """Seconds that its times are moved by, to come after those of the part before."""
    position: int
    """Offset in the file."""
    left_out: int
    """Pictures of its head that cannot be decoded."""

    def leaves_out(self, number: int, pts: int | None) -> bool:
        """A packet, by its number and its time as the file has it, cannot be decoded."""
        leads = self.earliest is not None and pts is not None and pts < self.earliest
        return number < self.start or leads


@dataclass(frozen=True, slots=True)
class Schedule:
    """Of one video stream."""

    parts: tuple[RecordedPart, ...]
    times: array[int]
    """When pictures are shown, in ticks and in order; empty where that is not known before they are
    decoded."""
    first_due: int
    """When the first packet is due to be decoded, ticks."""
    at_once: int
    """Most pictures that are due at one time."""
    even: bool
    """All are evenly spaced."""

    @property
    def left_out(self) -> int:
        """Pictures of heads that cannot be decoded."""
        return sum(part.left_out for part in self.parts)

    def part(self, number: int) -> RecordedPart:
        """That a packet belongs to."""
        place = bisect_right(self.parts, number, key=lambda part: part.first) - 1
        return self.parts[max(place, 0)]

    def ends_part(self, number: int) -> bool:
        """The packet is one of the last two before another recording: where the stream breaks off
        FFmpeg calls one of them damaged, whether it is or not."""
        return any(0 < part.first - number <= _BLAMED for part in self.parts[1:])

    def shift_at(self, position: int) -> Fraction:
        """Seconds that times at a place in the file are moved by."""
        place = bisect_right(self.parts, position, key=lambda part: part.position) - 1
        return self.parts[max(place, 0)].shift


@dataclass(frozen=True, slots=True)
class _Due:
    """One packet of the video."""

    number: int
    pts: int | None
    dts: int | None
    key: bool
    shown: bool
    """An edit list does not hide it."""
    damaged: bool
    """By the container."""


@dataclass(slots=True)
class _Stretch:
    """A part while it is read."""

    position: int
    anew: bool
    due: list[_Due] = field(default_factory=list)
    lead: list[av.Packet[Any]] = field(default_factory=list)
    """The first key frame, and the packets after it that are shown before it."""
    led: bool = False
    """``lead`` is complete."""
    spans: dict[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """When each track begins and ends, seconds."""

    def see(self, packet: av.Packet[Any], number: int) -> None:
        """Take the next packet of the video."""
        due = _Due(
            number,
            packet.pts,
            packet.dts,
            bool(packet.is_keyframe),
            not packet.is_discard,
            packet.is_corrupt,
        )
        self.due.append(due)
        if not self.lead:
            if due.key:
                self.lead.append(packet)
        elif not self.led:
            first = self.lead[0].pts
            leads = due.pts is not None and first is not None and due.pts < first and not due.key
            self.led = not leads or len(self.lead) > _MOST_LEADING
            if not self.led:
                self.lead.append(packet)

    def shown(self, part: RecordedPart) -> Iterator[int]:
        """The times of its pictures that are shown, as the file has them."""
        for due in self.due:
            if due.shown and due.pts is not None and not part.leaves_out(due.number, due.pts):
                yield due.pts

    def begins_after(self, before: _Stretch, video: int) -> bool:
        """It is another recording, not what follows upon a loss: all is counted anew, or its time
        is not the next."""
        if not self.due or not before.due or video not in self.spans or video not in before.spans:
            return False
        return self.anew or abs(self.spans[video][0] - before.spans[video][1]) > _JUMP_S

    def join(self, other: _Stretch) -> None:
        """Take what follows as one's own."""
        self.due += other.due
        if not self.lead:
            self.lead, self.led = other.lead, other.led
        for index, (start, end) in other.spans.items():
            self._widen(index, start, end)

    def span(self, packet: av.Packet[Any]) -> None:
        """Widen what a track spans by one packet."""
        due = packet.dts if packet.pts is None else packet.pts
        if due is not None:
            start = Fraction(due * packet.time_base)
            length = Fraction((packet.duration or 0) * packet.time_base)
            self._widen(packet.stream_index, start, start + length)

    def _widen(self, index: int, start: Fraction, end: Fraction) -> None:
        before = self.spans.get(index, (start, end))
        self.spans[index] = min(before[0], start), max(before[1], end)


def schedule_of(
    source: InputContainer,
    stream: av.VideoStream,
    joints: Sequence[StreamJoint],
    *,
    timed: bool,
    headless: bool,
) -> Schedule:
    """Read all packets of a file.

    Args:
        source: at its start; ``stream`` is set up to be decoded strictly by one thread.
        joints: where another recording can begin.
        timed: packets' presentation times mean something.
        headless: such files begin anywhere, and whole as they are; where others begin with what
            cannot be decoded, something is missing.
    """
    parts: list[RecordedPart] = []
    times: list[int] = []
    before: _Spans = {}
    first_due: list[int] = []
    for stretch in _read(source, stream, joints):
        shift = _shift(before, stretch.spans, parts[-1].shift) if parts else Fraction(0)
        part = _part(stretch, stream, shift, headless=headless)
        parts.append(part)
        before = stretch.spans
        moved = int(shift / Fraction(stream.time_base or 1))
        times += [pts + moved for pts in stretch.shown(part)]
        first_due += [due.dts for due in stretch.due[:1] if due.dts is not None]
    times.sort()
    steps = Counter(b - a for a, b in pairwise(times))
    return Schedule(
        tuple(parts),
        array("q", times if timed else ()),
        next(iter(first_due), 0),
        max(Counter(times).values(), default=1) if timed else 1,
        timed and len(steps) == 1,
    )


def _read(
    source: InputContainer, stream: av.VideoStream, joints: Sequence[StreamJoint]
) -> list[_Stretch]:
    """Those parts that have pictures, at least one."""
    out = [_Stretch(0, anew=False), *(_Stretch(j.position, anew=j.anew) for j in joints)]
    positions = [joint.position for joint in joints]
    at: dict[int, int] = {}
    number = 0
    streams: list[Any] = [stream]
    if joints:
        streams = [s for s in source.streams if s is stream or s.type in ("audio", "subtitle")]
    for packet in packets_of(source, *streams):
        index = packet.stream_index
        if packet.pos is not None:
            at[index] = max(at.get(index, 0), bisect_right(positions, packet.pos))
        stretch = out[at.get(index, 0)]
        if index == stream.index:
            stretch.see(packet, number)
            number += 1
        stretch.span(packet)
    parts = out[:1]
    for stretch in out[1:]:
        if stretch.begins_after(parts[-1], stream.index):
            parts.append(stretch)
        else:
            parts[-1].join(stretch)
    return parts


_Spans = Mapping[int, tuple[Fraction, Fraction]]


def _shift(before: _Spans, after: _Spans, shift: Fraction) -> Fraction:
    """By how much the times of a part have to be moved: as those before it if it comes after them
    then, else so far that no track overlaps."""
    needed = [before[i][1] + shift - after[i][0] for i in after if i in before]
    return shift if all(need <= shift for need in needed) else max(needed)


def _part(
    stretch: _Stretch, stream: av.VideoStream, shift: Fraction, *, headless: bool
) -> RecordedPart:
    due = stretch.due
    first = due[0].number if due else 0
    whole = RecordedPart(first, first, None, shift, stretch.position, 0)
    key = next((d for d in due if d.key), None)
    if key is None or not headless:
        return whole
    lead = [d for d in due if d.number < key.number + len(stretch.lead)]
    if any(d.damaged for d in lead):
        return whole
    head = sum(d.number < key.number for d in lead)
    earliest = None
    if len(stretch.lead) > 1 and not _all_decode(stretch.lead, stream):
        earliest = key.pts
        head += len(stretch.lead) - 1
    return RecordedPart(first, key.number, earliest, shift, stretch.position, head)


def _all_decode(lead: Sequence[av.Packet[Any]], stream: av.VideoStream) -> bool:
    """Whether a key frame and what is shown before it can be decoded from there on."""
    context = stream.codec_context
    frames: list[av.VideoFrame] = []
    try:
        for packet in (*lead, None):
            frames += context.decode(packet)
    except av.FFmpegError:
        return False
    finally:
        context.flush_buffers()
    return len(frames) == len(lead) and not any(frame.is_corrupt for frame in frames)
