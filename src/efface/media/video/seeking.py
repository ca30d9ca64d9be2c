"""Single frames of a video at any time, for somebody who looks at it: decoded as they are when all
frames are, from the key frame before.

Nothing is read but what a frame takes, so that a long video opens at once. Files in which a time
does not lead to a place (AVI whose pictures are reordered, recordings that were joined) are gone
through from the beginning instead.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from efface.errors import InputError
from efface.media.families import AVI, MPEG_TS
from efface.media.video.damage import HINT
from efface.media.video.frames import DecodedFrame
from efface.media.video.interface import Coding, Movie, MovieFrame
from efface.media.video.opening import AvMovie

FARTHER_S = (0, 1, 4, 16, 64)
"""How much earlier the next key frame is looked for where the one that was found comes too late;
after that, from the file's beginning."""

NEAR_S = Fraction(3, 2)
"""So far ahead the frames between are decoded, where nothing says whether a key frame is among
them."""

Opener = Callable[[], AbstractContextManager[tuple[InputContainer, av.VideoStream]]]
"""Opens the file, its video ready to be decoded."""


SKIPPED_S = Fraction(1, 2)
"""Up to so long before the frame that is wanted, pictures to which none refers are not decoded."""

UNCOUNTED = -1
"""Index of a frame that was not counted from the beginning."""

GivenUp = Callable[[], bool]


