"""Times of frames on their way through an encoder and back onto its packets.

Most encoders take the input's own clock. Those of the MPEG-1, 2 and 4 family only know a few frame
rates and are told plain frame numbers, which are turned back into times afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av

from efface.media.video.facts import Facts

_COUNTING = frozenset({"mpeg1video", "mpeg2video", "mpeg4", "h263", "msmpeg4", "msmpeg4v2"})
_MPEG_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001),
                 (60, 1))
)  # fmt: skip
"""What MPEG-1 and MPEG-2 can state (ISO/IEC 13818-2, table 6-4)."""


class Clock:
    """Of one encoder."""

    def __init__(
        self, encoder: str, facts: Facts, times: Sequence[int], end: int | None = None
    ) -> None:
        """Choose the clock.

        Args:
            times: of the frames so far, in ticks of the input's time base; grows as they come.
            end: when the last frame has been shown, in ticks, from a container that does not
                state durations of its own: then each frame lasts until the next.
        """
        self._times, self._end = times, end
        self._base = facts.time_base
        self._counts = encoder in _COUNTING
        self.rate = _stateable(encoder, facts.frame_rate)
        """What the encoder is told, frames per second."""
        self.base = 1 / self.rate if self._counts else facts.time_base
        """Seconds per tick of the encoder."""
        self._step = max(round(1 / facts.frame_rate / facts.time_base), 1)
        self._lasting: dict[int, tuple[int, int]] = {}
        """Place and stated duration of the frames in the encoder, by their time in it."""

    def stamp(self, native: av.VideoFrame, index: int, pts: int) -> None:
        """Set a frame's time for the encoder."""
        mark = index if self._counts else pts
        self._lasting[mark] = index, native.duration
        native.pts, native.time_base = mark, self.base
        if self._counts:
            native.duration = 1

    def restore(self, packet: av.Packet[Any]) -> None:
        """Set a packet's times in the input's time base; encoders lose durations."""
        mark = packet.pts if packet.pts is not None else 0
        index, stated = self._lasting.pop(mark, (mark, 0))
        packet.duration = self._duration(index, stated)
        if self._counts:
            packet.pts = self._times[mark]
            first = packet.dts if packet.dts is not None else mark
            packet.dts = self._times[first] if first >= 0 else self._times[0] + first * self._step
        packet.time_base = self._base

    def _duration(self, index: int, stated: int) -> int:
        """Ticks."""
        if self._end is None:
            return stated
        if index + 1 < len(self._times):
            return self._times[index + 1] - self._times[index]
        rest = self._end - self._times[index]
        return rest if rest > 0 else stated


def _stateable(encoder: str, rate: Fraction) -> Fraction:
    if encoder in ("mpeg1video", "mpeg2video"):
        return min(_MPEG_RATES, key=lambda known: abs(known - rate))
    return rate.limit_denominator(1001) if encoder in _COUNTING else rate
