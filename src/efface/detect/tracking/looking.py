"""One look at one frame: what is seen in it as it is, and turned as heads lie in its shot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from efface.detect.boxes import Boxes, no_boxes, overlaps
from efface.detect.faces import face_detector, joined
from efface.detect.fusion import SAME_FACE
from efface.detect.near import boxes_of, near_faces
from efface.detect.search import SECOND_FLOOR, second_look
from efface.detect.tiling import Pyramid
from efface.detect.tracking.closer import MOST
from efface.detect.tracking.interface import Look, SeenFrame
from efface.detect.tracking.turns import LIVES
from efface.detect.turned import QUARTERS, TURNED_DISCOUNT, Turned, gathered, turned_look
from efface.detect.unbent import Unbent
from efface.media.file import Picture
from efface.media.video.interface import MovieFrame
from efface.policy import Recall
from efface.sphere.picture import Sphere

LIGHT_MEGAPIXELS = 0.3
"""A light look halves pictures until they have at most this many."""

SURE = 0.5
"""Score from which what the second detector saw explains a near face."""

SEEN_FLOOR = 0.15
"""Lowest score of the second detector that takes part in tracking."""

DIGITS = 3
"""Boxes and scores are rounded to so many digits, as they are kept for a run that goes on later."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look saw, in pixels of the frame."""

    look: Look
    upright: Boxes
    picture: Picture
    shrunk: int
    """As those of ``SeenFrame``."""
    turned: dict[int, Boxes] = field(default_factory=dict)
    """By quarter turns: what was seen in the picture turned so, with scores less the discount."""
    faces: Boxes = field(default_factory=no_boxes)
    """Of a deep look; of a full one, the near ones."""
    surmised: Boxes = field(default_factory=no_boxes)
    """Of a deep look at what is not bent: faces by the word of their surroundings."""
    found: tuple[int, ...] = ()
    """Quarter turns at which the deep look or the trial look saw a head."""
    unbent: Unbent | None = None
    """The picture as it is looked at, where it lies on the sphere."""

    @property
    def shown(self) -> Picture:
        """What the networks see."""
        return self.picture if self.unbent is None else self.unbent.picture


def _bent(boxes: Boxes, unbent: Unbent | None) -> Boxes:
    """Boxes in what was looked at as boxes of the picture, or of its map."""
    return boxes if unbent is None else unbent.faces(boxes)


def look_at(
    frame: MovieFrame,
    look: Look,
    recall: Recall,
    turns: Collection[int] = (),
    trials: Collection[int] = (),
    *,
    sphere: Sphere | None = None,
) -> Looked:
    """Look at a frame.

    Args:
        look: how; not ``none``.
        recall: which of the photo's searches a deep look is.
        turns: quarter turns at which it is looked at as well.
        trials: those at which it is if a head is seen in a small copy of it.
        sphere: where the frame lies on the sphere; ``None``: it is flat.
    """
    halvings = _halvings(frame, look)
    picture = frame.picture(halvings)
    both = None if sphere is None else Unbent(picture, sphere)
    may_be_flat = sphere is not None and not sphere.projection.stated
    unbent = None if may_be_flat else both
    shown = picture if unbent is None else unbent.picture
    pyramid = Pyramid(shown)
    there = second_look(pyramid, SECOND_FLOOR if look == "deep" else SEEN_FLOOR)
    seen = _bent(there[there[:, 4] >= SEEN_FLOOR], unbent)
    if may_be_flat and both is not None:
        seen = joined(seen, both.faces(second_look(Pyramid(both.picture), SEEN_FLOOR)))
    seen[:, :4] *= 2**halvings
    looked = Looked(look, seen, picture, 2**halvings, unbent=unbent)
    if look == "deep":
        found = face_detector(recall).detect(shown, there)
        lie = tuple({d.quarter_turns for d in found} - {0})
        surmised = [d for d in found if d.surmised and sphere is None]
        sure = _bent(boxes_of([d for d in found if d not in surmised]), unbent)
        if may_be_flat and both is not None:
            also = boxes_of(face_detector(recall).detect(both.picture))
            sure = joined(sure, both.faces(also))
        looked = replace(looked, faces=sure, surmised=_unsure(boxes_of(surmised)), found=lie)
    elif look == "full":
        near = near_faces(pyramid, there[there[:, 4] >= SURE])
        looked = replace(looked, faces=_bent(near, unbent))
    more = [q for q in trials if q not in looked.found and tried(looked, q)]
    looked = replace(looked, found=(*looked.found, *more))
    return and_turned(looked, {*turns, *looked.found})


