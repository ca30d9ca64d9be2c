"""Regions frame by frame; what it takes depends on the faces that show, not on all there are."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from efface.regions.model import Box, Regions, Track


class Timeline:
    """Which boxes each frame has; cheapest when frames are asked for in order."""

    def __init__(self, regions: Regions) -> None:
        self._tracks = [_Boxes(track) for track in regions.tracks]
        self._tracks.sort(key=lambda boxes: boxes.first)
        self._next = 0
        self._showing: list[_Boxes] = []
        self._frame = -1

    def at(self, frame: int) -> list[tuple[Track, Box]]:
        """Tracks and boxes of one frame, in the order in which the tracks begin."""
        if frame < self._frame:
            self._next, self._showing = 0, []
        self._frame = frame
        while self._next < len(self._tracks) and self._tracks[self._next].first <= frame:
            self._showing.append(self._tracks[self._next])
            self._next += 1
        self._showing = [boxes for boxes in self._showing if boxes.last >= frame]
        return [(boxes.track, box) for boxes in self._showing for box in boxes.at(frame)]


class _Boxes:
    """One track's boxes by frame."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._by_frame: defaultdict[int, list[Box]] = defaultdict(list)
        for box in track.boxes:
            self._by_frame[box.frame].append(box)
        self._frames = sorted(self._by_frame)
        self.first, self.last = self._frames[0], self._frames[-1]

    def at(self, frame: int) -> list[Box]:
        """Its boxes in a frame; between key frames of an interpolated track, the one between."""
        if frame in self._by_frame:
            return self._by_frame[frame]
        if not self.track.interpolate or not self.first < frame < self.last:
            return []
        after = bisect_right(self._frames, frame)
        before = self._by_frame[self._frames[after - 1]][-1]
        return [before.towards(self._by_frame[self._frames[after]][0], frame)]
