"""The faces of one video, as regions."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from efface.detect.around import check_joined
from efface.detect.saved_analysis import Observations
from efface.detect.tracking.faces import Found, find_tracks
from efface.detect.tracking.interface import SeenFrame
from efface.events import Listener, StepStarted, ignore
from efface.media.video import open_video
from efface.media.video.interface import Movie
from efface.policy import Policy, Recall
from efface.regions import Regions


@dataclass(frozen=True, slots=True)
class WatchedVideo:
    """The regions of a video, and how they came about."""

    regions: Regions
    found: Found
    resumed: int = 0
    """Frames that an earlier, interrupted run had looked at."""


def watch_movie(
    movie: Movie,
    recall: Recall,
    *,
    allow_damaged: bool = False,
    observations: Observations | None = None,
    closer: Container[int] = (),
    listen: Listener = ignore,
) -> WatchedVideo:
    """Find and follow all faces of an opened video.

    Args:
        observations: where what was seen is kept, and found if an earlier run was interrupted.
        closer: frames to look at deeply whatever is known of them.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    known = None
    resumed = 0
    if observations is not None:
        resumed = observations.resume()
        known = observations.known() if resumed else None

    def tell(seen: SeenFrame) -> None:
        listen(StepStarted(movie.path, "detect", seen.frame, movie.expected_frames))
        if observations is not None:
            observations.add(seen)

    if movie.sphere is not None and not movie.sphere.projection.stated:
        first = next(iter(movie.frames(allow_damaged=allow_damaged)), None)
        if first is not None:
            check_joined(first.picture(), movie.sphere, movie.path)
    try:
        found = find_tracks(
            movie, recall, allow_damaged=allow_damaged, known=known, closer=closer, tell=tell
        )
    finally:
        if observations is not None:
            observations.close()
    media = movie.media(len(found.times))
    return WatchedVideo(Regions(media, tuple(found.tracks), found.doubtful), found, resumed)


def watch_file(
    path: Path, policy: Policy, *, allow_damaged: bool = False, listen: Listener = ignore
) -> tuple[Regions, Movie]:
    """Open a video and find its faces.

    Raises:
        InputError: it cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    movie = open_video(path, policy.limits, policy.video.track)
    watched = watch_movie(movie, policy.detect.recall, allow_damaged=allow_damaged, listen=listen)
    return watched.regions, movie


def seconds_of(movie: Movie, times: Sequence[int]) -> list[float]:
    """Seconds from the first frame, of every frame.

    Args:
        times: timestamps in ticks.
    """
    base = movie.coding.time_base
    return [float((pts - times[0]) * base) for pts in times]


def frame_times(
    movie: Movie, allow_damaged: bool, tell: Callable[[int], None] = lambda frame: None
) -> list[int]:
    """Timestamp of every frame in ticks, by decoding.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    out = []
    for frame in movie.frames(allow_damaged=allow_damaged):
        out.append(frame.pts)
        tell(frame.index)
    return out
