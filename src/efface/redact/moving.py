"""The zones of a video, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from efface.geometry import Grid, Rect
from efface.policy import ZonePolicy
from efface.redact.interface import Zone
from efface.redact.sweeping import spread
from efface.redact.zones import zone_of
from efface.regions import Box, Regions, Track
from efface.timeline import Timeline


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

    def faces(self, frame: int) -> tuple[tuple[str, Box], ...]:
        """(track, box) of the faces that are covered in one frame, less zones drawn by hand."""
        boxes = self._boxes(frame, "redact")
        return tuple((track.id, box) for track, box in boxes if not track.zone)

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
        """The zone, as far as the face's way and the border make it reach."""
        width, height = self._media.size(box.frame)
        before, after = (self._of(track, index) for index in (box.frame - 1, box.frame + 1))
        outer = zone.outer
        for other in spread(track, box, before, after, (width, height)):
            beside = zone_of(track, other, self._policy, width, height).outer
            outer = Rect(
                min(outer.x0, beside.x0),
                min(outer.y0, beside.y0),
                max(outer.x1, beside.x1),
                max(outer.y1, beside.y1),
            )
        if outer == zone.outer:
            return zone
        return replace(zone, rect=outer.clipped(width, height), outer=outer, shape="box")

    def _of(self, track: Track, frame: int) -> Box | None:
        """The track's box in a frame next to the one that is asked for."""
        return next((box for other, box in self._near[frame] if other is track), None)
