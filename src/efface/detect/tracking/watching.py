"""Watching a video: every frame is decoded and held against the last one that was looked at; how it
is looked at follows from that.

* A full look every ``full_every_s``, at both sides of a cut, and in the first frame.
* A light look wherever something of the size of a face has changed since the last look.
* A deep look, as a photo gets, every ``deep_every_s`` and where a scene begins; more often in the
  dark, where it sees more than the others.

The choice depends on the frames alone, never on what was found, so that several frames can be
looked at at the same time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, overlaps
from efface.detect.faces import face_detector, joined
from efface.detect.fusion import SAME_FACE
from efface.detect.light import is_flat
from efface.detect.network import processors
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.detect.tracking.cuts import Cuts
from efface.detect.tracking.interface import Look, Seen
from efface.media.interface import Picture
from efface.media.video.interface import Frame, Gray, Movie
from efface.policy import Recall

FOLLOWED_PX = 1000
"""Longer side of the luma pictures in which points are followed, at most."""

CHANGE = 14.0
"""Steps of 255 by which a pixel of the small picture that cuts are found in differs when something
changed."""

SUDDEN = 70.0
"""The same from one frame to the next when something appeared, and did not just move on."""

LIGHT_MEGAPIXELS = 0.3
"""A light look halves pictures until they have at most this many."""

SEEN_FLOOR = 0.15
"""Lowest score of the second detector that takes part in tracking."""

DIGITS = 3
"""Boxes and scores are rounded to so many digits, as they are kept for a run that goes on later."""

_MAX_WORKERS = 4
IN_FLIGHT_MEGAPIXELS = 20.0
"""Frames of so many megapixels together are decoded and wait to be looked at: a deep look takes as
long as some dozen light ones, and the other workers go on meanwhile."""


@dataclass(frozen=True, slots=True)
class Density:
    """How often each look is taken."""

    full_every_s: float
    light_every_s: float
    """Light looks are at least so far from other looks, unless much changed at once."""
    deep_every_s: float
    dark_every_s: float
    """The same where the picture is dark or flat, and the second detector sees little."""
    recall: Recall
    """Which of the photo's searches a deep look is."""


DENSITIES: dict[Recall, Density] = {
    "fast": Density(0.8, 0.17, 10.0, 10.0, "fast"),
    "default": Density(0.4, 0.09, 5.0, 1.0, "default"),
    "high": Density(0.1, 0.0, 0.5, 0.5, "high"),
}