class Seeker(ABC):
    """Frames of one video by their time. Of one thread at a time."""

    @abstractmethod
    def at(self, pts: int, given_up: GivenUp = lambda: False) -> MovieFrame | None:
        """The frame that is shown at a time: the last that is due then or before, or the first.

        Args:
            pts: ticks of the video's time base.
            given_up: is asked between frames whether nobody wants it any more.

        Returns:
            The frame, its index ``UNCOUNTED`` where frames were left out; ``None``: given up.

        Raises:
            InputError: it cannot be decoded.
        """

    @abstractmethod
    def roughly(self, pts: int) -> MovieFrame | None:
        """The key frame that the frame of that time is coded from; ``None``: it takes as long as
        the frame itself.

        Raises:
            InputError: it cannot be decoded.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""


def seeker(movie: Movie) -> Seeker:
    """Whatever leads to the frames of a video.

    Raises:
        InputError: it cannot be read.
    """
    if not isinstance(movie, AvMovie):
        return Walker(movie)
    joined = movie.family is MPEG_TS and len(movie.schedule.parts) > 1
    untimed = movie.family is AVI and not movie.schedule.times
    return Walker(movie) if joined or untimed else Jumper(movie.path, movie.coding, movie.opened)


class Walker(Seeker):
    """From the beginning, on and on."""

    def __init__(self, movie: Movie) -> None:
        self._movie = movie
        self._frames: Iterator[MovieFrame] = iter(())
        self._here: MovieFrame | None = None
        self._next: MovieFrame | None = None

    def at(self, pts: int, given_up: GivenUp = lambda: False) -> MovieFrame | None:
        if self._here is None or pts < self._here.pts:
            self._frames = self._movie.frames(allow_damaged=True)
            self._here, self._next = next(self._frames), next(self._frames, None)
        while self._next is not None and self._next.pts <= pts:
            if given_up():
                return None
            self._here, self._next = self._next, next(self._frames, None)
        return self._here

    def roughly(self, pts: int) -> MovieFrame | None:
        return None

    def close(self) -> None:
        self._frames, self._here, self._next = iter(()), None, None


class Jumper(Seeker):
    """By the container's index."""

    def __init__(self, path: Path, coding: Coding, opener: Opener) -> None:
        """
        Args:
            path: of the file, for what is said of it.
            coding: of its video, as every frame must be.
            opener: opens it anew each time.
        """
        self._path, self._coding, self._opener = path, coding, opener
        self._stack = ExitStack()
        self._file, self._stream = self._stack.enter_context(opener())
        self._natives: Iterator[av.VideoFrame] | None = None
        self._here: av.VideoFrame | None = None
        """What came out last; ``None``: nothing since the place was changed."""
        self._ahead: av.VideoFrame | None = None
        self._all_from: int | None = None
        """From this time on every picture comes out."""

    def at(self, pts: int, given_up: GivenUp = lambda: False) -> MovieFrame | None:
        if not self._goes_on_to(pts):
            self._go(pts)
        self._all_from = pts - int(SKIPPED_S / self._coding.time_base)
        while True:
            if self._ahead is None and self._natives is not None:
                self._ahead = next(self._natives, None)
            ahead = self._ahead
            if ahead is None or (self._here is not None and (ahead.pts or 0) > pts):
                break
            self._here, self._ahead = ahead, None
            if ahead.pts == pts:
                break
            if given_up():
                return None
        if self._here is None:
            raise self._trouble()
        return self._frame(self._here)

    def roughly(self, pts: int) -> MovieFrame | None:
        packets = self._packets_from(pts)
        self._natives = self._here = self._ahead = None
        context = self._stream.codec_context
        context.skip_frame = "DEFAULT"
        try:
            natives = [*context.decode(next(packets)), *context.decode(None)]
        except (av.FFmpegError, StopIteration):
            natives = []
        context.flush_buffers()
        return self._frame(natives[0]) if natives and natives[0].pts is not None else None

    def close(self) -> None:
        self._natives = self._here = self._ahead = None
        self._stack.close()

    def _goes_on_to(self, pts: int) -> bool:
        """Whether it is quicker to decode on from here."""
        if self._here is None or self._here.pts is None or pts < self._here.pts:
            return False
        if self._all_from is not None and pts < self._all_from:
            return False  # it may have been left out
        if self._ahead is not None and pts < (self._ahead.pts or 0):
            return True
        index = self._stream.index_entries
        place = index.search_timestamp(pts, backward=True) if len(index) else -1
        if place >= 0:
            return index[place].timestamp <= self._here.pts
        return (pts - self._here.pts) * self._coding.time_base <= NEAR_S

    def _go(self, pts: int) -> None:
        self._natives = self._decoded(self._packets_from(pts))
        self._here = self._ahead = None

    def _packets_from(self, pts: int) -> Iterator[av.Packet[Any]]:
        """Packets from a key frame on that is shown at a time or before, or from the beginning."""
        for farther in FARTHER_S:
            there = pts - int(farther / self._coding.time_base)
            try:
                self._file.seek(there, backward=True, any_frame=False, stream=self._stream)
                packets = self._file.demux(self._stream)
                first = next((p for p in packets if p.is_keyframe and p.size), None)
            except av.FFmpegError:
                break
            if first is not None and first.pts is not None and first.pts <= pts:
                return _chained(first, packets)
        self._stack.close()
        self._file, self._stream = self._stack.enter_context(self._opener())
        return iter(self._file.demux(self._stream))

    def _decoded(self, packets: Iterator[av.Packet[Any]]) -> Iterator[av.VideoFrame]:
        """Whole pictures in the order in which they are shown; those that refer to what comes
        before the first packet are left out."""
        context = self._stream.codec_context
        floor: int | None = None
        for packet in packets:
            if floor is None:
                floor = packet.pts
            if not packet.size and packet.dts is not None:
                continue  # AVI: the picture before stays
            early = self._all_from is not None and (packet.pts or 0) < self._all_from
            context.skip_frame = "NONREF" if early else "DEFAULT"
            try:
                natives = context.decode(packet if packet.size else None)
            except av.FFmpegError:
                continue
            for native in natives:
                if native.pts is None or native.is_corrupt:
                    continue
                if floor is None or native.pts >= floor:
                    yield native

    def _frame(self, native: av.VideoFrame) -> MovieFrame:
        coding = self._coding
        same = (native.width, native.height) == (coding.width, coding.height)
        if not same or native.format.name != coding.pixel_format:
            raise self._trouble()
        return DecodedFrame(UNCOUNTED, native.pts or 0, native, coding, key=native.key_frame)

    def _trouble(self) -> InputError:
        return InputError("a frame cannot be decoded.", path=self._path, hint=HINT)


def _chained(first: av.Packet[Any], others: Iterator[av.Packet[Any]]) -> Iterator[av.Packet[Any]]:
    yield first
    yield from others


def counted_at(times: array[int], pts: int) -> int:
    """Index of the frame that is shown at a time.

    Args:
        times: timestamp of every frame, in ticks and in order.
    """
    return max(bisect_right(times, pts) - 1, 0)
