"""Going through a video once, for what can be committed to of it: a segment at a time."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.figures import FigurePool
from efface.evidence.commitment.format import DIGEST_BYTES
from efface.evidence.commitment.tracks import CommittedTrack
from efface.evidence.commitment.video import GROUP, SEGMENT, VideoGrid
from efface.media.video.facts import StreamFacts, facts_of
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.planes import PixelLayout
from efface.media.video.sound import open_tracks

Payloads = NDArray[Any]
"""Of a segment, shape (groups, rows, columns, payload): figures (uint16), or hashes of samples
(uint8)."""


class Filming:
    """One pass; what is in memory of a video are the payloads of one segment, and when its frames
    begin to show."""

    def __init__(self, movie: Movie, grid: VideoGrid) -> None:
        self._movie, self._grid = movie, grid
        self._sampler = _Digests(grid) if grid.exact else _Figures(grid)
        self._facts: StreamFacts | None = None
        self._first = Fraction(0)
        self._told = hashlib.sha256()
        self.starts: list[Fraction] = []
        """When each frame began to show, seconds from the first."""

    @property
    def frames(self) -> int:
        """Seen so far."""
        return len(self.starts)

    def segments(
        self,
        *,
        allow_damaged: bool = False,
        see: Callable[[MovieFrame], None] = lambda _: None,
    ) -> Iterator[Payloads]:
        """Decode the video.

        Args:
            allow_damaged: a frame that cannot be decoded whole counts as the solid one in its
                place.
            see: is shown every frame, too.

        Raises:
            InputError: a frame is missing or cannot be decoded whole.
        """
        groups: list[Payloads] = []
        for frame in self._movie.frames(allow_damaged=allow_damaged):
            self._time(frame)
            self._sampler.add(frame)
            see(frame)
            if self.frames % GROUP == 0:
                groups.append(self._sampler.take())
                if len(groups) == SEGMENT:
                    yield np.stack(groups)
                    groups = []
        if self.frames % GROUP:
            groups.append(self._sampler.take())
        if groups:
            yield np.stack(groups)

    def _time(self, frame: MovieFrame) -> None:
        time = frame.pts * (frame.native.time_base or self._movie.coding.time_base)
        if self._facts is None:
            with open_tracks(self._movie) as file:
                stream = file.streams[self._movie.coding.stream]
                self._facts = facts_of(self._movie, stream, frame)
            self._first = time
        self._told.update(f"{time.numerator}/{time.denominator}\n".encode())
        self.starts.append(time - self._first)

    def parameters(self, tracks: Sequence[CommittedTrack]) -> dict[str, Any]:
        """Of a commitment to what was seen.

        Args:
            tracks: of sound and subtitles.
        """
        if self._facts is None:
            raise ValueError("expected at least one frame")
        facts = self._facts
        return {
            **self._grid.parameters(),
            "frames": self.frames,
            "times": self._told.hexdigest(),
            "colour": [facts.primaries, facts.transfer, facts.matrix, facts.range_in_use],
            "tracks": [[track.kind, track.codec] for track in tracks],
        }


class _Sampler(ABC):
    """What is told of the frames of a group."""

    @abstractmethod
    def add(self, frame: MovieFrame) -> None:
        """The next frame, before anything is painted into it."""

    @abstractmethod
    def take(self) -> Payloads:
        """Of the frames since the last time, shape (rows, columns, payload)."""


class _Figures(_Sampler):
    def __init__(self, grid: VideoGrid) -> None:
        self._layout = grid.layout
        self._pool = FigurePool(grid.figures)

    def add(self, frame: MovieFrame) -> None:
        layout = self._layout
        main = layout.main
        components = [main, *(c for c in layout.components if c is not main)]
        self._pool.add([_in_8_bits(layout, layout.samples(frame.native, c)) for c in components])

    def take(self) -> Payloads:
        return self._pool.take()


class _Digests(_Sampler):
    def __init__(self, grid: VideoGrid) -> None:
        self._layout, self._leaves = grid.layout, grid.leaves
        self._group: list[Any] = []
        """For each leaf, the hash of what was seen of it."""

    def add(self, frame: MovieFrame) -> None:
        layout, leaves = self._layout, self._leaves
        if not self._group:
            self._group = [hashlib.sha256() for _ in range(leaves.number)]
        for component in layout.components:
            part = layout.samples(frame.native, component)
            if layout.shift:
                part = part >> layout.shift
            across, down = leaves.edges(part.shape[1], part.shape[0])
            for leaf, content in enumerate(self._group):
                row, column = divmod(leaf, leaves.columns)
                samples = part[down[row] : down[row + 1], across[column] : across[column + 1]]
                content.update(np.ascontiguousarray(samples))

    def take(self) -> Payloads:
        joined = b"".join(content.digest() for content in self._group)
        self._group = []
        leaves = self._leaves
        return np.frombuffer(joined, np.uint8).reshape(leaves.rows, leaves.columns, DIGEST_BYTES)


def _in_8_bits(layout: PixelLayout, samples: NDArray[Any]) -> NDArray[np.uint8]:
    low = layout.shift + layout.bits - 8
    return np.asarray(samples >> low if low else samples, np.uint8)