def watch(
    movie: Movie,
    density: Density,
    *,
    allow_damaged: bool = False,
    known: Iterator[Seen] | None = None,
    closer: Container[int] = (),
) -> Iterator[Seen]:
    """What is seen in each frame, in order.

    Args:
        known: what an earlier run saw, in order; those frames are not looked at again.
        closer: frames that get a deep look whatever was known of them.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    workers = min(processors(), _MAX_WORKERS)
    width, height = movie.size
    waiting = IN_FLIGHT_MEGAPIXELS * 1e6 / (width * height)
    most = round(min(max(waiting, 2 * workers), 32))
    flying: deque[tuple[Seen, Future[Looked] | None]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="look") as pool:
        try:
            earlier = None if known is None else next(known, None)
            for frame, plan in _planned(movie, density, allow_damaged):
                seen = plan
                while known is not None and earlier is not None and earlier.frame < frame.index:
                    earlier = next(known, None)
                if frame.index in closer:
                    seen = replace(plan, look="deep")
                elif earlier is not None and earlier.frame == frame.index:
                    known_look = replace(earlier, pts=plan.pts, gray=plan.gray, cut=plan.cut)
                    flying.append((known_look, pool.submit(_shown, frame, known_look)))
                    continue
                if seen.look == "none":
                    flying.append((seen, None))
                else:
                    flying.append((seen, pool.submit(_look, frame, seen.look, density.recall)))
                while len(flying) > most:
                    yield _landed(*flying.popleft())
            while flying:
                yield _landed(*flying.popleft())
        finally:
            for _, future in flying:
                if future is not None:
                    future.cancel()


def _landed(seen: Seen, future: Future[Looked] | None) -> Seen:
    if future is None:
        return seen
    looked = future.result()
    return replace(
        seen,
        boxes=np.round(looked.boxes, DIGITS),
        deep=looked.deep,
        picture=looked.picture,
        shrunk=looked.shrunk,
    )


def _planned(movie: Movie, density: Density, allow_damaged: bool) -> Iterator[tuple[Frame, Seen]]:
    """Frames with the look they are to get; one frame behind, to know of a cut that follows."""
    cuts = Cuts(movie)
    followed = followed_size(movie)
    tick = float(movie.coding.time_base)
    look_at = full_at = deep_at = -np.inf
    last_cells: NDArray[np.int16] | None = None
    frame_cells: NDArray[np.int16] | None = None
    waiting: tuple[Frame, Gray, bool] | None = None

    def planned(held: tuple[Frame, Gray, bool], cut_next: bool) -> tuple[Frame, Seen]:
        nonlocal look_at, full_at, deep_at, last_cells, frame_cells
        frame, small, cut = held
        now = frame.pts * tick
        cells = small.astype(np.int16)
        dark = is_flat(small[..., None])
        look: Look = "none"
        if frame.damaged:
            look = "none"
        elif cut or now - deep_at >= (density.dark_every_s if dark else density.deep_every_s):
            look, full_at, deep_at = "deep", now, now
        elif cut_next or now - full_at >= density.full_every_s - tick / 2:
            look, full_at = "full", now
        elif changed(cells, last_cells) and (
            now - look_at >= density.light_every_s - tick / 2 or changed(cells, frame_cells, SUDDEN)
        ):
            look = "light"
        frame_cells = cells
        if look != "none":
            last_cells, look_at = cells, now
        return frame, Seen(frame.index, frame.pts, look, cut=cut, gray=frame.gray(*followed))

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


def changed(
    cells: NDArray[np.int16], earlier: NDArray[np.int16] | None, least: float = CHANGE
) -> bool:
    """Whether the mean of a cell is ``least`` steps of 255 from that of an earlier frame."""
    return earlier is None or bool(np.abs(cells - earlier).max() >= least)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look saw; the fields are those of ``Seen``."""

    boxes: Boxes
    deep: int
    picture: Picture
    shrunk: int


def _look(frame: Frame, look: Look, recall: Recall) -> Looked:
    halvings = _halvings(frame, look)
    picture = frame.picture(halvings)
    seen = second_look(Pyramid(picture), SEEN_FLOOR)
    seen[:, :4] *= 2**halvings
    if look != "deep":
        return Looked(seen, 0, picture, 2**halvings)
    found = face_detector(recall).detect(picture)
    faces = np.array([(d.x, d.y, d.width, d.height, d.score) for d in found]).reshape(-1, 5)
    alone = _more_than_seen(faces, seen)
    ordered = np.concatenate([faces[alone], faces[~alone]])
    return Looked(joined(ordered, seen), int(alone.sum()), picture, 1)


def _more_than_seen(faces: Boxes, seen: Boxes) -> NDArray[np.bool_]:
    """Which faces of a deep look are not just what the second detector was sure of: it reports
    those with that detector's score."""
    same = overlaps(faces, seen) >= SAME_FACE
    scores = np.where(same, seen[None, :, 4], 0.0).max(axis=1, initial=0.0)
    return np.asarray(faces[:, 4] > scores + 1e-6)


def _shown(frame: Frame, known: Seen) -> Looked:
    """What an earlier run saw, with the picture that it looked at."""
    halvings = _halvings(frame, known.look)
    return Looked(known.boxes, known.deep, frame.picture(halvings), 2**halvings)


def _halvings(frame: Frame, look: Look) -> int:
    return light_halvings(frame.native.width, frame.native.height) if look == "light" else 0


def light_halvings(width: int, height: int) -> int:
    """How often a light look halves a picture."""
    halvings = 0
    while width * height / 4**halvings > LIGHT_MEGAPIXELS * 1e6:
        halvings += 1
    return halvings
