"""From two files to the people in them: who is attacked, by which frames, with what left of them.

Cut-outs are all that is kept of a frame. A person is handed on as soon as their last frame was
seen, so that memory does not grow with the length of a video.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.context import FaceContext, surroundings
from efface.attack.interface import Look, Points
from efface.attack.landmarks import points_of
from efface.attack.leaks.interface import Changed
from efface.attack.looks import MARGIN, constant, look_at, zone_only
from efface.attack.operator import Operator
from efface.attack.operators.identify import identify
from efface.attack.pair import Both
from efface.attack.red_team.removal import Removal
from efface.attack.red_team.zones import (
    Zones,
    change,
    inner,
    share_of,
    whole,
    zone_about,
)
from efface.geometry import Grid, Rect
from efface.media.file import Picture
from efface.regions import Box, Track

FUSED_FRAMES = 50
"""Of a person, at most; what more frames add is little beside what they cost."""

MAIN_FRAMES = 3
"""Frames for attacks that look at single ones: the largest faces, apart from each other."""

_BLOCKS = Grid(16, 16)
"""JPEG's blocks with colour at half the size: identification takes them to begin at the corner of
what it is given."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A person's face in one frame."""

    frame: int
    time_s: float | None
    look: Look
    """As published: what lies outside the zone is still there. The operator is the true one."""
    only: Look
    """The same from the zone's pixels only."""
    untold: Look
    """That, for attackers who are not told the operator; one, so that what they guess is kept."""
    clear: NDArray[np.uint8]
    """The original's face, aligned, shape (CHIP_PX, CHIP_PX, 3)."""
    around: FaceContext
    """What surrounds the face, as published, without any zone."""
    marked: bool
    """Landmarks were found; otherwise they are derived from the box."""
    covered: float
    """Share of the face's box that the zone covers."""

    @property
    def size(self) -> float:
        """Of the face, in pixels."""
        return self.look.box.width * self.look.box.height


@dataclass(frozen=True, slots=True)
class Person:
    """One face of the original and everything the redacted file shows of it."""

    id: str
    sights: tuple[Sight, ...]
    """In order; never empty."""
    frames: int
    """In which the original shows the face."""
    unproven: str | None = "it was not looked at"
    """Why it is not proven that the face was removed from every frame; ``None``: it was."""
    noise_steps: float = 0.0
    """By how many steps of 255 lossy coding moved the fill, at most."""
    drawing: str | None = None
    """What is proven to be drawn over the face in every frame, and to follow from zones alone."""

    @property
    def removed(self) -> bool:
        """Whether every frame has one constant over the whole face, or one drawing."""
        return self.unproven is None

    @property
    def empty(self) -> bool:
        """Whether the zones are the same whoever is under them: of one colour, or drawn."""
        return self.constant or self.drawing is not None

    @property
    def main(self) -> tuple[Sight, ...]:
        """The most telling sights, the best first."""
        return most_telling(self.sights, MAIN_FRAMES)

    @property
    def best(self) -> Sight:
        """The most telling sight."""
        return self.main[0]

    @property
    def constant(self) -> bool:
        """Whether every zone has one colour."""
        return all(constant(sight.only) for sight in self.sights)


