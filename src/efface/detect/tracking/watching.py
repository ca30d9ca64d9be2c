"""Watching a video: every frame is decoded and held against the last one that was looked at; how it
is looked at follows from that.

* A full look every ``full_every_s``, at both sides of a cut, and in the first frame.
* A light look wherever something of the size of a face has changed since the last look.
* A deep look, as a photo gets, every ``deep_every_s`` and where a scene begins; more often in the
  dark, where it sees more than the others.

That choice depends on the frames alone, never on what was found, so that several frames can be
looked at at the same time. Each is looked at as it is, and turned as heads lie in the shot (turns).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.light import FLAT_RANGE, levels
from efface.detect.network import processors
from efface.detect.tracking.cuts import Cuts
from efface.detect.tracking.interface import Look, SeenFrame
from efface.detect.tracking.looking import Looked, and_turned, look_at, seen_in, shown, tried
from efface.detect.tracking.turns import SUDDEN_TRIED_S, TRIED_S, Turns
from efface.detect.turned import QUARTERS
from efface.media.file import Gray
from efface.media.video.interface import Movie, MovieFrame
from efface.policy import Recall

FOLLOWED_PX = 1000
"""Longer side of the luma pictures in which points are followed, at most."""

CHANGE = 14.0
"""Steps of 255 by which a pixel of the small picture that cuts are found in differs when something
changed."""

SUDDEN = 35.0
"""Steps by which a pixel lies beyond all of those around the same place in the frame before when
something appeared, and did not just move on; less in a picture of few levels, in proportion to
them, … All of 27 drawn faces that flash up for a few frames reach it (``bench/video``); what moves
by less than one of these pixels does not."""

LEAST_RANGE = 40
"""… down to so many, below which noise would do."""

_MAX_WORKERS = 4
IN_FLIGHT_MEGAPIXELS = 20.0
"""Frames of so many megapixels together are decoded and wait to be looked at: a deep look takes as
long as some dozen light ones, and the other workers go on meanwhile."""


@dataclass(frozen=True, slots=True)
class LookRate:
    """How often each look is taken."""

    full_every_s: float
    light_every_s: float
    """Light looks are at least so far from other looks, unless much changed at once."""
    deep_every_s: float
    dark_every_s: float
    """The same where the picture is dark or flat, and the second detector sees little."""
    recall: Recall
    """Which of the photo's searches a deep look is."""


DENSITIES: dict[Recall, LookRate] = {
    "fast": LookRate(0.8, 0.17, 10.0, 10.0, "fast"),
    "default": LookRate(0.4, 0.09, 5.0, 1.0, "default"),
    "high": LookRate(0.1, 0.0, 0.5, 0.5, "high"),
}


