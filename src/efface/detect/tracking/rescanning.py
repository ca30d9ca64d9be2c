"""Looking at a written video again with the second detector: everywhere now and then, and where a
scene is cut; beside the ends of tracks where their faces were; as it is, and turned as heads were
found to lie."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle

from efface.detect.interface import Detection
from efface.detect.rescan import RESCAN_THRESHOLD, TURNED, rescan
from efface.detect.tracking.cuts import Cuts
from efface.detect.tracking.ends import ends, parts
from efface.detect.tracking.looking import LIGHT_MEGAPIXELS
from efface.detect.turned import QUARTERS
from efface.geometry import Rect
from efface.media.video.interface import Movie, MovieFrame
from efface.regions import Box, Regions
from efface.sphere.picture import Sphere
from efface.zones.moving import MovingZones
from efface.zones.zone import Zone

EVERY_S = 0.5
"""Any stretch is looked at so often."""

NEAR_S = 1.0
"""Heads lie in a frame as they were found to lie so long before or after it, at most."""

TRIED_S = 2.0
"""One of the turns at which none was found is tried so often, in a small copy."""

_IN_FLIGHT = 6


@dataclass(slots=True)
class Rescanned:
    """What the second detector saw in a written video."""

    frames: int = 0
    """Frames that were decoded: all of them."""
    looked: int = 0
    """Frames that it looked at whole."""
    uncovered: list[tuple[int, Detection]] = field(default_factory=list)
    """(frame, face) that lies neither in a zone nor among the faces the user keeps."""


def rescan_video(
    frames: Iterable[MovieFrame],
    movie: Movie,
    regions: Regions,
    zones: MovingZones,
    *,
    threshold: float = RESCAN_THRESHOLD,
    turned: Mapping[int, Sequence[int]] | None = None,
    blank: bool = False,
) -> Rescanned:
    """Look at frames of a written video.

    Args:
        frames: all of them, decoded, in order.
        movie: the written video.
        regions: that it was written with.
        zones: that it was written with, and what stays visible.
        threshold: score from which a face counts, 0 to 1.
        turned: by quarter turns, frames in which heads were found that lie so, in order; left out
            when nobody has looked: then every look is at every turn.
        blank: look at frames with their zones black (``rescan`` says why).
    """
    out = Rescanned()
    turns = _Turns(movie, turned)
    flying: deque[tuple[int, Future[tuple[Detection, ...]]]] = deque()

    def land() -> None:
        frame, future = flying.popleft()
        out.uncovered += [(frame, face) for face in future.result()]

    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="rescan") as pool:
        for frame, wanted in _chosen(frames, movie, ends(regions)):
            out.frames += 1
            if wanted == []:
                continue
            out.looked += wanted is None
            index = frame.index
            look = partial(
                _rescan,
                threshold=threshold,
                turns=turns.of(frame),
                where=None if movie.sphere is not None else wanted,  # beside it on the sphere
                sphere=movie.sphere,
                blank=blank,
            )
            flying.append((index, pool.submit(look, frame, zones.at(index), zones.kept(index))))
            if len(flying) > _IN_FLIGHT:
                land()
        while flying:
            land()
    return out


def _rescan(
    frame: MovieFrame,
    zones: Sequence[Zone],
    kept: Sequence[Box],
    *,
    threshold: float,
    turns: Mapping[int, float],
    where: Sequence[Rect] | None,
    sphere: Sphere | None,
    blank: bool,
) -> tuple[Detection, ...]:
    look = partial(rescan, frame.picture(), frame.index, zones, kept, threshold, turns=turns)
    found = [
        look(part=part, sphere=sphere, blank=blank) for part in ([None] if where is None else where)
    ]
    return tuple(dict.fromkeys(face for faces in found for face in faces))


class _Turns:
    """At which turns each frame is looked at besides, and how large."""

    def __init__(self, movie: Movie, turned: Mapping[int, Sequence[int]] | None) -> None:
        self._turned = turned
        self._near = NEAR_S * float(movie.coding.frame_rate)
        self._tick = float(movie.coding.time_base)
        self._tries = cycle(QUARTERS)
        self._tried_at = -float("inf")

    def of(self, frame: MovieFrame) -> Mapping[int, float]:
        """Quarter turns, and the most megapixels of the copy in which each is looked at; frames
        come in order."""
        if self._turned is None:
            return TURNED
        out = {q: size for q, size in TURNED.items() if self._found(q, frame.index)}
        now = frame.pts * self._tick
        if now - self._tried_at >= TRIED_S:
            self._tried_at = now
            out.setdefault(next(self._tries), LIGHT_MEGAPIXELS)
        return out

    def _found(self, quarter_turns: int, frame: int) -> bool:
        frames = (self._turned or {}).get(quarter_turns, ())
        after = bisect_left(frames, frame - self._near)
        return after < len(frames) and frames[after] <= frame + self._near


def _chosen(
    frames: Iterable[MovieFrame], movie: Movie, beside: Mapping[int, Sequence[Box]]
) -> Iterator[tuple[MovieFrame, list[Rect] | None]]:
    """Frames, and the parts of each to look at (``None``: all of it); one frame behind, to know of
    a cut that follows.

    Args:
        beside: faces at the ends of tracks, by frame.
    """
    cuts = Cuts(movie)
    tick = float(movie.coding.time_base)
    last = -float("inf")
    held: tuple[MovieFrame, bool] | None = None

    def judged(frame: MovieFrame, beside_cut: bool) -> tuple[MovieFrame, list[Rect] | None]:
        nonlocal last
        if frame.damaged:
            return frame, []
        now = frame.pts * tick
        wanted = parts(beside.get(frame.index, ()), movie.size)
        if wanted is None or beside_cut or now - last >= EVERY_S - tick / 2:
            wanted, last = None, now
        return frame, wanted

    for frame in frames:
        cut = cuts.begins(frame.gray(*cuts.size))
        if held is not None:
            yield judged(held[0], held[1] or cut)
        held = frame, cut
    if held is not None:
        yield judged(held[0], True)
