"""Times of frames on their way through an encoder and back onto its packets.

Most encoders take the input's own clock. Those of the MPEG-1, 2 and 4 family only know a few frame
rates and are told plain frame numbers, which are turned back into times afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av

from efface.media.video.facts import StreamFacts
from efface.media.video.schedule import Schedule

_COUNTING = frozenset({"mpeg1video", "mpeg2video", "mpeg4", "h263", "msmpeg4", "msmpeg4v2"})
_MPEG_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001),
                 (60, 1))
)  # fmt: skip
"""What MPEG-1 and MPEG-2 can state (ISO/IEC 13818-2, table 6-4)."""


_MOST_DELAY = 5
"""Encoders here hold back fewer pictures than this."""
_SEEN_S = Fraction(1, 10)
"""A shorter time by which the last frame is cut off in some players is not noticed."""


class Clock:
    """Of one encoder."""

    def __init__(
        self,
        encoder: str,
        facts: StreamFacts,
        schedule: Schedule,
        times: Sequence[int],
        *,
        iso: bool,
        numbered: int | None = None,
    ) -> None:
        """Choose the clock.

        Args:
            times: of the frames so far, in ticks of the input's time base; grows as they come.
            iso: the container is MP4 or QuickTime, which states no durations but those between one
                frame and the next in coding order.
            numbered: of AVI, which numbers packets in coding order and shows the n-th frame so many
                places after the n-th packet.
        """
        self.numbered, self._packets = numbered, 0
        self._times, self._iso = times, iso
        held = iso and facts.end is not None
        self._end = round(facts.end / facts.time_base) if held and facts.end is not None else None
        self._base = facts.time_base
        self._counts = encoder in _COUNTING
        self.rate = _stateable(encoder, facts.frame_rate)
        """What the encoder is told, frames per second."""
        self._fine = 1 if self._counts else schedule.at_once
        self.base = 1 / self.rate if self._counts else facts.time_base / self._fine
        """Seconds per tick of the encoder. Frames at one time are told apart in it."""
        self._step = max(round(1 / facts.frame_rate / facts.time_base), 1)
        overhang = 0 if self._end is None else _overhang(schedule.times)
        self.in_order = overhang * facts.time_base > _SEEN_S
        """Frames have to be coded in the order in which they are shown."""
        self._latest: int | None = None
        self._mark = 0
        self._first_due = 0
        self._lasting: dict[int, tuple[int, int]] = {}
        """Place and stated duration of the frames in the encoder, by their time in it."""

    def stamp(self, native: av.VideoFrame, index: int, pts: int) -> None:
        """Set a frame's time for the encoder."""
        mark = index
        if not self._counts:
            mark = pts * self._fine
            while mark in self._lasting or (index and mark <= self._mark):
                mark += 1
        self._mark = mark
        self._lasting[mark] = index, native.duration
        native.pts, native.time_base = mark, self.base
        if self._counts:
            native.duration = 1

    def restore(self, packet: av.Packet[Any]) -> None:
        """Set a packet's times in the input's time base; encoders lose durations."""
        mark = packet.pts if packet.pts is not None else 0
        index, stated = self._lasting.pop(mark, (mark, 0))
        due = packet.dts if packet.dts is not None else mark
        if self._counts:
            due = self._times[due] if due >= 0 else self._times[0] + due * self._step
        elif self._fine > 1:
            due = due // self._fine - self._fine
        if self.numbered is not None:
            due = self._times[self._packets] - self.numbered
        self._packets += 1
        if self._latest is None:
            self._first_due = due
        elif self._fine > 1:
            due = max(due, self._latest + 1)
        self._latest = due
        packet.pts = self._times[index]
        if self.numbered is not None:  # the muxer wants it so; AVI does not state it
            packet.pts = max(packet.pts, due)
        packet.dts = min(due, packet.pts)  # of a single frame x265 does not know when it is due
        packet.duration = self._duration(index, stated)
        packet.time_base = self._base

    def close(self, packet: av.Packet[Any]) -> None:
        """Correct how long the last packet lasts. In MP4 and QuickTime files the track ends with
        it, though it may be shown before others."""
        if self._end is None or packet.pts is None or packet.dts is None:
            return
        rest = self._end - self._times[0] - (packet.dts - self._first_due)
        rest = min(rest, self._end - packet.pts)
        if rest > 0:
            packet.duration = rest

    def _duration(self, index: int, stated: int) -> int:
        """Ticks."""
        if not self._iso:
            return stated
        if index + 1 < len(self._times):
            return self._times[index + 1] - self._times[index]
        rest = stated if self._end is None else self._end - self._times[index]
        return rest if rest > 0 else stated


def _overhang(times: Sequence[int]) -> int:
    """By how many ticks a track could end before its pictures do if the encoder held pictures back:
    what is coded last is due for decoding before it is shown, by more where the last frames are
    further apart than the first."""
    return max(
        (
            times[-1] - times[-1 - delay] - (times[delay] - times[0])
            for delay in range(1, min(_MOST_DELAY, len(times)))
        ),
        default=0,
    )


def _stateable(encoder: str, rate: Fraction) -> Fraction:
    if encoder in ("mpeg1video", "mpeg2video"):
        return min(_MPEG_RATES, key=lambda known: abs(known - rate))
    return rate.limit_denominator(1001) if encoder in _COUNTING else rate
