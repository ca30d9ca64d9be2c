"""Looking at a written video again with the second detector: everywhere now and then, and where a
track begins or ends or a scene is cut."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from efface.detect.interface import Detection
from efface.detect.rescan import RESCAN_THRESHOLD, rescan
from efface.detect.tracking.cuts import Cuts
from efface.media.video.interface import Frame, Movie
from efface.redact.interface import Zone
from efface.redact.moving import MovingZones
from efface.regions import Box, Regions

EVERY_S = 0.5
"""Any stretch is looked at so often."""

BEYOND = (1,)
"""So many frames before a track begins, and after it ends, are looked at."""

_IN_FLIGHT = 6


@dataclass(slots=True)
class Rescanned:
    """What the second detector saw in a written video."""

    frames: int = 0
    """Frames that were decoded: all of them."""
    looked: int = 0
    """Frames it looked at."""
    uncovered: list[tuple[int, Detection]] = field(default_factory=list)
    """(frame, face) that lies neither in a zone nor among the faces the user keeps."""


def rescan_video(
    frames: Iterable[Frame],
    movie: Movie,
    regions: Regions,
    zones: MovingZones,
    *,
    threshold: float = RESCAN_THRESHOLD,
) -> Rescanned:
    """Look at frames of a written video.

    Args:
        frames: all of them, decoded, in order.
        movie: the written video.
        regions: that it was written with.
        zones: that it was written with, and what stays visible.
        threshold: score from which a face counts, 0 to 1.
    """
    out = Rescanned()
    flying: deque[tuple[int, Future[tuple[Detection, ...]]]] = deque()

    def land() -> None:
        frame, future = flying.popleft()
        out.uncovered += [(frame, face) for face in future.result()]

    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="rescan") as pool:
        for frame, wanted in _chosen(frames, movie, _ends(regions)):
            out.frames += 1
            if not wanted:
                continue
            out.looked += 1
            index = frame.index
            flying.append(
                (index, pool.submit(_rescan, frame, zones.at(index), zones.kept(index), threshold))
            )
            if len(flying) > _IN_FLIGHT:
                land()
        while flying:
            land()
    return out


def _rescan(
    frame: Frame, zones: Sequence[Zone], kept: Sequence[Box], threshold: float
) -> tuple[Detection, ...]:
    return rescan(frame.picture(), frame.index, zones, kept, threshold)


def _ends(regions: Regions) -> set[int]:
    """Frames next to those in which a track lies."""
    out: set[int] = set()
    for track in regions.tracks:
        frames = [box.frame for box in track.boxes]
        out.update(min(frames) - away for away in BEYOND)
        out.update(max(frames) + away for away in BEYOND)
    return out


def _chosen(frames: Iterable[Frame], movie: Movie, ends: set[int]) -> Iterator[tuple[Frame, bool]]:
    """Frames, and whether to look at each; one frame behind, to know of a cut that follows."""
    cuts = Cuts(movie)
    tick = float(movie.coding.time_base)
    last = -float("inf")
    held: tuple[Frame, bool] | None = None

    def judged(frame: Frame, beside_cut: bool) -> tuple[Frame, bool]:
        nonlocal last
        now = frame.pts * tick
        due = now - last >= EVERY_S - tick / 2
        wanted = not frame.damaged and (due or beside_cut or frame.index in ends)
        if wanted:
            last = now
        return frame, wanted

    for frame in frames:
        cut = cuts.begins(frame.gray(*cuts.size))
        if held is not None:
            yield judged(held[0], held[1] or cut)
        held = frame, cut
    if held is not None:
        yield judged(held[0], True)
