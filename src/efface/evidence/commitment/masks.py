"""Which leaves of a video are hidden, a segment at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from efface.evidence.commitment import corners
from efface.evidence.commitment.cells import union_area
from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.tree import Mask
from efface.evidence.commitment.video import GROUP, SEGMENT, VideoGrid
from efface.geometry import Rect
from efface.zones.zone import Zone


class HiddenLeavesInTime:
    """The leaves that zones touch, and how much of the pictures that is."""

    def __init__(self, grid: VideoGrid, zones: Iterable[Zone], frames: int) -> None:
        """
        Args:
            zones: upright, of all frames, as they were filled; perhaps of another file.
            frames: how many the video has; zones of others are left out.
        """
        self._grid, self._frames = grid, frames
        self._zones: dict[int, list[Zone]] = defaultdict(list)
        """By group."""
        for zone in zones:
            if 0 <= zone.frame < frames:
                self._zones[zone.frame // GROUP].append(zone)
        self._upright = grid.orientation.upright_size(*grid.size)
        self._known: dict[Rect, Mask] = {}
        across, down = grid.leaves.edges(*grid.size)
        self._areas = np.diff(down)[:, None] * np.diff(across)

    def segment(self, number: int, groups: int) -> Mask:
        """Shape (groups, rows, columns): true where hidden.

        Args:
            groups: that the segment has.
        """
        leaves = self._grid.leaves
        mask = np.zeros((groups, leaves.rows, leaves.columns), bool)
        for group in range(groups):
            for rects in self._rects(number * SEGMENT + group).values():
                for rect in rects:
                    mask[group] |= self._touched(rect)
        return mask

    def _rects(self, group: int) -> dict[int, frozenset[Rect]]:
        """Stored, by frame."""
        out: dict[int, set[Rect]] = defaultdict(set)
        for zone in self._zones.get(group, ()):
            rect = zone.rect.clipped(*self._upright)
            if not rect.empty:
                stored = self._grid.orientation.stored_rect(rect, *self._grid.size)
                out[zone.frame].add(stored)
        return {frame: frozenset(rects) for frame, rects in out.items()}

    def _touched(self, rect: Rect) -> Mask:
        if rect not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[rect] = self._grid.growth.touched(rect)
        return self._known[rect]

    def area(self, number: int, mask: Mask) -> tuple[int, int]:
        """Of a segment's frames: how many pixels lie in hidden leaves, and how many of these are
        filled."""
        hidden = filled = 0
        for at, here in enumerate(mask):
            group = number * SEGMENT + at
            frames = min(GROUP, self._frames - group * GROUP)
            hidden += int(self._areas[here].sum()) * frames
            areas: dict[frozenset[Rect], int] = {}
            for rects in self._rects(group).values():
                if rects not in areas:
                    areas[rects] = union_area(list(rects))
                filled += areas[rects]
        return hidden, filled


_KEPT = 4096
"""Rectangles whose leaves are remembered."""


def encoded(mask: Mask) -> bytes:
    """The corners of a segment's hidden leaves in space and time."""
    return corners.encoded([mask[0], *(mask[1:] ^ mask[:-1])])


def decoded(data: bytes, shape: Sequence[int]) -> Mask:
    """
    Args:
        shape: groups, rows and columns of the segment.

    Raises:
        CornersError: not the corners of such a segment.
    """
    groups, rows, columns = shape
    changes = corners.decoded(data, [LeafGrid(rows, columns, 0)] * groups)
    return np.asarray(np.logical_xor.accumulate(np.stack(changes), axis=0))