def and_turned(looked: Looked, turns: Collection[int]) -> Looked:
    """A look with what is seen in the picture turned, where that is not known yet."""
    missing = [q for q in QUARTERS if q in turns and q not in looked.turned]
    if not missing:
        return looked
    pyramid = Pyramid(looked.shown)
    turned = dict(looked.turned)
    for quarter_turns in missing:
        found = _bent(turned_look(pyramid, SEEN_FLOOR, quarter_turns), looked.unbent)
        found[:, :4] *= looked.shrunk
        turned[quarter_turns] = found
    return replace(looked, turned=turned)


def tried(looked: Looked, quarter_turns: int) -> bool:
    """Whether a head is seen in a small copy of the picture, turned."""
    pyramid = Pyramid(looked.shown)
    return len(turned_look(pyramid, LIVES, quarter_turns, LIGHT_MEGAPIXELS)) > 0


def seen_in(plan: SeenFrame, looked: Looked, turns: Collection[int]) -> SeenFrame:
    """What a look saw as it is and at some turns, each face once.

    Args:
        plan: the frame.
        turns: those that count; what others saw is left out, so that the outcome does not depend on
            what was looked at early.
    """
    turned = {q: looked.turned[q] for q in QUARTERS if q in turns and q in looked.turned}
    boxes, lie = gathered(looked.upright, turned)
    deep = 0
    if looked.look == "deep" or len(looked.faces):
        boxes, lie, deep = _with_faces(looked.faces, looked.surmised, boxes, lie)
    return replace(
        plan,
        boxes=np.round(boxes, DIGITS),
        deep=deep,
        turned=lie if lie.any() else None,
        picture=looked.picture,
        shrunk=looked.shrunk,
    )


def _with_faces(
    faces: Boxes, surmised: Boxes, seen: Boxes, lie: Turned
) -> tuple[Boxes, Turned, int]:
    """Faces of a deep look, those that the second detector alone would not be sure of first, and
    what else was seen. What is only surmised is not the other network's word."""
    known = np.concatenate([faces, surmised])
    same = overlaps(known, seen) >= SAME_FACE
    raw = seen[:, 4] + np.where(lie != 0, TURNED_DISCOUNT, 0.0)
    best = np.where(same, raw, 0.0).max(axis=1, initial=0.0)
    alone = (known[:, 4] > best + 1e-6) & (np.arange(len(known)) < len(faces))
    turned = np.zeros(len(known), np.int8)
    if len(seen):
        turned = np.where(same.any(axis=1), lie[np.where(same, raw, 0.0).argmax(axis=1)], 0)
    marked = np.column_stack([known, turned])
    ordered = np.concatenate([marked[alone], marked[~alone]])
    both = joined(ordered, np.column_stack([seen, lie]))
    return both[:, :5], both[:, 5].astype(np.int8), int(alone.sum())


def _unsure(boxes: Boxes) -> Boxes:
    """With scores below those for which a face is covered whatever else is said."""
    boxes[:, 4] = np.minimum(boxes[:, 4], MOST)
    return boxes


def shown(frame: MovieFrame, known: SeenFrame) -> SeenFrame:
    """What an earlier run saw, with the picture that it looked at."""
    halvings = _halvings(frame, known.look)
    return replace(known, picture=frame.picture(halvings), shrunk=2**halvings)


def _halvings(frame: MovieFrame, look: Look) -> int:
    return light_halvings(frame.native.width, frame.native.height) if look == "light" else 0


def light_halvings(width: int, height: int) -> int:
    """How often a light look halves a picture."""
    halvings = 0
    while width * height / 4**halvings > LIGHT_MEGAPIXELS * 1e6:
        halvings += 1
    return halvings
