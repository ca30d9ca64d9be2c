"""Following every face forwards from where it is seen, and back from where it was first seen.

In each frame that was looked at the candidates are matched to the faces of the last one, the sure
ones first, then the doubtful ones to the faces that are left (after ByteTrack, Zhang et al. 2022).
A face that matches none is followed by the points in it until it is seen again, has left the
picture, or is lost. Between two frames in which it was seen it moves straight. A face that was seen
often enough to be one is followed back from its first frame, through luma pictures that are kept
for that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import overlaps
from efface.detect.closeup import FACE_PX
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.asking import vouches
from efface.detect.tracking.circle import FLAT, Circle
from efface.detect.tracking.closer import Closer, closer_look, slants_to_try
from efface.detect.tracking.face import Face, saw
from efface.detect.tracking.interface import Path, SeenFrame
from efface.detect.tracking.matching import DOUBTFUL_GATE, SURE_GATE, matches
from efface.detect.tracking.trail import Trail, centre
from efface.detect.tracking.turns import Turns
from efface.detect.unbent import close_view
from efface.media.file import Gray, Picture

SURE = 0.5
"""Score from which a candidate is matched first, and may begin a face by itself."""

BEGINS = 0.3
"""Score from which an unmatched candidate begins a face, which later looks must confirm."""

AHEAD_S = 1.2
"""A face is followed for so long after it was last seen."""

BACK_S = 1.2
"""A face is followed back for so long before it was first seen."""

COAST_S = 0.5
"""A face whose points are lost goes on as it moved for so long, to be matched again."""

CONFIRMED = 2
"""Times a face must be seen before it is followed back, unless the rescan would report it."""

ENOUGH = 2
"""Times that the other network must have seen a face, so that it is asked no more; a deep look, in
which it sees the whole picture at several scales, counts as so many."""

SAME_PLACE = 0.15
"""A doubtful candidate that overlaps a face just seen this much is a part of it."""

LEFT_SHARE = 0.1
"""A box of which less than this lies in the picture has left it."""

CLOSER_PX = 20
"""Longer side, in the picture that was looked at, from which a face that is not seen is looked at
closer: smaller ones are often not seen there."""

UNAIDED = 4
"""So often a closer look alone is believed; then the other network must have seen a face too."""

CLOSER_INSIDE = 0.5
"""Share of it that must lie in the picture for that."""


class Follower:
    """Takes what was seen, frame by frame in order, and gives the paths of faces that are over."""

    def __init__(
        self,
        size: tuple[int, int],
        followed: tuple[int, int],
        frame_rate: float,
        turns: Turns | None = None,
        circle: Circle = FLAT,
    ) -> None:
        """
        Args:
            size: (width, height) of the upright picture.
            followed: (width, height) of the luma pictures.
            frame_rate: frames per second.
            turns: is told how heads lie that a closer look finds.
            circle: how places across the picture go on.
        """
        self._circle = circle
        self._before = np.array([circle.before_it(followed[0]), 0.0, 0.0, 0.0])
        self._turns = turns
        self._size = np.array(size, float)
        self._scale = np.array(followed, float) / self._size
        self._ahead = max(1, round(AHEAD_S * frame_rate))
        self._coast = max(1, round(COAST_S * frame_rate))
        self._grays: deque[tuple[int, Gray]] = deque(maxlen=max(2, round(BACK_S * frame_rate)))
        self._faces: list[Face] = []
        self._scene = 0
        self._waiting = 0
        """Frames through which nothing was followed yet."""

    def paths(self, frames: Iterable[SeenFrame]) -> Iterator[Path]:
        """Follow through all frames; a path comes as soon as its face is over."""
        for seen in frames:
            assert seen.gray is not None
            if seen.cut:
                yield from self._finished()
                self._scene += 1
            self._grays.append((seen.frame, self._circle.continued(seen.gray)))
            self._waiting += 1
            if seen.look != "none" or self._waiting == self._grays.maxlen:
                self._waiting = 1
                yield from self._step(seen)
        yield from self._finished()

    def _finished(self) -> Iterator[Path]:
        """The scene is over: follow everything to its last frame."""
        for face in self._faces:
            self._follow(face)
            yield face.path()
        self._faces = []
        self._grays.clear()

    def _step(self, seen: SeenFrame) -> Iterator[Path]:
        self._begin(seen, self._matched(seen))
        over = []
        for face in self._faces:
            self._follow(face)
            confirmed = face.times_seen >= CONFIRMED or face.scores[-1] >= INCLUDED_THRESHOLD
            if confirmed and not face.reached_back:
                self._reach_back(face)
            if self._is_over(face):
                over.append(face)
        for face in over:
            self._faces.remove(face)
            yield face.path()

    def _matched(self, seen: SeenFrame) -> list[int]:
        """Match candidates to faces; returns which of them matched none."""
        boxes, lie = seen.boxes, seen.lie
        sure = (boxes[:, 4] >= SURE) | (np.arange(len(boxes)) < seen.deep)
        left = list(self._faces)
        unmatched: list[int] = []
        for group, gate in (
            (np.flatnonzero(sure), SURE_GATE),
            (np.flatnonzero(~sure), DOUBTFUL_GATE),
        ):
            expected = np.array([face.expected(seen.frame) for face in left]).reshape(-1, 4)
            pairs = matches(expected, boxes[group], gate, self._circle)
            for i, j in pairs:
                box = self._circle.near(boxes[group[j]], left[i].expected(seen.frame))
                saw(left[i], seen.frame, box)
                left[i].aided = 0
                if boxes[group[j], 4] >= SURE:
                    left[i].slant = 90 * int(lie[group[j]])
                if group[j] < seen.deep:
                    left[i].deep += 1
                    left[i].asked += ENOUGH
                    left[i].vouched += ENOUGH
                _ask(left[i], seen)
            taken = {j for _, j in pairs}
            unmatched += [int(k) for j, k in enumerate(group) if j not in taken]
            left = [face for i, face in enumerate(left) if i not in {i for i, _ in pairs}]
        for face in left:
            self._miss(face, seen)
        return unmatched

    def _miss(self, face: Face, seen: SeenFrame) -> None:
        """Look closer where a face is not seen: as it lay, and then at other slants."""
        face.missed += 1
        if seen.picture is None or seen.sphere is not None:  # it has no picture that is not bent
            return
        if not self._worth_closer(face, seen.shrunk):
            return
        slants = slants_to_try(face.slant, face.missed, certain=face.times_seen > 1)
        if not slants or (slants == [0] and self._is_shown_large(face, seen.shrunk)):
            return
        self._follow(face)
        if self._share_inside(face.boxes[-1]) < CLOSER_INSIDE or self._is_taken(face, seen.frame):
            return
        closer = closer_look(seen.picture, face.boxes[-1] / seen.shrunk, slants)
        if closer is None or not _bears_out(face, seen.picture, closer):
            return
        del face.boxes[-1], face.scores[-1]  # where it was followed to in this frame
        face.unseen -= 1
        saw(face, seen.frame, np.append(closer.box * seen.shrunk, closer.score))
        if self._turns is not None and closer.slant == face.slant and not closer.slant % 90:
            self._turns.suspect(closer.slant // 90, seen)
        face.slant, face.aided = closer.slant, face.aided + 1

    def _is_shown_large(self, face: Face, shrunk: int) -> bool:
        """Whether a close-up would show it no larger than it was looked at."""
        return float(face.boxes[-1][2:].max()) >= FACE_PX * shrunk

    def _is_taken(self, face: Face, frame: int) -> bool:
        """Whether another face was seen in the place that a face was followed to."""
        here = [
            [*other.boxes[-1], 1.0]
            for other in self._faces
            if other is not face and other.last == frame and not other.unseen
        ]
        there = np.array([[*face.boxes[-1], 1.0]])
        return bool(here) and bool(overlaps(there, np.array(here)).max() > SAME_PLACE)

    def _worth_closer(self, face: Face, shrunk: int) -> bool:
        """Whether a face is known, and should be seen in a picture shrunk like that."""
        known = face.times_seen >= CONFIRMED or face.deep
        large = float(face.boxes[-1][2:].max()) >= CLOSER_PX * shrunk
        return bool(known and large) and self._share_inside(face.boxes[-1]) >= CLOSER_INSIDE

    def _begin(self, seen: SeenFrame, free: Sequence[int]) -> None:
        last = [f.boxes[-1] for f in self._faces if f.last == seen.frame]
        shown = np.array([[*self._circle.home(box), 1.0] for box in last])
        for k in free:
            box, is_deep = seen.boxes[k], k < seen.deep
            doubtful = box[4] < SURE and not is_deep
            if doubtful and len(shown) and overlaps(box[None], shown).max() > SAME_PLACE:
                continue
            if box[4] >= BEGINS or is_deep:
                face = Face(seen.frame, self._scene, [box[:4].copy()], [float(box[4])])
                face.asked = face.vouched = ENOUGH if is_deep else 0
                face.deep = int(is_deep)
                face.slant = 90 * int(seen.lie[k])
                self._faces.append(face)

    def _follow(self, face: Face) -> None:
        """Follow a face to the last frame there is."""
        last = face.last
        if last >= self._grays[-1][0]:
            return
        grays = [gray for frame, gray in self._grays if frame >= last]
        for before, after in pairwise(grays):
            if face.trail is None:
                face.trail = self._trail(before, face.boxes[-1], face.velocity)
            face.boxes.append(self._back(face.trail.step(before, after), face.boxes[-1]))
            face.scores.append(np.nan)
            face.velocity = face.trail.velocity
            face.unseen += 1

    def _trail(self, gray: Gray, box: NDArray[np.float64], velocity: NDArray[np.float64]) -> Trail:
        """In a luma picture that may be continued at both sides."""
        return Trail(gray, self._circle.home(box) + self._before, velocity, self._scale)

    def _back(self, box: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
        """A box of such a picture, as the next after another."""
        return self._circle.near(box - self._before, last)

    def _is_over(self, face: Face) -> bool:
        lost = face.trail is not None and face.trail.coasted > self._coast
        tired = face.unseen > self._ahead
        return lost or tired or self._share_inside(face.boxes[-1]) < LEFT_SHARE

    def _share_inside(self, box: NDArray[np.float64]) -> float:
        x, y, width, height = (float(v) for v in box)
        across = min(x + width, self._size[0]) - max(x, 0.0)
        along = min(y + height, self._size[1]) - max(y, 0.0)
        if self._circle.turn is not None:
            across = width
        return float(max(across, 0.0) * max(along, 0.0) / (width * height))

    def _reach_back(self, face: Face) -> None:
        """Follow a face from its first frame back."""
        face.reached_back = True
        grays = [gray for frame, gray in self._grays if frame <= face.first][::-1]
        if not grays:
            return
        velocity = np.zeros(2)
        if len(face.boxes) > 1:
            velocity = centre(face.boxes[0]) - centre(face.boxes[1])
        trail = self._trail(grays[0], face.boxes[0], velocity)
        reached: list[NDArray[np.float64]] = []
        for gray, earlier in pairwise(grays):
            box = self._back(trail.step(gray, earlier), reached[-1] if reached else face.boxes[0])
            if trail.coasted > self._coast or self._share_inside(box) < LEFT_SHARE:
                break
            reached.append(box)
        face.boxes[:0] = reached[::-1]
        face.scores[:0] = [np.nan] * len(reached)
        face.first -= len(reached)


def _bears_out(face: Face, picture: Picture, closer: Closer) -> bool:
    """Whether what closer looks alone go on seeing is a face by the word of the other network too,
    which is asked less often the longer that lasts."""
    count = face.aided + 1
    if count < UNAIDED or count & (count - 1):
        return True
    return vouches(picture, closer.box, closer.slant // 90)


def _ask(face: Face, seen: SeenFrame) -> None:
    """Ask the other network about a face that was just seen, less often the longer it is there."""
    if seen.picture is None or face.vouched >= ENOUGH or face.times_seen & (face.times_seen - 1):
        return
    face.asked += 1
    picture, box, lie = seen.picture, face.boxes[-1] / seen.shrunk, face.slant // 90
    if seen.sphere is not None:  # upright there, whichever way up a view showed it
        view = close_view(picture, seen.sphere, box)
        upright = vouches(view.pixels, view.box, 0)
        face.vouched += upright or (lie > 0 and vouches(view.pixels, view.box, lie))
        return
    face.vouched += vouches(picture, box, lie)