def most_telling(sights: Sequence[Sight], count: int) -> tuple[Sight, ...]:
    """The largest faces, those with landmarks first, none next to one that was taken.

    Args:
        count: how many at most.
    """
    order = sorted(sights, key=lambda s: (s.marked, s.size), reverse=True)
    apart = max(1, (sights[-1].frame - sights[0].frame) // (2 * count))
    taken: list[Sight] = []
    for sight in order:
        if len(taken) < count and all(abs(sight.frame - t.frame) >= apart for t in taken):
            taken.append(sight)
    return tuple(taken)


def sight_of(
    both: Both,
    box: Box,
    zone: Changed,
    points: Points | None = None,
    *,
    zones: NDArray[np.bool_] | None = None,
    fill: NDArray[np.bool_] | None = None,
) -> Sight:
    """One face in one frame of both files.

    Args:
        zones: everybody's, shape (height, width); this one alone when left out.
        points: shape (5, 2), in pixels of the frame; found in the original when left out.
        fill: pixels with the fill's colour, of the same shape, where removal is proven: zones side
            by side count as one, and what lies open between them is no evidence of this face.
    """
    mask = whole(inner(zone), both.redacted.shape[:2])
    if fill is not None and (mask & fill).any():
        mask &= fill
    marked = True
    if points is None:
        points, marked = points_of(both.original, box)
    operator = operator_of(both, mask, box)
    look = look_at(both.redacted, mask, box, points, operator)
    hidden = whole(zone, mask.shape) if zones is None else zones
    around = surroundings(both.redacted, hidden, points)
    clear = chip(both.original, points)
    covered = share_of(box, zone)
    only = zone_only(look)
    untold = replace(only, operator=None)
    return Sight(both.index, both.time_s, look, only, untold, clear, around, marked, covered)


def operator_of(both: Both, mask: NDArray[np.bool_], box: Box) -> Operator:
    """What was done to a zone, as an attacker knows it who knows everything.

    Args:
        mask: the zone, shape (height, width) of the frame.
        box: the face.

    Returns:
        In pixels of the frame.
    """
    height, width = mask.shape
    around = Rect.covering(box.x, box.y, box.width, box.height)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    part = (
        Rect(
            min(around.x0, int(columns[0])),
            min(around.y0, int(rows[0])),
            max(around.x1, int(columns[-1]) + 1),
            max(around.y1, int(rows[-1]) + 1),
        )
        .padded(round(box.width * MARGIN), round(box.height * MARGIN))
        .snapped(_BLOCKS)
        .clipped(width, height)
    )
    cut = (slice(part.y0, part.y1), slice(part.x0, part.x1))
    inside = both.redacted[cut][mask[cut]]
    if bool((inside == inside[0]).all()):
        return Operator("solid", colour=tuple(inside[0].tolist()))
    moved = replace(box, x=box.x - part.x0, y=box.y - part.y0)
    found = identify(both.original[cut], both.redacted[cut], mask[cut], moved)
    return found.moved(part.x0, part.y0)


def person_in(
    original: Picture, redacted: Picture, box: Box, points: Points | None = None, name: str = "t1"
) -> Person | None:
    """The person in one photo; ``None`` when nothing of their face was changed.

    Args:
        original: RGB, shape (height, width, 3).
        redacted: of the same shape.
        box: the face.
        points: shape (5, 2); found when left out.
    """
    both = Both(0, None, (lambda: original, lambda: redacted))
    found = change(original, redacted, [box])
    zone = zone_about(box, found)
    if zone is None:
        return None
    removal = Removal()
    fill = removal.see(box, zone, found, both)
    sights = (sight_of(both, box, zone, points, fill=fill),)
    return Person(name, sights, 1, removal.why_not, removal.noise_steps)


@dataclass(slots=True)
class _Following:
    """A person whose frames are being gone through."""

    track: Track
    wanted: frozenset[int]
    """Frames to be kept."""
    last: int
    frames: int
    sights: list[Sight] = field(default_factory=list)
    removal: Removal = field(default_factory=Removal)


class Census:
    """Goes through both files once and hands on each person after their last frame."""

    def __init__(self, tracks: Iterable[Track]) -> None:
        """
        Args:
            tracks: faces of the original that were meant to be covered.
        """
        self.zones = Zones()
        """Filled while ``people`` is gone through."""
        self.untouched: list[str] = []
        """Tracks of which no frame was changed; nothing of them can be attacked."""
        self._following = [_plan(track) for track in tracks]
        self._boxes: dict[int, list[tuple[_Following, Box]]] = {}
        for one in self._following:
            for box in one.track.every_box():
                self._boxes.setdefault(box.frame, []).append((one, box))

    def people(self, frames: Iterable[Both]) -> Iterator[Person]:
        """Everybody, each as soon as their last frame was seen."""
        for both in frames:
            here = self._boxes.pop(both.index, [])
            if here:
                self._look(both, here)
            for one, _ in here:
                if one.last == both.index:
                    yield from self._finished(one)

    def _look(self, both: Both, here: Sequence[tuple[_Following, Box]]) -> None:
        found = change(both.original, both.redacted, [box for _, box in here])
        height, width = found.moved.shape
        seen = []
        for one, box in here:
            if not box.touches(width, height):
                continue
            zone = zone_about(box, found)
            fill = one.removal.see(box, zone, found, both)
            if zone is not None:
                self.zones.add(both.index, zone)
                seen.append((one, box, zone, fill))
        everybody = np.zeros((height, width), bool)
        for _, _, zone, _ in seen:
            everybody |= whole(zone, (height, width))
        for one, box, zone, fill in seen:
            if both.index in one.wanted:
                one.sights.append(sight_of(both, box, zone, zones=everybody, fill=fill))

    def _finished(self, one: _Following) -> Iterator[Person]:
        if one.sights:
            removal = one.removal
            yield Person(
                one.track.id,
                tuple(one.sights),
                one.frames,
                removal.why_not,
                removal.noise_steps,
            )
        else:
            self.untouched.append(one.track.id)


def _plan(track: Track) -> _Following:
    """Which frames of a track are kept: spread evenly, and those in which it is largest."""
    boxes = sorted(track.every_box(), key=lambda box: box.frame)
    frames = sorted({box.frame for box in boxes})
    largest = sorted(boxes, key=lambda box: box.width * box.height, reverse=True)
    wanted = {box.frame for box in largest[:MAIN_FRAMES]}
    spread = np.linspace(0, len(frames) - 1, min(FUSED_FRAMES, len(frames)))
    for place in spread.round().astype(int).tolist():
        if len(wanted) < FUSED_FRAMES:
            wanted.add(frames[place])
    return _Following(track, frozenset(wanted), frames[-1], len(frames))
