"""Videos looked at by a person: single frames at any time, the faces in all of them, and what would
be covered: ``efface.watch``."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    path_from,
    policy_from,
    reading_policy,
    the_regions,
)
from efface.events import Listener, ignore
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.seeking import GivenUp, Seeker, counted_at, seeker
from efface.policy import Policy
from efface.regions import Media, Regions
from efface.workflow.watch import analysed, damaged_in, frame_as_released, open_movie, times_of

__all__ = ["GivenUp", "MovieFrame", "Seeker", "VideoFaces", "VideoLook", "counted_at", "watch"]


class VideoFaces(NamedTuple):
    """The faces of a video."""

    regions: Regions
    unseen: tuple[tuple[str, int, int], ...]
    """Stretches in which a face was followed or bridged and not seen: the track, the first frame
    and the last. Who is seen after one may be somebody else."""


class VideoLook:
    """A video that is open. It is only read, and pictures of it are only in memory."""

    def __init__(self, movie: Movie, policy: Policy) -> None:
        self._movie, self._policy = movie, policy

    @property
    def media(self) -> Media:
        """What file it is: its SHA-256, its size, and about how many frames it has.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        return self._movie.media()

    @property
    def format(self) -> str:
        """As a person says it: ``Matroska``."""
        return self._movie.format

    @property
    def size(self) -> tuple[int, int]:
        """Upright (width, height), pixels."""
        return self._movie.size

    @property
    def time_base(self) -> Fraction:
        """Seconds in one tick of a frame's time."""
        return self._movie.coding.time_base

    @property
    def frame_rate(self) -> Fraction:
        """Mean, frames per second."""
        return self._movie.coding.frame_rate

    @property
    def expected_frames(self) -> int:
        """About how many frames it has, by its index or its length."""
        return self._movie.expected_frames

    def times(self) -> array[int]:
        """Timestamp of every frame, in ticks. All packets are read for that; where those do not
        say it, all frames are decoded; those that cannot be decoded whole are among them.

        Raises:
            InputError: it cannot be read.
        """
        return times_of(self._movie)

    def damaged(self) -> tuple[int, ...]:
        """Numbers of the frames that cannot be decoded whole; all are decoded for that.

        Raises:
            InputError: it cannot be read.
        """
        return damaged_in(self._movie)

    def seeker(self) -> Seeker:
        """Leads to single frames. Of one thread at a time; to be closed.

        Raises:
            InputError: it cannot be read.
        """
        return seeker(self._movie)

    @contextmanager
    def faces(
        self, listen: Listener = ignore, *, allow_damaged: bool = False
    ) -> Iterator[VideoFaces]:
        """Find the faces. What was seen is kept on disk until the block ends well, for whoever
        looks again after an interruption.

        Args:
            listen: receives progress events; what it raises stops the analysis.
            allow_damaged: take a solid frame for one that cannot be decoded whole.

        Raises:
            InputError: a frame cannot be decoded whole.
        """
        with analysed(self._movie, self._policy, listen, allow_damaged=allow_damaged) as watched:
            yield VideoFaces(watched.regions, tuple(watched.found.unseen))

    def released(
        self,
        frame: MovieFrame,
        number: int,
        regions: GivenRegions,
        *,
        policy: GivenPolicy = None,
    ) -> NDArray[np.uint8]:
        """A frame as it is filled when the file is released with these regions, before it is
        encoded. No gate has looked at it, and a method that draws by lot draws anew each time.

        Args:
            number: of the frame, counted from the beginning.
            regions: of this video.
            policy: the one it was opened with when left out.

        Raises:
            RefusedError: they are of another file.
        """
        chosen = self._policy if policy is None else policy_from(policy)
        return frame_as_released(self._movie, frame, number, the_regions(regions), chosen)


def watch(path: AnyPath, *, policy: GivenPolicy = None) -> VideoLook:
    """Open a video, to look at it.

    Args:
        policy: what it may ask for, how hard faces are looked for, and how zones are filled; the
            defaults when left out.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled, or it is a photo.
    """
    chosen = reading_policy(policy)
    return VideoLook(open_movie(path_from(path), chosen), chosen)
