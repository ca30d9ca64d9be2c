"""Redacted places of a video, followed from one frame that is looked at to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.advise.finding.frame import SeenFace
from efface.geometry import Rect

GAP = 2
"""Frames looked at in which a place may be missing before it is another one."""

NEAR = 0.75
"""How far its middle moves at most between two of them, in its widths, and …"""

ALIKE = 1.6
"""… how much its width changes."""

WITHIN = 0.5
"""Share of the smaller one in the larger from which they are one, too: in a zone a detector sees
the face now and then, or two."""


@dataclass(slots=True)
class Followed:
    """One place."""

    best: SeenFace
    """As it was seen where that is surest."""
    frame: int
    """Where that was."""
    crop: NDArray[np.uint8]
    """What was seen there, RGB."""
    sightings: int
    """Frames looked at in which it was seen."""
    last: Rect
    last_look: int


class PlaceFollower:
    """Takes what is seen frame by frame."""

    def __init__(self, *, linked: bool) -> None:
        """
        Args:
            linked: a frame shows what the one before does, as in a video.
        """
        self._linked = linked
        self._looks = 0
        self.places: list[Followed] = []

    def add(self, frame: int, seen: Sequence[SeenFace], picture: NDArray[np.uint8]) -> None:
        """What one frame shows.

        Args:
            picture: RGB, the frame.
        """
        open_ones = [
            place
            for place in self.places
            if self._linked and self._looks - place.last_look <= GAP + 1
        ]
        here: list[Followed] = []
        for one in seen:
            box = one.box.clipped(picture.shape[1], picture.shape[0])
            if any(_nested(place.last, box) for place in here):
                continue
            near = [place for place in open_ones if _follows(place.last, box)]
            if near:
                place = min(near, key=lambda place: _distance(place.last, box))
                open_ones.remove(place)
                place.sightings += 1
                place.last, place.last_look = box, self._looks
            else:
                place = Followed(one, frame, _crop(picture, box), 1, box, self._looks)
                self.places.append(place)
            here.append(place)
            if _known(one) > _known(place.best):
                place.best, place.frame, place.crop = one, frame, _crop(picture, box)
        self._looks += 1


def _crop(picture: NDArray[np.uint8], box: Rect) -> NDArray[np.uint8]:
    return picture[box.y0 : box.y1, box.x0 : box.x1].copy()


def _known(one: SeenFace) -> tuple[bool, float, float]:
    """How well it is known what was done."""
    return one.redaction.kind != "unknown", one.redaction.sure, one.width_px


def _follows(last: Rect, box: Rect) -> bool:
    if _nested(last, box):
        return True
    wider = max(last.width, box.width) / max(min(last.width, box.width), 1)
    return wider <= ALIKE and _distance(last, box) <= NEAR * max(last.width, box.width)


def _nested(one: Rect, other: Rect) -> bool:
    return one.intersection(other).area >= WITHIN * min(one.area, other.area)


def _distance(one: Rect, other: Rect) -> float:
    return float(
        np.hypot(one.x0 + one.x1 - other.x0 - other.x1, one.y0 + one.y1 - other.y0 - other.y1) / 2
    )
