"""The detectors behind ``--recall fast``, ``default`` and ``high``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, areas, by_score, clipped, intersections
from efface.detect.centerface import centerface
from efface.detect.closer import looked_closer
from efface.detect.fusion import fuse, grown, repeats
from efface.detect.harder import last_looks
from efface.detect.headcheck import head_check, head_odds
from efface.detect.interface import Detection, Detector, Findings, detections
from efface.detect.light import is_flat, stretched
from efface.detect.memory import return_freed_memory
from efface.detect.near import NearDetector, near_network
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.search import (
    NATIVE_FLOOR,
    SECOND_FLOOR,
    coarse_look,
    looks_at,
    second_look,
)
from efface.detect.tiling import Pyramid
from efface.detect.turned import TURNED_DISCOUNT, TURNED_MEGAPIXELS
from efface.detect.weighing import weighed
from efface.detect.yunet import yunet
from efface.policy import Recall

TURNED_THRESHOLD = INCLUDED_THRESHOLD + TURNED_DISCOUNT
"""YuNet's score from which a face seen in a turned picture counts. Lower ones find more sideways
heads and add a false box to every tenth upright crowd picture."""

SMALL_PX = 18
"""Height in pixels from which the head check is asked about what the looks are not sure of."""

HIDDEN_PX = 40
"""Height from which a lower probability is enough: there are many more places for a small false box
than for a large one."""

SHAPES = (0.35, 1.6)
"""Widths of faces, in their heights, that the head check is asked about and that are named as
doubtful. Of heads that lie, a box is wider than high; of a half face it is half as wide."""

DOUBTED = 0.3
"""Probability by the looks alone from which a place that is not covered is named as doubtful, …"""
DOUBTED_SHARE = 0.85
"""… and share of the probability with the head check from which it would have been covered."""


SURMISED_LOOKS = 0.25
"""What the head check adds is surmised where the looks give it no more than this probability. In a
video that alone is not believed: letters and windows stay where they are, look after look."""

PART = 0.33
"""What is surmised is a part of a face, and left out, if so much of it lies in one that is seen
well, and YuNet saw nothing: what the head check sees there is the head beside it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard one recall setting looks."""

    threshold: float
    """Probability of a face by the looks from which a box is reported whatever else is said."""
    weighed_threshold: float
    """Probability by the looks and the head check from which another one of ``SMALL_PX`` is, …"""
    hidden_threshold: float
    """… and the same for those of ``HIDDEN_PX`` or more."""
    closer_least: float
    """Probability by the looks from which a smaller one gets a closer look, and …"""
    closer_threshold: float
    """… probability after it from which it is reported."""
    fine_share: float
    """Share of a picture that is looked at twice as large."""
    fine_tiles: int
    """Tiles that are, in any case."""
    turned_threshold: float
    closer_from: tuple[float, float]
    """Scores of CenterFace and YuNet from which a candidate is worth a closer look. What only lower
    ones announce hardly ever reaches ``threshold`` afterwards, at a third more of the cost."""


EFFORTS: dict[Recall, Effort] = {
    "default": Effort(0.6, 0.49, 0.4, 0.25, 0.88, 0.3, 8, TURNED_THRESHOLD, (0.15, 0.25)),
    "high": Effort(
        0.24, 0.38, 0.27, 0.2, 0.88, 1.0, 12, TURNED_THRESHOLD - 0.15, (NATIVE_FLOOR, SECOND_FLOOR)
    ),
}

FAST_THRESHOLD = 0.25
"""YuNet's score from which the fast setting reports a box, …"""

FAST_SURE = 0.4
"""… from this one on in any case, and below it only …"""

FAST_HEAD = -2.5
"""… if the head check does not give it less than these log-odds: on the drawn crowds that leaves
out two thirds of the false boxes below ``FAST_SURE``, and three faces in two hundred of those."""

FAST_COARSE_SURE = 0.6
"""CenterFace's score from which it reports one whatever the head check says."""

FAST_COARSE_THRESHOLD = 0.3
"""CenterFace's, in the picture at a quarter of its size, or smaller, and below."""

FAST_COARSE_MEGAPIXELS = 0.5
"""Pictures are halved at least twice, and until they have at most this many, before CenterFace
looks: it is there for large faces, and costs five times as much a pixel as YuNet."""