def watch(
    movie: Movie,
    density: LookRate,
    *,
    allow_damaged: bool = False,
    known: Iterator[SeenFrame] | None = None,
    closer: Container[int] = (),
    turns: Turns | None = None,
) -> Iterator[SeenFrame]:
    """What is seen in each frame, in order.

    Args:
        known: what an earlier run saw, in order; those frames are not looked at again.
        closer: frames that get a deep look whatever was known of them.
        turns: how heads lie in the shot at present; whoever follows them may add to it.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    workers = min(processors(), _MAX_WORKERS)
    width, height = movie.size
    waiting = IN_FLIGHT_MEGAPIXELS * 1e6 / (width * height)
    most = round(min(max(waiting, 2 * workers), 32))
    turns = turns or Turns(float(movie.coding.time_base))
    flying: deque[tuple[SeenFrame, Future[Looked] | Future[SeenFrame] | None]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="look") as pool:
        try:
            earlier = None if known is None else next(known, None)
            for frame, plan, trials in _planned(movie, density, allow_damaged):
                seen = plan
                while known is not None and earlier is not None and earlier.frame < frame.index:
                    earlier = next(known, None)
                if frame.index in closer:
                    seen = replace(plan, look="deep")
                elif earlier is not None and earlier.frame == frame.index:
                    known_look = replace(
                        earlier, pts=plan.pts, gray=plan.gray, cut=plan.cut, sphere=plan.sphere
                    )
                    flying.append((known_look, pool.submit(shown, frame, known_look)))
                    continue
                if seen.look == "none":
                    flying.append((seen, None))
                else:
                    guess = turns.living(seen.pts)
                    task = pool.submit(
                        look_at,
                        frame,
                        seen.look,
                        density.recall,
                        guess,
                        trials,
                        sphere=seen.sphere,
                    )
                    flying.append((seen, task))
                while len(flying) > most:
                    yield _landed(turns, *flying.popleft())
            while flying:
                yield _landed(turns, *flying.popleft())
        finally:
            for _, future in flying:
                if future is not None:
                    future.cancel()


def _landed(
    turns: Turns, plan: SeenFrame, future: Future[Looked] | Future[SeenFrame] | None
) -> SeenFrame:
    """What was seen in the next frame. Only now is it known how heads lie at its time: what was
    looked at on a guess is completed, or left out."""
    if plan.cut:
        turns.begin()
    if future is None:
        return plan
    seen = future.result()
    if isinstance(seen, Looked):
        wanted = {*turns.living(plan.pts), *seen.found}
        wanted |= {q for q in turns.suspected() if q not in wanted and tried(seen, q)}
        seen = seen_in(plan, and_turned(seen, wanted), wanted)
    turns.note_all(seen)
    return seen


def _planned(
    movie: Movie, density: LookRate, allow_damaged: bool
) -> Iterator[tuple[MovieFrame, SeenFrame, tuple[int, ...]]]:
    """Frames with the look they are to get, and the turns that are to be tried in them; one frame
    behind, to know of a cut that follows."""
    cuts = Cuts(movie)
    followed, sphere = followed_size(movie), movie.sphere
    tick = float(movie.coding.time_base)
    light_at = full_at = deep_at = tried_at = -np.inf
    tries = cycle(QUARTERS)
    last_cells: NDArray[np.int16] | None = None
    before: Gray | None = None
    waiting: tuple[MovieFrame, Gray, bool] | None = None

    def planned(
        held: tuple[MovieFrame, Gray, bool], cut_next: bool
    ) -> tuple[MovieFrame, SeenFrame, tuple[int, ...]]:
        nonlocal light_at, full_at, deep_at, tried_at, last_cells, before
        frame, small, cut = held
        now = frame.pts * tick
        cells = small.astype(np.int16)
        low, high = levels(small[..., None])
        dark = 0 < high - low < FLAT_RANGE
        least = SUDDEN * min(1.0, max(LEAST_RANGE, high - low) / FLAT_RANGE)
        sudden = before is None or appeared(small, before, least)
        look: Look = "none"
        if frame.damaged:
            look = "none"
        elif cut or now - deep_at >= (density.dark_every_s if dark else density.deep_every_s):
            look, full_at, deep_at = "deep", now, now
        elif cut_next or now - full_at >= density.full_every_s - tick / 2:
            look, full_at = "full", now
        elif changed(cells, last_cells) and (
            sudden or now - light_at >= density.light_every_s - tick / 2
        ):
            look = "light"
        before = small
        trials: tuple[int, ...] = ()
        if look == "deep":
            tried_at = now
        elif look == "full" and now - tried_at >= TRIED_S:
            trials, tried_at = (next(tries),), now
        elif look != "none" and sudden and now - tried_at >= SUDDEN_TRIED_S:
            trials, tried_at = QUARTERS, now
        if look != "none":
            last_cells, light_at = cells, now
        gray = _part(frame.gray(*followed), movie)
        seen = SeenFrame(frame.index, frame.pts, look, cut=cut, gray=gray, sphere=sphere)
        return frame, seen, trials

    for frame in movie.frames(allow_damaged=allow_damaged):
        gray = frame.gray(*cuts.size)
        cut = cuts.begins(gray)
        if waiting is not None:
            yield planned(waiting, cut)
        waiting = (frame, gray, cut)
    if waiting is not None:
        yield planned(waiting, True)


def followed_size(movie: Movie) -> tuple[int, int]:
    """(width, height) of the luma pictures in which points are followed."""
    width, height = movie.size
    halvings = 0
    while max(width, height) >> halvings > FOLLOWED_PX:
        halvings += 1
    return max(1, width >> halvings), max(1, height >> halvings)


def followed_part(movie: Movie) -> tuple[int, int]:
    """(width, height) of what of them is followed: with a view for each eye, the first."""
    width, height = followed_size(movie)
    stereo = "mono" if movie.sphere is None else movie.sphere.projection.stereo
    return width // (1 + (stereo == "left-right")), height // (1 + (stereo == "top-bottom"))


def _part(gray: Gray, movie: Movie) -> Gray:
    width, height = followed_part(movie)
    return np.ascontiguousarray(gray[:height, :width])


def changed(cells: NDArray[np.int16], earlier: NDArray[np.int16] | None) -> bool:
    """Whether a pixel is ``CHANGE`` steps of 255 from that of an earlier frame."""
    return earlier is None or bool(np.abs(cells - earlier).max() >= CHANGE)


def appeared(small: Gray, before: Gray, least: float) -> bool:
    """Whether a pixel is ``least`` steps of 255 above or below all of those around it in the frame
    before: an edge that moves on by a pixel changes as much as one that appears."""
    above = cv2.subtract(small, cv2.dilate(before, _AROUND))
    below = cv2.subtract(cv2.erode(before, _AROUND), small)
    return max(int(above.max()), int(below.max())) >= least


_AROUND = np.ones((3, 3), np.uint8)
