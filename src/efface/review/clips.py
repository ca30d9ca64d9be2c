"""Frames of a video for the page, by their time: decoded as efface decodes them when it redacts.

A frame that is looked for by hand must be there at once: the newest seek wins, and what an earlier
one still waits for is given up. Frames that are asked for together, to be played or in case that
somebody steps back, are decoded in their order, so that each is decoded once.
"""

from __future__ import annotations

import contextlib
import threading
from array import array
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from efface.api.detection import Regions
from efface.api.policies import Policy
from efface.api.watching import MovieFrame, VideoLook, counted_at
from efface.errors import RefusedError, in_own_words
from efface.review.forms import ClipState, FrameTimes
from efface.review.pictures import PictureCache, encoded, picture_size

BEFORE_ALL = -(1 << 40)
"""A time before every frame, ticks."""

_AROUND = 1.6
"""Side of the square that is cut out around a box, in boxes."""


class ShownFrame(NamedTuple):
    """A picture of a frame, and the frame's time."""

    jpeg: bytes
    pts: int


class Clip:
    """One video that is open."""

    def __init__(
        self, look: VideoLook, cache: PictureCache, name: str, tell: Callable[[], None]
    ) -> None:
        """
        Args:
            name: in the cache.
            tell: is called once the time of every frame is known.
        """
        self.look = look
        self._cache, self._name = cache, name
        self._queue = _Queue()
        self._seeker, self._other = look.seeker(), look.seeker()
        self._cutting = threading.Lock()
        self._start = self._first()
        self._times: array[int] | None = None
        self._trouble: Exception | None = None
        self._counted = threading.Event()
        threading.Thread(target=self._count, args=(tell,), daemon=True).start()

    def state(self) -> ClipState:
        """When its frames are shown: of each, or as long as that is not known, by their rate."""
        width, height = self.look.size
        base = self.look.time_base
        step = max(round(1 / (self.look.frame_rate * base)), 1)
        times = self._times
        if times is None:
            told = FrameTimes(start=self._start, steps=((step, self.look.expected_frames - 1),))
        else:
            told = _told(times)
        return ClipState(
            width=width, height=height, tick_s=float(base), times=told, exact=times is not None
        )

    def times(self) -> array[int]:
        """Timestamp of every frame, ticks; waited for.

        Raises:
            EffaceError: they cannot be read.
        """
        self._counted.wait()
        if self._times is None:
            raise in_own_words(self._trouble or RuntimeError("no times"))
        return self._times

    def frame(self, pts: int, side_px: int, seek: int) -> ShownFrame | None:
        """The frame that is shown at a time.

        Args:
            side_px: longest side of its picture.
            seek: number of the seek that asks; while a higher one is there, this is given up.

        Returns:
            ``None``: given up.

        Raises:
            InputError: it cannot be decoded.
        """
        held = self._held(pts, side_px)
        if held is not None:
            return held
        with self._queue.turn(seek, pts) as mine:
            if not mine:
                return None
            held = self._held(pts, side_px)
            if held is not None:
                return held
            found = self._seeker.at(pts, lambda: self._queue.newest > seek)
        return None if found is None else self._shown(found, side_px)

    def roughly(self, pts: int, side_px: int) -> ShownFrame:
        """The key frame before a time, which is there sooner.

        Raises:
            InputError: it cannot be decoded.
        """
        with self._cutting:
            found = self._other.roughly(pts) or self._other.at(pts)
        assert found is not None
        return self._shown(found, side_px)

    def crop(self, pts: int, box: tuple[int, int, int, int], side_px: int) -> bytes:
        """What is around a box of a frame, as a JPEG.

        Args:
            box: x, y, width, height in pixels.

        Raises:
            RefusedError: it lies outside the picture.
            InputError: the frame cannot be decoded.
        """
        width, height = self.look.size
        side = min(round(max(box[2:]) * _AROUND), width, height)
        left = min(max(box[0] + box[2] // 2 - side // 2, 0), width - side)
        top = min(max(box[1] + box[3] // 2 - side // 2, 0), height - side)
        if side < 1:
            raise RefusedError("there is nothing in that place.")

        def made() -> bytes:
            with self._cutting:
                found = self._other.at(pts)
            assert found is not None
            return encoded(found.picture()[top : top + side, left : left + side], side_px)

        return self._cache.get((self._name, "crop", pts, left, top, side, side_px), made)

    def released(self, number: int, regions: Regions, policy: Policy, side_px: int) -> bytes:
        """A frame as it is filled, as a JPEG.

        Args:
            number: of the frame, from 0.

        Raises:
            EffaceError: it could not be filled.
        """
        times = self.times()
        if number >= len(times):
            raise RefusedError("there is no such frame.")
        with self._cutting:
            found = self._other.at(times[number])
        assert found is not None
        return encoded(self.look.released(found, number, regions, policy=policy), side_px)

    def give_up(self) -> None:
        """Whoever waits for a frame gets none."""
        self._queue.end()

    def close(self) -> None:
        """Let go of the file."""
        with self._cutting, self._queue.turn(1 << 62, 0):
            self._seeker.close()
            self._other.close()

    def _first(self) -> int:
        found = self._seeker.at(BEFORE_ALL)
        assert found is not None
        return found.pts

    def _count(self, tell: Callable[[], None]) -> None:
        try:
            self._times = self.look.times()
        except Exception as error:  # told to whoever asks for them
            self._trouble = error
        self._counted.set()
        tell()

    def _held(self, pts: int, side_px: int) -> ShownFrame | None:
        times = self._times
        there = times[counted_at(times, pts)] if times else pts
        jpeg = self._cache.held((self._name, "frame", there, side_px))
        return None if jpeg is None else ShownFrame(jpeg, there)

    def _shown(self, frame: MovieFrame, side_px: int) -> ShownFrame:
        halvings = picture_size(max(self.look.size), side_px)
        jpeg = encoded(frame.picture(halvings), side_px, fast=True)
        self._cache.hold((self._name, "frame", frame.pts, side_px), jpeg)
        return ShownFrame(jpeg, frame.pts)


def first_picture(look: VideoLook, side_px: int) -> bytes:
    """The first frame of a video, as a JPEG.

    Raises:
        InputError: it cannot be decoded.
    """
    with contextlib.closing(look.seeker()) as seeker:
        found = seeker.at(BEFORE_ALL)
        assert found is not None
        return encoded(found.picture(picture_size(max(look.size), side_px)), side_px, fast=True)


class _Queue:
    """Who may decode next: of those that belong to the newest seek, the earliest frame."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int, object]] = []
        self._busy = False
        self.newest = 0

    def turn(self, seek: int, pts: int) -> _Turn:
        """To be entered: says whether it is one's own turn, or one is given up."""
        return _Turn(self, seek, pts)

    def enter(self, seek: int, pts: int) -> bool:
        me = (seek, pts, object())
        with self._changed:
            self.newest = max(self.newest, seek)
            self._waiting.append(me)
            self._changed.notify_all()
            self._changed.wait_for(lambda: seek < self.newest or self._is_next(me))
            self._waiting.remove(me)
            if seek < self.newest:
                return False
            self._busy = True
            return True

    def end(self) -> None:
        """Everybody is given up."""
        with self._changed:
            self.newest = 1 << 62
            self._changed.notify_all()

    def leave(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()

    def _is_next(self, me: tuple[int, int, object]) -> bool:
        own = [one for one in self._waiting if one[0] == me[0]]
        return not self._busy and min(own, key=lambda one: one[1]) is me


class _Turn:
    def __init__(self, queue: _Queue, seek: int, pts: int) -> None:
        self._queue, self._seek, self._pts = queue, seek, pts
        self._mine = False

    def __enter__(self) -> bool:
        self._mine = self._queue.enter(self._seek, self._pts)
        return self._mine

    def __exit__(self, *_: object) -> None:
        if self._mine:
            self._queue.leave()


def _told(times: array[int]) -> FrameTimes:
    """Equal steps together."""
    steps: list[tuple[int, int]] = []
    for before, after in pairwise(times):
        step = after - before
        if steps and steps[-1][0] == step:
            steps[-1] = step, steps[-1][1] + 1
        else:
            steps.append((step, 1))
    return FrameTimes(start=times[0], steps=tuple(steps))