class FastDetector:
    """The union of YuNet at the picture's own size and CenterFace in a small copy of it."""

    @property
    def name(self) -> str:
        """Models, backend and precision."""
        return f"{centerface().name} + {yunet().name} + {head_check().name}"

    def detect(
        self, picture: NDArray[np.uint8], second: Boxes | None = None
    ) -> tuple[Detection, ...]:
        """Faces in an RGB picture of shape (height, width, 3), upright, 0 to 255; best first."""
        return self.findings(picture, second).faces

    def findings(self, picture: NDArray[np.uint8], second: Boxes | None = None) -> Findings:
        """The same faces, and what was nearly taken for one."""
        pyramid = Pyramid(picture)
        first = max(2, pyramid.within(FAST_COARSE_MEGAPIXELS))
        coarse = coarse_look(pyramid, FAST_COARSE_THRESHOLD, first=first)
        yunets = second_look(pyramid, FAST_THRESHOLD) if second is None else second
        second = grown(yunets[yunets[:, 4] >= FAST_THRESHOLD])
        seen = np.concatenate([second, coarse])
        least = np.repeat([FAST_SURE, FAST_COARSE_SURE], [len(second), len(coarse)])
        kept = (head_odds(pyramid, seen) >= FAST_HEAD) | (seen[:, 4] >= least)
        first_ones = np.arange(len(seen)) < len(second)
        faces = joined(seen[kept & first_ones], seen[kept & ~first_ones])
        return _findings(_marked(faces), seen[~kept], picture)


@dataclass(frozen=True, slots=True)
class FirstOnes:
    """What the looks and the head check make of a picture."""

    faces: Boxes
    surmised: NDArray[np.bool_]
    """Which of them are faces by the word of the head check alone."""
    unclear: Boxes
    """Small ones that are worth a closer look; none of them repeats a face or another one."""
    near: Boxes
    """What was nearly taken for a face; they may repeat others."""


class FusedDetector:
    """CenterFace at several scales, joined with YuNet upright and turned; where both saw nothing,
    a few harder looks."""

    def __init__(self, effort: Effort) -> None:
        self._effort = effort

    @property
    def name(self) -> str:
        """Models, backend and precision."""
        return f"{centerface().name} + {yunet().name} + {head_check().name}"

    def detect(
        self, picture: NDArray[np.uint8], second: Boxes | None = None
    ) -> tuple[Detection, ...]:
        """Faces in an RGB picture of shape (height, width, 3), upright, 0 to 255; best first."""
        return self.findings(picture, second).faces

    def findings(self, picture: NDArray[np.uint8], second: Boxes | None = None) -> Findings:
        """The same faces, and what was nearly taken for one."""
        plain = Pyramid(picture)
        clear = Pyramid(stretched(picture)) if is_flat(picture) else plain
        second = second_look(plain, SECOND_FLOOR) if second is None else second
        faces, small, near = self._faces(clear, second, 0)
        closer = [small]
        upright = faces
        level = clear.within(TURNED_MEGAPIXELS)
        votes = []
        for turns in (1, 2, 3):
            found = second_look(clear, SECOND_FLOOR, quarter_turns=turns, level=level)
            if clear is not plain:  # what the rescan will look at
                also = second_look(plain, TURNED_THRESHOLD, quarter_turns=turns, level=level)
                found = joined(found, also)
            sure = _marked(grown(found[found[:, 4] >= self._effort.turned_threshold]), turns)
            votes.append((len(joined(upright, sure)) - len(upright), turns, found))
            faces[repeats(faces, sure), _SURMISED] = 0
            faces = joined(faces, sure)
        most, turns, found = max(votes, key=lambda vote: vote[:2])
        if most > len(upright):
            more, small, nearly = self._faces(clear, found, turns)
            faces, near = joined(faces, more), np.concatenate([near, nearly])
            closer.append(small)
        if not len(faces):
            faces = _marked(last_looks(plain))
        # Last, so that they keep no other look from being taken.
        for small in closer:
            faces = joined(faces, small)
        return _findings(faces, near, picture)

    def _faces(
        self, pyramid: Pyramid, second: Boxes, quarter_turns: int
    ) -> tuple[Boxes, Boxes, Boxes]:
        """Faces and small ones that a closer look adds, marked, and what was nearly taken for
        one."""
        first = self.first_ones(pyramid, second, quarter_turns)
        small = first.unclear.copy()
        small[:, 4] = looked_closer(pyramid, first.unclear, quarter_turns)
        small = small[small[:, 4] >= self._effort.closer_threshold]
        faces = _marked(first.faces, quarter_turns, first.surmised)
        return faces, _marked(small, quarter_turns), first.near

    def first_ones(self, pyramid: Pyramid, second: Boxes, quarter_turns: int = 0) -> FirstOnes:
        """What there is before anything is looked at more closely.

        Args:
            pyramid: the picture.
            second: what YuNet saw in it.
            quarter_turns: counter-clockwise, before looking.
        """
        effort = self._effort
        looks = looks_at(
            pyramid,
            second,
            fine_share=effort.fine_share,
            fine_tiles=effort.fine_tiles,
            closer_from=effort.closer_from,
            quarter_turns=quarter_turns,
        )
        fused = fuse(looks)
        boxes, sure = fused.boxes.copy(), fused.second >= INCLUDED_THRESHOLD
        boxes[sure, 4] = np.maximum(boxes[sure, 4], fused.second[sure])
        small, large = boxes[:, 3] < SMALL_PX, boxes[:, 3] >= HIDDEN_PX
        kept = sure | (boxes[:, 4] >= effort.threshold)
        both = np.zeros(len(boxes))
        shaped = _face_shaped(boxes)
        ask = ~kept & ~small & shaped
        both[ask] = weighed(pyramid, fused, ask, quarter_turns)
        enough = np.where(large, effort.hidden_threshold, effort.weighed_threshold)
        added = ~kept & (both >= enough)
        unclear = boxes[~kept & ~added & small & (boxes[:, 4] >= effort.closer_least)]
        boxes[:, 4] = np.maximum(boxes[:, 4], both)
        near = (fused.boxes[:, 4] >= DOUBTED) | (both >= DOUBTED_SHARE * enough)
        near &= ~kept & ~added & shaped
        surmised = added & (fused.boxes[:, 4] <= SURMISED_LOOKS)
        added &= ~(surmised & (fused.second == 0) & _lies_in(boxes, boxes[kept], PART))
        faces = np.concatenate([boxes[kept], boxes[added]])
        alone = np.concatenate([surmised[kept], surmised[added]])
        return FirstOnes(faces, alone, apart(faces, unclear), boxes[near])


