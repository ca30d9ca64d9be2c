"""Kind ``means``: what a lossily coded photo looks like, coarsely.

Such a photo (AVIF, HEIC, lossy WebP and JPEG XL) is encoded again when it is redacted, and a hash
cannot be compared within a tolerance. So the mean colours of coarse cells are committed to, and
opened outside the zones. A frame of the file is a page, upright, a cell is a leaf, and its payload
are its means of red, green and blue, 8 bits, transparency over mid grey (see ``cells``).

Parameters: ``format``; ``frames``, runs of equal frames, each ``[how many, width, height, columns,
rows]``; ``tolerance``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

import numpy as np

from efface.evidence.commitment.cells import EDGE_PX, Cells, union_area
from efface.evidence.commitment.grid import by_frame, place
from efface.evidence.commitment.interface import (
    MEANS_ALONE,
    Claim,
    Content,
    HiddenLeaves,
    LeafGrid,
    limits,
)
from efface.evidence.commitment.tree import Bytes, Mask
from efface.geometry import Rect
from efface.media.interface import Photo
from efface.media.orientation import Orientation
from efface.zones.zone import Zone

LONG_SIDE = 64
"""Cells along the longer side: 90 pixels each in a picture of 22 megapixels."""
LEAST_PX = 16
"""A cell's side at least: what an encoder changes has to average out in it."""
TOLERANCE = 6
"""Of 255. Encoded again with the default settings, means of photos and of pure noise moved by no
more than 3."""
_COLOURS = 3


class Means(Content):
    """A lossily coded photo."""

    kind = "means"

    def __init__(self, photo: Photo) -> None:
        self._photo = photo
        self._cells = [Cells.of(size, LONG_SIDE, LEAST_PX) for size in photo.sizes]
        runs = groupby(
            [*size, cells.columns, cells.rows]
            for size, cells in zip(photo.sizes, self._cells, strict=True)
        )
        self.parameters = {
            "format": photo.format,
            "frames": [[len(list(same)), *run] for run, same in runs],
            "tolerance": TOLERANCE,
        }
        self.pages = tuple(
            LeafGrid(cells.rows, cells.columns, _COLOURS, TOLERANCE, _COLOURS)
            for cells in self._cells
        )

    def rows(self) -> Iterator[Bytes]:
        for frame, cells in enumerate(self._cells):
            picture = self._photo.picture(frame)
            means = [cells.means(picture[..., colour], 8) for colour in range(_COLOURS)]
            yield from np.stack(means, axis=2)

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        sizes = self._photo.sizes
        here = by_frame(self._photo.grown(tuple(zones)), sizes)
        return tuple(self._whole(zone) for frame in here.values() for zone in frame)

    def _whole(self, zone: Zone) -> Zone:
        """The zone grown to all cells that it touches, but for their edges."""
        cells, size = self._cells[zone.frame], self._photo.sizes[zone.frame]
        rows, columns = np.nonzero(cells.touched(zone.rect, *size))
        across, down = cells.edges(*size)
        least = zone.rect
        rect = Rect(
            min(across[int(columns.min())] + EDGE_PX, least.x0),
            min(down[int(rows.min())] + EDGE_PX, least.y0),
            max(across[int(columns.max()) + 1] - EDGE_PX, least.x1),
            max(down[int(rows.max()) + 1] - EDGE_PX, least.y1),
        )
        return replace(zone, rect=rect, shape="box")

    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        masks = [np.zeros((page.rows, page.columns), bool) for page in self.pages]
        ring = area = 0
        for frame, here in by_frame(zones, self._photo.sizes).items():
            rects = [zone.rect for zone in here]
            for rect in rects:
                masks[frame] |= self._cells[frame].touched(rect, *self._photo.sizes[frame])
            filled = union_area(rects)
            area += filled
            ring += self._area(frame, masks[frame]) - filled
        total = sum(width * height for width, height in self._photo.sizes)
        return HiddenLeaves(tuple(masks), ring, total - area, total)

    def _area(self, frame: int, mask: Mask) -> int:
        cells, size = self._cells[frame], self._photo.sizes[frame]
        return sum(cells.rect(int(n), size).area for n in np.flatnonzero(mask))

    def where(self, page: int, rows: slice, columns: slice) -> str:
        cells, size = self._cells[page], self._photo.sizes[page]
        first = cells.rect(rows.start * cells.columns + columns.start, size)
        last = cells.rect((rows.stop - 1) * cells.columns + columns.stop - 1, size)
        whole = Rect(first.x0, first.y0, last.x1, last.y1)
        found = place(whole, Orientation.of(1), size)
        return found if len(self.pages) == 1 else f"frame {page}, {found}"

    def claim(self, hidden: HiddenLeaves, deviation: int) -> Claim:
        total = sum(page.leaves for page in self.pages)
        cell = self._cells[0].rect(0, self._photo.sizes[0])
        return Claim(
            f"The mean colour of each of the {total - hidden.leaves} cells (about {cell.width}x"
            f"{cell.height} pixels) that no zone touches, of {total} in all, is within {deviation} "
            f"of 255 of the committed original's (at most {TOLERANCE} is accepted).",
            f"{MEANS_ALONE} {limits(hidden.ring)}",
        )
