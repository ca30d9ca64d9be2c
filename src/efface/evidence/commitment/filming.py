"""Going through a video once, for what can be committed to of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.cells import EDGE_PX, Cells
from efface.evidence.commitment.growing import CellGrid
from efface.evidence.commitment.movies import DIGEST_BYTES, GROUP, CommittedTrack, Film, ShownVideo
from efface.evidence.commitment.tree import Bytes
from efface.media.video.facts import StreamFacts, facts_of
from efface.media.video.grids import LOSSLESS
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.planes import PixelLayout, layout_of
from efface.media.video.sound import UnplayedPackets, copied, is_plain, open_tracks

LONG_SIDE = 16
"""Cells along the longer side: 120 pixels each at 1080p."""
EXACT_LONG_SIDE = 32
LEAST_PX = 16


def film(
    movie: Movie,
    *,
    exact: bool | None = None,
    allow_damaged: bool = False,
    see: Callable[[MovieFrame], None] = lambda _: None,
) -> Film:
    """A video, decoded once.

    Args:
        exact: as ``Filming`` has it.
        see: is shown every frame, too.
        allow_damaged: a frame that cannot be decoded whole counts as the solid one in its place.

    Raises:
        InputError: a frame is missing or cannot be decoded whole, or a track cannot be read.
    """
    filming = Filming(movie, exact=exact)
    for frame in movie.frames(allow_damaged=allow_damaged):
        filming.see(frame)
        see(frame)
    return filming.finish(allow_damaged=allow_damaged)


def cell_grid(movie: Movie, *, exact: bool) -> CellGrid:
    """How a video is cut into cells, whose pictures need not be seen for that.

    Args:
        exact: on samples, not on means.
    """
    coding = movie.coding
    size = coding.width, coding.height
    cells = Cells.of(size, EXACT_LONG_SIDE if exact else LONG_SIDE, LEAST_PX)
    layout, edge = layout_of(coding.pixel_format), 0 if exact else EDGE_PX
    return CellGrid(size, coding.orientation, layout, cells, edge)


class Filming:
    """Fed with every frame of a video, in order, by somebody who decodes it anyway."""

    def __init__(self, movie: Movie, *, exact: bool | None = None) -> None:
        """
        Args:
            exact: on samples, not on means: for a video that is written lossless, too. Unless said
                otherwise, that is one whose codec loses nothing.
        """
        self._movie = movie
        self._exact = movie.coding.codec in LOSSLESS if exact is None else exact
        self._cells = cell_grid(movie, exact=self._exact).cells
        self._frames = 0
        self._times: list[Fraction] = []
        self._facts: StreamFacts | None = None
        self._seen = bytearray()
        """Means frame by frame, or hashes group by group."""
        self._group: list[Any] = []
        """For each cell, the hash of what was seen of it in the group."""

    def see(self, frame: MovieFrame) -> None:
        """Take the next frame, before anything is painted into it."""
        if self._facts is None:
            with open_tracks(self._movie) as file:
                stream = file.streams[self._movie.coding.stream]
                self._facts = facts_of(self._movie, stream, frame)
        time = frame.pts * (frame.native.time_base or self._movie.coding.time_base)
        self._times.append(time)
        layout = layout_of(frame.native.format.name)
        parts = [layout.samples(frame.native, c) for c in layout.components]
        if layout.shift:
            parts = [part >> layout.shift for part in parts]
        if self._exact:
            if self._frames % GROUP == 0:
                self._end_group()
                self._group = [hashlib.sha256() for _ in range(self._cells.number)]
            self._hash(parts)
        else:
            means = [self._cells.means(part, layout.bits) for part in parts]
            self._seen += np.stack(means, axis=2).tobytes()
        self._frames += 1

    def _hash(self, parts: list[NDArray[Any]]) -> None:
        for part in parts:
            across, down = self._cells.edges(part.shape[1], part.shape[0])
            for cell, content in enumerate(self._group):
                row, column = divmod(cell, self._cells.columns)
                samples = part[down[row] : down[row + 1], across[column] : across[column + 1]]
                content.update(np.ascontiguousarray(samples))

    def _end_group(self) -> None:
        self._seen += b"".join(content.digest() for content in self._group)

    def finish(self, *, allow_damaged: bool = False) -> Film:
        """All that was seen, and the sound.

        Raises:
            InputError: a track cannot be read.
        """
        if self._facts is None:
            raise ValueError("expected at least one frame")
        facts, coding = self._facts, self._movie.coding
        layout = layout_of(facts.pixel_format)
        told = "".join(f"{time.numerator}/{time.denominator}\n" for time in self._times)
        if self._exact:
            self._end_group()
        return Film(
            ShownVideo(
                (coding.width, coding.height),
                coding.orientation,
                layout,
                (facts.primaries, facts.transfer, facts.matrix, facts.range_in_use),
                self._frames,
                hashlib.sha256(told.encode()).hexdigest(),
                tuple(time - self._times[0] for time in self._times),
                self._cells,
                self._payloads(layout),
                self._exact,
                _tracks(self._movie, allow_damaged),
            )
        )

    def _payloads(self, layout: PixelLayout) -> Bytes:
        """Shape (cells, groups, payload)."""
        seen = np.frombuffer(self._seen, np.uint8)
        groups = -(-self._frames // GROUP)
        if self._exact:
            return seen.reshape(groups, -1, DIGEST_BYTES).transpose(1, 0, 2)
        values = len(layout.components)
        means = np.zeros((groups * GROUP, self._cells.number, values), np.uint8)
        means[: self._frames] = seen.reshape(self._frames, -1, values)
        return means.transpose(1, 0, 2).reshape(self._cells.number, groups, GROUP * values)


def _tracks(movie: Movie, allow_damaged: bool) -> tuple[CommittedTrack, ...]:
    """The tracks beside the pictures, each with a hash of its packets; uncompressed sound of its
    samples, which readers part as they like."""
    with open_tracks(movie) as file:
        found: dict[int, Any] = {
            stream.index: stream
            for stream in file.streams
            if stream.type in ("audio", "subtitle") and stream.codec_context is not None
        }
        contents = {index: hashlib.sha256() for index in found}
        hidden = {index: UnplayedPackets() for index in found}
        for packet in copied(file, found, hidden, allow_damaged=allow_damaged):
            content = contents[packet.stream_index]
            if not is_plain(found[packet.stream_index]):
                content.update(packet.size.to_bytes(4, "big"))
            content.update(packet)
        return tuple(
            CommittedTrack(stream.type, stream.codec_context.name, contents[index].digest())
            for index, stream in found.items()
        )