def _face_shaped(boxes: Boxes) -> NDArray[np.bool_]:
    ratio = boxes[:, 2] / boxes[:, 3]
    return np.asarray((ratio >= SHAPES[0]) & (ratio <= SHAPES[1]))


def joined(faces: Boxes, more: Boxes) -> Boxes:
    """``faces`` and those of ``more`` that overlap none of them nor a better one of ``more``."""
    for box in by_score(more):
        if not repeats(box[None], faces).any():
            faces = np.concatenate([faces, box[None]])
    return faces


def apart(faces: Boxes, more: Boxes) -> Boxes:
    """Those of ``more`` that repeat no face, lie by half in none, and repeat nothing better."""
    rest = joined(faces, more)[len(faces) :]
    return np.asarray(rest[~_lies_in(rest, faces, 0.5)])


def _lies_in(boxes: Boxes, faces: Boxes, share: float) -> NDArray[np.bool_]:
    """Which boxes lie by that share of theirs in one of the faces."""
    return np.asarray(intersections(boxes, faces).max(axis=1, initial=0.0) >= share * areas(boxes))


_LIE, _SURMISED = 5, 6
"""Columns of marked boxes: quarter turns at which each was seen, and whether it is surmised."""


def _marked(
    boxes: Boxes, quarter_turns: int = 0, surmised: NDArray[np.bool_] | None = None
) -> Boxes:
    """Boxes with two more columns, shape (n, 7)."""
    marks = np.zeros(len(boxes)) if surmised is None else surmised
    return np.column_stack([boxes, np.full(len(boxes), quarter_turns), marks])


def _findings(faces: Boxes, near: Boxes, picture: NDArray[np.uint8]) -> Findings:
    """In the picture; what is doubtful overlaps no face, and nothing better that is doubtful.

    Args:
        faces: marked.
    """
    doubtful = _marked(apart(faces[:, :5], near))
    return Findings(_detections(faces, picture), _detections(doubtful, picture))


def _detections(marked: Boxes, picture: NDArray[np.uint8]) -> tuple[Detection, ...]:
    height, width = picture.shape[:2]
    found = by_score(clipped(marked, width, height))
    return detections(found[:, :5], found[:, _LIE].astype(int), found[:, _SURMISED] > 0)


def release_detectors() -> None:
    """Give the memory of the networks back until they run again: hundreds of megabytes."""
    for network in (centerface(), yunet(), head_check(), near_network()):
        network.release()
    return_freed_memory()


@cache
def face_detector(recall: Recall) -> Detector:
    """The detector of one recall setting; one a process."""
    return NearDetector(FastDetector() if recall == "fast" else FusedDetector(EFFORTS[recall]))
