"""Finding the faces of a whole video: watch, follow, join, draw."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from efface.detect.faces import face_detector
from efface.detect.tracking.circle import FLAT, Circle
from efface.detect.tracking.doubting import doubts
from efface.detect.tracking.drawing import DrawnFace, drawn, track, without_repeats
from efface.detect.tracking.following import Follower
from efface.detect.tracking.interface import SeenFrame
from efface.detect.tracking.joining import chains, dashes, denied, is_face, moments
from efface.detect.tracking.turns import Turns
from efface.detect.tracking.watching import DENSITIES, followed_part, watch
from efface.media.video.interface import Movie
from efface.policy import Recall
from efface.regions import Box, Track

GAP_S = 0.3
"""From this length on a stretch in which a face was followed and not seen is reported as a gap."""


@dataclass(slots=True)
class Found:
    """The faces of one video, and how they were found."""

    tracks: list[Track] = field(default_factory=list)
    """In the order in which they begin."""
    times: array[int] = field(default_factory=lambda: array("q"))
    """Timestamp of every frame, in ticks."""
    looks: Counter[str] = field(default_factory=Counter)
    """Frames by how they were looked at."""
    scenes: int = 0
    gaps: int = 0
    """Stretches in which a face was followed or bridged and not seen."""
    longest_gap_s: float = 0.0
    bridged: list[str] = field(default_factory=list)
    """Ids of the tracks with such a stretch: who is seen after it may be somebody else."""
    unseen: list[tuple[str, int, int]] = field(default_factory=list)
    """Those stretches: the track, and the first and last frame in which it was not seen."""
    doubtful: tuple[Box, ...] = ()
    """What was nearly taken for a face, where it was seen best; the likeliest first."""
    turned: dict[int, list[int]] = field(default_factory=dict)
    """By quarter turns: frames in which heads were seen that lie so, in order."""
    detector: str = ""


def find_tracks(
    movie: Movie,
    recall: Recall,
    *,
    allow_damaged: bool = False,
    known: Iterator[SeenFrame] | None = None,
    closer: Container[int] = (),
    tell: Callable[[SeenFrame], None] = lambda seen: None,
) -> Found:
    """Follow all faces of a video.

    Args:
        known: what an earlier run saw, in order.
        closer: frames to look at deeply whatever is known of them.
        tell: called for every frame, in order.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    found = Found(detector=face_detector(recall).name)
    rate = float(movie.coding.frame_rate)
    turns = Turns(float(movie.coding.time_base))
    found.turned = turns.frames

    def noted() -> Iterator[SeenFrame]:
        for seen in watch(
            movie,
            DENSITIES[recall],
            allow_damaged=allow_damaged,
            known=known,
            closer=closer,
            turns=turns,
        ):
            found.times.append(seen.pts)
            found.looks[seen.look] += 1
            found.scenes += seen.cut
            tell(seen)
            yield seen

    sphere = movie.sphere
    size = movie.size if sphere is None else (sphere.chart.width, sphere.chart.height)
    circle = Circle(float(size[0])) if sphere is not None and sphere.chart.wraps else FLAT
    follower = Follower(size, followed_part(movie), rate, turns, circle)
    paths = list(follower.paths(noted()))
    others = [path for path in paths if denied(path)]
    faces = [part for path in others for part in moments(path, rate)]
    sure = []
    for chain in chains([path for path in paths if not denied(path)], rate, circle):
        if is_face(chain):
            sure.append(chain)
        else:
            faces += [part for path in chain.paths for part in moments(path, rate)]
    faces += sure + dashes(sure, rate, circle)
    with_boxes = [drawn(chain, rate, len(found.times), size, circle) for chain in faces]
    shown = sorted(without_repeats(with_boxes), key=lambda face: (face.first, face.boxes[0, 0]))
    for number, face in enumerate(shown, start=1):
        found.tracks.append(track(f"t{number}", face, found.times, sphere))
        gaps = _gaps(face, rate)
        if gaps:
            found.gaps += len(gaps)
            longest = max(last + 2 - first for first, last in gaps)
            found.longest_gap_s = max(found.longest_gap_s, longest / rate)
            found.bridged.append(f"t{number}")
            found.unseen += [(f"t{number}", first, last) for first, last in gaps]
    found.doubtful = doubts(paths, shown, found.times)
    return found


def _gaps(face: DrawnFace, frame_rate: float) -> list[tuple[int, int]]:
    """First and last frame between sightings that are ``GAP_S`` or more apart."""
    seen = face.first + np.flatnonzero(~np.isnan(face.scores))
    return [
        (int(before) + 1, int(after) - 1)
        for before, after in pairwise(seen)
        if (after - before) / frame_rate >= GAP_S and after - before > 1
    ]
