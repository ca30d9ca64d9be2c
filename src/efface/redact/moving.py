"""The zones of a video, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from efface.geometry import Grid, Rect
from efface.policy import ZonePolicy
from efface.redact.interface import Zone
from efface.redact.zones import zone_of
from efface.regions import Box, Regions, Track
from efface.timeline import Timeline

FAST = 0.15
"""A face that moves by this share of its size from one frame to the next is fast: its zone covers
where it was and where it will be, since its picture is smeared between the two."""


class MovingZones:
    """Which zones each frame of a video has; cheapest when frames are asked for in order."""

    def __init__(self, regions: Regions, policy: ZonePolicy, grid: Grid, reach: int) -> None:
        """
        Args:
            regions: of the video.
            policy: how boxes grow.
            grid: blocks of the codec that coded the input.
            reach: of its in-loop filters, pixels.
        """
        self._timeline = Timeline(regions)
        self._media = regions.media
        self._policy, self._grid, self._reach = policy, grid, reach
        self._near: dict[int, list[tuple[Track, Box]]] = {}

    def at(self, frame: int) -> tuple[Zone, ...]:
        """The zones of one frame, grown to the grid, inside the picture."""
        zones = (self._zone(track, box) for track, box in self._boxes(frame, "redact"))
        return tuple(zone for zone in zones if not zone.rect.empty)

    def kept(self, frame: int) -> tuple[Box, ...]:
        """The boxes in one frame that stay visible."""
        return tuple(box for _, box in self._boxes(frame, "keep"))

    def kept_tracks(self, frame: int) -> tuple[tuple[str, Box], ...]:
        """(track, box) of what stays visible in one frame."""
        return tuple((track.id, box) for track, box in self._boxes(frame, "keep"))

    def _boxes(self, frame: int, action: str) -> Sequence[tuple[Track, Box]]:
        for index in (frame - 1, frame, frame + 1):
            if index not in self._near:
                self._near[index] = self._timeline.at(index) if index >= 0 else []
        for index in [i for i in self._near if abs(i - frame) > 2]:
            del self._near[index]
        return [(track, box) for track, box in self._near[frame] if track.action == action]

    def _zone(self, track: Track, box: Box) -> Zone:
        width, height = self._media.size(box.frame)
        zone = zone_of(track, box, self._policy, width, height)
        if not track.zone:
            zone = self._swept(zone, track, box)
        return zone.on_grid(self._grid, self._reach, self._reach, width, height)

    def _swept(self, zone: Zone, track: Track, box: Box) -> Zone:
        """The zone and, if the face is fast, those of the frames before and after."""
        width, height = self._media.size(box.frame)
        outer = zone.outer
        for index in (box.frame - 1, box.frame + 1):
            for other, near in self._near[index]:
                if other is track and _moved(box, near) > FAST:
                    beside = zone_of(track, near, self._policy, width, height).outer
                    outer = Rect(
                        min(outer.x0, beside.x0),
                        min(outer.y0, beside.y0),
                        max(outer.x1, beside.x1),
                        max(outer.y1, beside.y1),
                    )
        if outer == zone.outer:
            return zone
        return replace(zone, rect=outer.clipped(width, height), outer=outer, shape="box")


def _moved(a: Box, b: Box) -> float:
    """How far the farther moved edge went, in sizes of the box."""
    across = max(abs(a.x - b.x), abs(a.x + a.width - b.x - b.width)) / a.width
    along = max(abs(a.y - b.y), abs(a.y + a.height - b.y - b.height)) / a.height
    return max(across, along)
