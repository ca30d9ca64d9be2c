"""The zones of a video, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from efface.geometry import Grid, Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Regions, Track
from efface.regions.timeline import Timeline
from efface.sphere.picture import Sphere
from efface.zones.growth import zone_of, zones_for
from efface.zones.sweeping import FAST, moved, spread
from efface.zones.zone import Zone


class MovingZones:
    """Which zones each frame of a video has; cheapest when frames are asked for in order."""

    def __init__(
        self,
        regions: Regions,
        policy: ZonePolicy,
        grid: Grid,
        reach: int,
        *,
        sphere: Sphere | None = None,
    ) -> None:
        """
        Args:
            regions: of the video.
            policy: how boxes grow.
            grid: blocks of the codec that coded the input.
            reach: of its in-loop filters, pixels.
            sphere: where the pictures lie on the sphere; ``None``: they are flat.
        """
        self._sphere = sphere
        self._timeline = Timeline(regions)
        self._media = regions.media
        self._policy, self._grid, self._reach = policy, grid, reach
        self._near: dict[int, list[tuple[Track, Box]]] = {}

    def at(self, frame: int) -> tuple[Zone, ...]:
        """The zones of one frame, grown to the grid, inside the picture."""
        shown = self._boxes(frame, "redact")
        zones = (zone for track, box in shown for zone in self._zones(track, box))
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

    def _zones(self, track: Track, box: Box) -> tuple[Zone, ...]:
        width, height = self._media.size(box.frame)
        if self._sphere is not None:
            whole = box if track.zone else self._hull(track, box, self._sphere)
            own = zones_for(track, whole, self._policy, (width, height), self._sphere)
        else:
            zone = zone_of(track, box, self._policy, width, height)
            own = (zone if track.zone else self._swept(zone, track, box),)
        return tuple(
            zone.on_grid(self._grid, self._reach, self._reach, width, height) for zone in own
        )

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

    def _hull(self, track: Track, box: Box, sphere: Sphere) -> Box:
        """The box on the sphere and, if the face is fast, those of the frames before and after: of
        the same eye, the short way round."""
        w = sphere.chart.width
        turn, half = (w, w / 2) if sphere.chart.wraps else (0, float("inf"))
        eye, out = sphere.located((box.x, box.y, box.width, box.height))[0], box
        for index in (box.frame - 1, box.frame + 1):
            for other, near in self._near[index]:
                same = sphere.located((near.x, near.y, near.width, near.height))[0] == eye
                if other is not track or not same:
                    continue
                middle = near.x + near.width / 2 - box.x - box.width / 2
                there = replace(near, x=near.x - round(middle / turn) * turn) if turn else near
                if moved(box, there) > FAST and max(box.width, there.width) < half:
                    out = _around_both(out, there)
        return out


def _around_both(a: Box, b: Box) -> Box:
    x, y = min(a.x, b.x), min(a.y, b.y)
    right, bottom = max(a.x + a.width, b.x + b.width), max(a.y + a.height, b.y + b.height)
    return replace(a, x=x, y=y, width=right - x, height=bottom - y)
