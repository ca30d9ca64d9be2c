"""Frames of a video as a filling may see them before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from efface.media.video.facts import facts_of
from efface.media.video.filled import PlaneFill
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.planes import layout_of
from efface.media.video.signal import signal_of
from efface.media.video.sound import open_tracks
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone


def surroundings_in(
    movie: Movie,
    frames: Collection[int],
    zones_at: Callable[[int], Sequence[Zone]],
    filling: Filling,
    *,
    allow_damaged: bool,
) -> Iterator[tuple[Sequence[Zone], Surroundings]]:
    """The zones of some frames and what surrounds them, the earliest first; in one pass that ends
    with the last of them. What it shows of a frame is what ``filling`` is shown when that frame is
    written.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    fill = None
    decoded = movie.frames(allow_damaged=allow_damaged)
    for frame in islice(decoded, max(frames, default=-1) + 1):
        if fill is None:
            fill = _fill_of(movie, frame, filling)
        if frame.index in frames:
            zones = zones_at(frame.index)
            frame.native.make_writable()
            yield zones, fill.surroundings(frame.native, zones)


def _fill_of(movie: Movie, first: MovieFrame, filling: Filling) -> PlaneFill:
    with open_tracks(movie) as file:
        facts = facts_of(movie, file.streams[movie.coding.stream], first)
    native = first.native
    size = native.width, native.height
    signal = signal_of(native.format.name, facts.matrix, facts.colour_range, *size)
    return PlaneFill.of(filling, layout_of(native.format.name), signal, movie.coding.orientation)
