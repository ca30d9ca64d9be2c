"""How well regions cover the faces of rendered clips, and how much else they cover.

A face-frame is one face in one frame in which a viewer sees it. It is missed when less than
``COVERED`` of the middle of its box (``MIDDLE`` of its width and height, cut at the picture's edge)
lies in zones. Zones are rectangles here, rounded ones too. ``score_folder.py`` is the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from places import FarRun, Places
from truth import XYWH, Face, Truth, events

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Regions, Track
from efface.regions.timeline import Timeline
from efface.zones.growth import zone_of

MIDDLE = 0.8
COVERED = 0.95

COUNTED_PX = 24
"""Height from which a face-frame counts in the totals."""

SIZES = ((16, 24), (24, 32), (32, 64), (64, 128), (128, 10_000))
"""Face heights in pixels, the second excluded."""

NEAR = 1.5
"""A zone is near a face when its middle lies in the face's grown box enlarged so many times."""

ZonesAt = Callable[[int], Sequence[Rect]]
Zoning = Callable[[Regions, ZonePolicy], ZonesAt]


def plain_zones(regions: Regions, policy: ZonePolicy) -> ZonesAt:
    """Each box grown by the policy, frame by frame."""
    timeline = Timeline(regions)
    size = regions.media.width, regions.media.height

    def at(frame: int) -> list[Rect]:
        shown = [(track, box) for track, box in timeline.at(frame) if track.action == "redact"]
        return [zone_of(track, box, policy, *size).rect for track, box in shown]

    return at


@dataclass
class Tally:
    """Face-frames, and how many of them were missed."""

    faces: int = 0
    missed: int = 0

    def add(self, missed: bool) -> None:
        self.faces += 1
        self.missed += missed


@dataclass(frozen=True)
class Miss:
    """A face-frame that was not covered."""

    clip: str
    frame: int
    face: str
    height: float
    yaw: float
    visible: float
    blur: float
    covered: float
    """Share of the middle of the box."""
    events: tuple[str, ...]


@dataclass
class Score:
    """Figures of one clip."""

    clip: str
    frames: int
    total: Tally = field(default_factory=Tally)
    """Face-frames from ``COUNTED_PX`` on."""
    by_size: dict[str, Tally] = field(default_factory=dict)
    by_event: dict[str, Tally] = field(default_factory=dict)
    """Face-frames from ``COUNTED_PX`` on; one may have several events."""
    excess: float = 0.0
    """Share of the picture that is covered beyond the grown true faces, mean over frames."""
    misses: list[Miss] = field(default_factory=list)
    far: list[FarRun] = field(default_factory=list)
    """Longer than a second."""


def score(
    truth: Truth,
    regions: Regions,
    *,
    policy: ZonePolicy | None = None,
    zoning: Zoning = plain_zones,
) -> Score:
    """Score one clip.

    Args:
        truth: what is in it.
        regions: what was found.
        policy: how the zones of ``regions`` grow; true faces grow by the default policy.
        zoning: turns regions into the zones of each frame.

    Raises:
        ValueError: the regions are those of a clip of another size or length.
    """
    media = regions.media
    if (media.width, media.height, media.frames) != (truth.width, truth.height, truth.frames):
        raise ValueError(f"the regions of {truth.clip} are not those of this clip: {media}")
    zones_at = zoning(regions, policy or ZonePolicy())
    out = Score(truth.clip, truth.frames)
    runs = Places(truth)
    canvas = np.zeros((truth.height, truth.width), np.uint8)
    excess = 0.0
    for frame in range(truth.frames):
        zones = zones_at(frame)
        faces = list(truth.at(frame))
        for face, k in faces:
            if face.shown[k]:
                _judge(out, truth, face, k, zones)
        grown = [_grown(truth, face.box[k]) for face, k in faces]
        heads = [_clipped(truth, face.head[k]) for face, k in faces if not face.shown[k]]
        if zones:
            excess += _beyond(canvas, zones, [*grown, *heads])
        runs.add(frame, [zone for zone in zones if not any(_near(zone, g) for g in grown)])
    out.excess = excess / truth.frames
    out.far = [run for run in runs.all if run.seconds > 1]
    return out


def _judge(out: Score, truth: Truth, face: Face, k: int, zones: Sequence[Rect]) -> None:
    """Count one face-frame."""
    share = covered_share(middle_of(truth, face.box[k]), zones)
    if share is None:
        return
    height, missed = face.height[k], share < COVERED
    for low, high in SIZES:
        if low <= height < high:
            out.by_size.setdefault(size_name(low, high), Tally()).add(missed)
    if height < COUNTED_PX:
        return
    out.total.add(missed)
    happening = tuple(sorted(events(truth, face, k)))
    for event in happening:
        out.by_event.setdefault(event, Tally()).add(missed)
    if missed:
        seen = face.yaw[k], face.visible[k], face.blur[k]
        frame = face.first + k
        out.misses.append(Miss(truth.clip, frame, face.id, height, *seen, share, happening))


def middle_of(truth: Truth, box: XYWH) -> Rect:
    """The pixels that have to be covered."""
    x, y, w, h = box
    left, top = x + w * (1 - MIDDLE) / 2, y + h * (1 - MIDDLE) / 2
    right, bottom = left + w * MIDDLE, top + h * MIDDLE
    rect = Rect(round(left), round(top), round(right), round(bottom))
    return rect.clipped(truth.width, truth.height)


def covered_share(rect: Rect, zones: Iterable[Rect]) -> float | None:
    """Share of a rectangle that lies in the union of others; nothing when it has no pixels."""
    if rect.empty:
        return None
    inside = np.zeros((rect.height, rect.width), bool)
    for zone in zones:
        part = zone.intersection(rect)
        inside[part.y0 - rect.y0 : part.y1 - rect.y0, part.x0 - rect.x0 : part.x1 - rect.x0] = True
    return float(inside.mean())


def _beyond(canvas: np.ndarray, zones: Iterable[Rect], true: Iterable[Rect]) -> float:
    """Share of the picture in zones and not in true faces."""
    canvas[:] = 0
    for value, rects in ((1, zones), (0, true)):
        for rect in rects:
            canvas[rect.y0 : rect.y1, rect.x0 : rect.x1] = value
    return float(np.count_nonzero(canvas)) / canvas.size


_TRACK = Track("true", (Box(0, 0, 0, 1, 1),))


def _grown(truth: Truth, box: XYWH) -> Rect:
    """The zone of a true face by the default policy."""
    return zone_of(_TRACK, Box(0, *box), ZonePolicy(), truth.width, truth.height).rect


def _clipped(truth: Truth, box: XYWH) -> Rect:
    return Rect.covering(*box).clipped(truth.width, truth.height)


def _near(zone: Rect, grown: Rect) -> bool:
    reach = NEAR / 2
    across = abs(zone.x0 + zone.x1 - grown.x0 - grown.x1) / 2
    along = abs(zone.y0 + zone.y1 - grown.y0 - grown.y1) / 2
    return across <= reach * grown.width and along <= reach * grown.height


def size_name(low: int, high: int) -> str:
    """What a range of ``SIZES`` is called."""
    return f"{low} px up" if high >= 10_000 else f"{low}-{high} px"
