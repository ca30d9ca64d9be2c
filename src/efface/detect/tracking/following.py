"""Following every face forwards from where it is seen, and back from where it was first seen.

In each frame the candidates are matched to the faces of the last one, the sure ones first, then the
doubtful ones to the faces that are left (after ByteTrack, Zhang et al. 2022). A face that matches
none is followed by the points in it until it is seen again, has left the picture, or is lost. A
face that was seen often enough to be one is followed back from its first frame in the same way,
through luma pictures that are kept for that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, overlaps
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.asking import vouches
from efface.detect.tracking.flow import follow
from efface.detect.tracking.interface import Path, Seen
from efface.detect.tracking.matching import DOUBTFUL_GATE, SURE_GATE, matches
from efface.media.video.interface import Gray

SURE = 0.5
"""Score from which a candidate is matched first, and may begin a face by itself."""

BEGINS = 0.3
"""Score from which an unmatched candidate begins a face, which later looks must confirm."""

AHEAD_S = 1.2
"""A face is followed for so long after it was last seen."""

BACK_S = 1.2
"""A face is followed back for so long before it was first seen."""

ENOUGH = 2
"""Times that the other network must have seen a face, so that it is asked no more."""

SAME_PLACE = 0.15
"""A doubtful candidate that overlaps a face just seen this much is a part of it."""

CONFIRMED = 2
"""Times a face must be seen before it is followed back, unless the rescan would report it."""

LEFT_SHARE = 0.1
"""A box of which less than this lies in the picture has left it."""

PATCH = 16
"""Side of the pictures of faces that are compared, pixels."""

ALIKE = 0.5
"""Correlation from which a followed box still shows the face and not what passes before it."""

LEARNT = 0.2
"""Share by which the picture of a face follows its changes from frame to frame."""

GROWN = 1.3
"""A face is lost when it seems to have grown or shrunk by this factor since it was seen."""

COAST_S = 0.3
"""A face whose points are lost goes on as it moved for so long, to be matched again."""

SLOWING = 0.9
"""Share of its speed that it keeps from frame to frame meanwhile."""


@dataclass(slots=True, eq=False)
class _Face:
    """A face being followed."""

    first: int
    scene: int
    boxes: list[NDArray[np.float64]]
    scores: list[float]
    asked: int = 0
    vouched: int = 0
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    unseen: int = 0
    """Frames since it was last seen."""
    coasted: int = 0
    """Frames since its points were lost."""
    times_seen: int = 1
    patch: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """What it looked like when it was last seen."""
    seen_size: NDArray[np.float64] = field(default_factory=lambda: np.ones(2))
    """Width and height when it was last seen."""
    reached_back: bool = False

    @property
    def next(self) -> int:
        return self.first + len(self.boxes)

    def path(self) -> Path:
        return Path(
            self.first,
            np.array(self.boxes),
            np.array(self.scores),
            self.asked,
            self.vouched,
            self.scene,
        )


class Follower:
    """Takes what was seen, frame by frame in order, and gives the paths of faces that are over."""

    def __init__(self, size: tuple[int, int], followed: tuple[int, int], frame_rate: float) -> None:
        """
        Args:
            size: (width, height) of the upright picture.
            followed: (width, height) of the luma pictures.
            frame_rate: frames per second.
        """
        self._size = np.array(size, float)
        self._scale = np.array(followed, float) / self._size
        self._ahead = max(1, round(AHEAD_S * frame_rate))
        self._coast = max(1, round(COAST_S * frame_rate))
        self._grays: deque[tuple[int, Gray]] = deque(maxlen=max(2, round(BACK_S * frame_rate)))
        self._faces: list[_Face] = []
        self._scene = 0

    def paths(self, frames: Iterable[Seen]) -> Iterator[Path]:
        """Follow through all frames; a path comes as soon as its face is over."""
        for seen in frames:
            yield from self._step(seen)
        yield from (face.path() for face in self._faces)

    def _step(self, seen: Seen) -> Iterator[Path]:
        assert seen.gray is not None
        if seen.cut:
            yield from (face.path() for face in self._faces)
            self._faces = []
            self._grays.clear()
            self._scene += 1
        looked = seen.look != "none"
        if looked:
            free = self._matched(seen)
            self._begin(seen, free)
        self._follow_unseen(seen)
        self._grays.append((seen.frame, seen.gray))
        for face in self._faces:
            confirmed = face.times_seen >= CONFIRMED or face.scores[-1] >= INCLUDED_THRESHOLD
            if confirmed and not face.reached_back:
                self._reach_back(face)
        over = [face for face in self._faces if self._is_over(face)]
        for face in over:
            self._faces.remove(face)
            yield face.path()

    def _matched(self, seen: Seen) -> Boxes:
        """Match candidates to faces; returns those that matched none."""
        boxes = seen.boxes
        sure = (boxes[:, 4] >= SURE) | (np.arange(len(boxes)) < seen.deep)
        left = list(self._faces)
        unmatched: list[NDArray[np.float64]] = []
        for group, gate in (
            (np.flatnonzero(sure), SURE_GATE),
            (np.flatnonzero(~sure), DOUBTFUL_GATE),
        ):
            expected = np.array([_expected(face) for face in left]).reshape(-1, 4)
            pairs = matches(expected, boxes[group], gate)
            for i, j in pairs:
                _saw(left[i], boxes[group[j]])
                _ask(left[i], seen)
            taken = {j for _, j in pairs}
            unmatched += [boxes[k] for j, k in enumerate(group) if j not in taken]
            left = [face for i, face in enumerate(left) if i not in {i for i, _ in pairs}]
        return np.array(unmatched).reshape(-1, 5)

    def _begin(self, seen: Seen, free: Boxes) -> None:
        deep = {tuple(box) for box in seen.boxes[: seen.deep]}
        shown = np.array([[*face.boxes[-1], 1.0] for face in self._faces if face.unseen == 0])
        for box in free:
            is_deep = tuple(box) in deep
            doubtful = box[4] < SURE and not is_deep
            if doubtful and len(shown) and overlaps(box[None], shown).max() > SAME_PLACE:
                continue
            if box[4] >= BEGINS or is_deep:
                face = _Face(seen.frame, self._scene, [box[:4].copy()], [float(box[4])])
                self._faces.append(face)

    def _follow_unseen(self, seen: Seen) -> None:
        """Faces without a box in this frame get one by the points in them."""
        assert seen.gray is not None
        faces = [face for face in self._faces if face.next == seen.frame]
        if not faces:
            return
        before = self._grays[-1][1]
        moved = self._followed(before, seen.gray, np.array([face.boxes[-1] for face in faces]))
        for face, box in zip(faces, moved, strict=True):
            if face.unseen == 0:
                face.patch = self._patch(before, face.boxes[-1])
                face.seen_size = face.boxes[-1][2:]
            if face.coasted or not self._holds(face, seen.gray, box):
                face.coasted += 1
                face.velocity = face.velocity * SLOWING
            else:
                face.velocity = _centre(box) - _centre(face.boxes[-1])
            face.unseen += 1
            face.boxes.append(_expected(face) if face.coasted else box)
            face.scores.append(np.nan)

    def _followed(
        self, before: Gray, after: Gray, boxes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        scale = np.tile(self._scale, 2)
        return np.asarray(follow(before, after, boxes * scale) / scale)

    def _patch(self, gray: Gray, box: NDArray[np.float64]) -> NDArray[np.float32]:
        """What a box shows, without its mean and of unit length; shape (n,)."""
        centre, size = _centre(box) * self._scale, box[2:] * self._scale
        width, height = (max(2, round(float(v))) for v in size)
        shown = cv2.getRectSubPix(gray, (width, height), (float(centre[0]), float(centre[1])))
        small = cv2.resize(shown, (PATCH, PATCH), interpolation=cv2.INTER_AREA).ravel()
        plain = small.astype(np.float32) - small.mean()
        return np.asarray(plain / max(float(np.linalg.norm(plain)), 1e-3))

    def _holds(self, face: _Face, gray: Gray, box: NDArray[np.float64]) -> bool:
        """Whether a followed box still shows the face; what a face shows changes slowly."""
        if np.isnan(box[0]) or np.abs(np.log(box[2:] / face.seen_size)).max() > np.log(GROWN):
            return False
        patch = self._patch(gray, box)
        if float(patch @ face.patch) < ALIKE:
            return False
        mixed = face.patch + LEARNT * (patch - face.patch)
        face.patch = np.asarray(mixed / np.linalg.norm(mixed))
        return True

    def _is_over(self, face: _Face) -> bool:
        tired = face.unseen > self._ahead or face.coasted > self._coast
        return tired or self._share_inside(face.boxes[-1]) < LEFT_SHARE

    def _share_inside(self, box: NDArray[np.float64]) -> float:
        inside = np.minimum(box[:2] + box[2:], self._size) - np.maximum(box[:2], 0)
        return float(np.prod(np.maximum(inside, 0)) / np.prod(box[2:]))

    def _reach_back(self, face: _Face) -> None:
        """Follow a face from its first frame back."""
        face.reached_back = True
        grays = [(frame, gray) for frame, gray in self._grays if frame <= face.first]
        reached: list[NDArray[np.float64]] = []
        box, back = face.boxes[0], np.zeros(2)
        coasted = 0
        guide = _Face(face.first, face.scene, [box], [])
        guide.patch, guide.seen_size = self._patch(grays[-1][1], box), box[2:]
        if len(face.boxes) > 1:
            back = _centre(face.boxes[0]) - _centre(face.boxes[1])
        for (_, gray), (_, earlier) in zip(grays[::-1], grays[-2::-1], strict=False):
            moved = self._followed(gray, earlier, box[None])[0]
            if coasted or not self._holds(guide, earlier, moved):
                coasted += 1
                back = back * SLOWING
                moved = np.concatenate([box[:2] + back, box[2:]])
            else:
                back = _centre(moved) - _centre(box)
            box = moved
            if coasted > self._coast or self._share_inside(box) < LEFT_SHARE:
                break
            reached.append(box)
        face.boxes[:0] = reached[::-1]
        face.scores[:0] = [np.nan] * len(reached)
        face.first -= len(reached)


def _centre(box: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(box[:2] + box[2:4] / 2)


def _expected(face: _Face) -> NDArray[np.float64]:
    """Where a face should be in the next frame."""
    box = face.boxes[-1].copy()
    box[:2] += face.velocity
    return box


def _ask(face: _Face, seen: Seen) -> None:
    """Ask the other network about a face that was just seen, less often the longer it is there."""
    if seen.picture is None or face.vouched >= ENOUGH or face.times_seen & (face.times_seen - 1):
        return
    face.asked += 1
    face.vouched += vouches(seen.picture, face.boxes[-1] / seen.shrunk)


def _saw(face: _Face, box: NDArray[np.float64]) -> None:
    """Take a candidate as the face's next box."""
    last = face.boxes[-1]
    face.velocity = _centre(box) - _centre(last)
    _settle(face, box[:4])
    face.boxes.append(box[:4].copy())
    face.scores.append(float(box[4]))
    face.unseen = face.coasted = 0
    face.times_seen += 1


def _settle(face: _Face, box: NDArray[np.float64]) -> None:
    """Spread how far following was off, when the face is seen again, over the frames it was
    followed through."""
    if not face.unseen:
        return
    off = box - _expected(face)
    for k in range(1, face.unseen + 1):
        face.boxes[-k] = face.boxes[-k] + off * (1 - k / (face.unseen + 1))
