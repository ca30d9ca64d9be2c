"""A video's zones grown to whole leaves: cells of the picture, and groups of frames.

A leaf is hidden when a zone touches it in one of its frames. What of it is not filled stays
unproven, and somebody could put something there; so the zones of a group fill whole cells, in every
frame of the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from efface.evidence.commitment.cells import Cells
from efface.evidence.commitment.grid import Size, upright_rect
from efface.evidence.commitment.tree import Mask
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import PixelLayout
from efface.zones.zone import Zone

_MOST_INWARD_PX = 4
"""A chroma sample can belong to the next cell where an edge is odd: a zone ends before it then."""


@dataclass(frozen=True, slots=True)
class CellGrid:
    """How a video is cut into cells."""

    size: Size
    """Stored."""
    orientation: Orientation
    layout: PixelLayout
    cells: Cells

    def touched(self, rect: Rect) -> Mask:
        """The cells in which a sample of any component is filled, shape (rows, columns).

        Args:
            rect: stored pixels.
        """
        width, height = self.size
        out = np.zeros((self.cells.rows, self.cells.columns), bool)
        for component in self.layout.components:
            x, y = component.log2_x, component.log2_y
            part = Rect(rect.x0 >> x, rect.y0 >> y, -(-rect.x1 >> x), -(-rect.y1 >> y))
            out |= self.cells.touched(part, -(-width >> x), -(-height >> y))
        return out

    def grown(self, group: Sequence[Sequence[Zone]]) -> tuple[tuple[Zone, ...], ...]:
        """The zones of a group's frames, grown so that no leaf is filled in part.

        Args:
            group: zones of one frame after the other, upright, inside the picture; frames that
                follow one another, the first at the beginning of a leaf.

        Returns:
            Zones of the same frames, in each those of the whole group; those of one track that
            share a cell are one.
        """
        parts: list[tuple[str, Rect, Rect]] = []
        for zone in (zone for frame in group for zone in frame):
            least = self.orientation.stored_rect(zone.rect, *self.size)
            parts = _joined(parts, zone.track, self._block(least), least)
        if not parts:
            return tuple(() for _ in group)
        made = [(track, self._filled(block, least)) for track, block, least in parts]
        first = next(zone.frame - n for n, frame in enumerate(group) for zone in frame)
        return tuple(
            tuple(Zone(track, number, rect, rect) for track, rect in made)
            for number, _ in zip(count(first), group, strict=False)
        )

    def _block(self, rect: Rect) -> Rect:
        """The cells that a rectangle touches, counted in cells."""
        rows, columns = np.nonzero(self.touched(rect))
        return Rect(
            int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
        )

    def _filled(self, block: Rect, least: Rect) -> Rect:
        """The largest upright rectangle that fills these cells and touches no other."""
        across, down = self.cells.edges(*self.size)
        x0, y0, x1, y1 = across[block.x0], down[block.y0], across[block.x1], down[block.y1]
        for inward in range(_MOST_INWARD_PX):
            rect = Rect(
                min(x0 + inward, least.x0),
                min(y0 + inward, least.y0),
                max(x1 - inward, least.x1),
                max(y1 - inward, least.y1),
            )
            if self._block(rect) == block:
                return upright_rect(rect, self.orientation, self.size)
        return upright_rect(least, self.orientation, self.size)


def _joined(
    parts: list[tuple[str, Rect, Rect]], track: str, block: Rect, least: Rect
) -> list[tuple[str, Rect, Rect]]:
    """One part more, joined with those of its track that share a cell with it.

    Args:
        parts: track, cells, and pixels that must be filled of each.
    """
    apart = []
    for part in parts:
        if part[0] == track and not part[1].intersection(block).empty:
            block, least = _around(part[1], block), _around(part[2], least)
        else:
            apart.append(part)
    return [*apart, (track, block, least)]


def _around(a: Rect, b: Rect) -> Rect:
    return Rect(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
