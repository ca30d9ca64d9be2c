"""Places that are covered although no face is near, followed from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from truth import Truth

from efface.geometry import Rect

SAME_PLACE = 0.2
"""Overlap (intersection over union) from which a zone goes on covering the same place."""

LOST = 3
"""Frames without a zone after which a place counts as left."""


@dataclass
class FarRun:
    """A place that was covered in frame after frame with no face near."""

    clip: str
    first: int
    last: int
    rect: Rect
    """Where, in the last frame."""
    rate: float

    @property
    def seconds(self) -> float:
        return (self.last - self.first + 1) / self.rate


class Places:
    """Places covered with no face near, linked from frame to frame whatever track covers them."""

    def __init__(self, truth: Truth) -> None:
        self._clip, self._rate = truth.clip, truth.rate[0] / truth.rate[1]
        self._cuts = frozenset(truth.cuts)
        self._open: list[FarRun] = []
        self._closed: list[FarRun] = []

    @property
    def all(self) -> list[FarRun]:
        return self._closed + self._open

    def add(self, frame: int, zones: Iterable[Rect]) -> None:
        going = [run for run in self._open if run.last >= frame - LOST]
        going = [] if frame in self._cuts else going
        self._closed += [run for run in self._open if run not in going]
        self._open = going
        for zone in zones:
            run = next((run for run in self._open if _overlap(run.rect, zone) >= SAME_PLACE), None)
            if run is None:
                self._open.append(FarRun(self._clip, frame, frame, zone, self._rate))
            else:
                run.last, run.rect = frame, zone


def _overlap(one: Rect, other: Rect) -> float:
    both = one.intersection(other).area
    return both / max(1, one.area + other.area - both)
