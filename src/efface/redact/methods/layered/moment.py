"""Which one picture of a track its fill is made of, and how many fills may show one person.

Every picture of a face that is filled anew is another look at it, and noise averages away over
looks. So a track has one fill, made of one picture. Which one follows from the boxes alone, never
from how well the face shows: where it lies whole in the picture, the one of middling size, and of
these the first. The largest would tell no more, since cells follow the face's size, but is more
often one that a detector drew too large, or a face that leaves the picture.

Animations and files of several pages have a track a frame: those whose boxes lie in one place from
one frame to the next have one fill, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from efface.regions import Box, Media, Regions, Track

SAME_PLACE = 0.3
"""Share of the area of two boxes together that both cover, from which they are taken for one face
in frames next to each other; as trackers do."""


@dataclass(frozen=True, slots=True)
class FaceLook:
    """One fill: the tracks that have it, and where it is taken from."""

    tracks: tuple[Track, ...]
    box: Box

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last frame in which it may show."""
        frames = [box.frame for track in self.tracks for box in track.boxes]
        return min(frames), max(frames)


def looks_of(regions: Regions) -> tuple[FaceLook, ...]:
    """The fills of what is covered, in the order of their first tracks."""
    covered = [track for track in regions.tracks if track.action == "redact"]
    video = regions.media.kind == "video"
    groups = [[track] for track in covered] if video else _linked(covered)
    return tuple(FaceLook(tuple(group), _moment(group, regions.media)) for group in groups)


def most_of_one(looks: Sequence[FaceLook]) -> int:
    """How many of the fills one person may have, at most: those that never show at once."""
    count, last = 0, -1
    for first, end in sorted((look.span for look in looks), key=lambda span: span[1]):
        if first > last:
            count, last = count + 1, end
    return count


def in_order(regions: Regions) -> list[Track]:
    """Tracks that are covered, in the order in which their zones come first."""
    covered = [track for track in regions.tracks if track.action == "redact"]
    if regions.media.kind != "video":
        return covered
    width, height = regions.media.width, regions.media.height

    def first(track: Track) -> tuple[int, int]:
        frames = [box.frame for box in track.boxes]
        seen = (box.frame for box in track.every_box() if box.touches(width, height))
        return min(seen, default=max(frames)), min(frames)

    return sorted(covered, key=first)


def _moment(tracks: Sequence[Track], media: Media) -> Box:
    boxes = [box for track in tracks for box in track.every_box()]
    whole = [box for box in boxes if _inside(box, media)] or boxes
    ordered = sorted(whole, key=lambda box: (box.width * box.height, box.frame, box.x, box.y))
    middling = ordered[(len(ordered) - 1) // 2]
    size = middling.width * middling.height
    alike = (box for box in whole if box.width * box.height == size)
    return min(alike, key=lambda box: (box.frame, box.x, box.y))


def _inside(box: Box, media: Media) -> bool:
    width, height = media.size(box.frame)
    return box.x >= 0 and box.y >= 0 and box.x + box.width <= width and box.y + box.height <= height


def _linked(tracks: Sequence[Track]) -> list[list[Track]]:
    """Tracks that go on from one frame to the next, together."""
    groups: list[list[Track]] = []
    for track in sorted(tracks, key=lambda track: track.boxes[0].frame):
        first = track.boxes[0]
        fitting = [
            group for group in groups
            if group[-1].boxes[-1].frame == first.frame - 1
            and _shared(group[-1].boxes[-1], first) >= SAME_PLACE
        ]  # fmt: skip
        if fitting:
            max(fitting, key=lambda group: _shared(group[-1].boxes[-1], first)).append(track)
        else:
            groups.append([track])
    order = {track.id: number for number, track in enumerate(tracks)}
    return sorted(groups, key=lambda group: min(order[track.id] for track in group))


def _shared(a: Box, b: Box) -> float:
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (a.width * a.height + b.width * b.height - both)
