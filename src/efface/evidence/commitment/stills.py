"""Kind ``figures``: what a lossily coded photo looks like, cell by cell.

Such a photo (AVIF, HEIC, lossy WebP and JPEG XL) is encoded again when it is redacted, and a hash
cannot be compared within a tolerance. So the ``figures`` of fine cells are committed to, and held
against those of the redacted file outside the zones. A frame of the file is a page, upright, and
two by two cells are a leaf. Of a pixel's red, green and blue, 8 bits, transparency over mid grey,
the components are luma Y = (77 R + 150 G + 29 B + 128) / 256, (B - Y + 256) / 2 and (R - Y + 256)
/ 2, all rounded down; luma is the main one.

Parameters: ``format``; ``frames``, runs of equal frames, each ``[how many, width, height]``;
``cell``, pixels; ``tolerance``: see ``tolerance``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.cells import union_area
from efface.evidence.commitment.figures import (
    BIG_PHOTO_CELL_PX,
    PHOTO_CELL_PX,
    FigureGrid,
    FigurePool,
    Figures,
)
from efface.evidence.commitment.grid import LEAVES, by_frame, place
from efface.evidence.commitment.interface import (
    Claim,
    Content,
    HiddenLeaves,
    LeafGrid,
    figures_claim,
    limits,
)
from efface.evidence.commitment.tolerance import PHOTO, Rule
from efface.evidence.commitment.tree import Mask
from efface.geometry import Rect
from efface.media.file import Picture
from efface.media.interface import Photo
from efface.media.orientation import Orientation
from efface.zones.zone import Zone

_JOINED = 2
_RULE = Rule(others=2, cells=_JOINED**2, allowances=PHOTO)


MOST_PX = LEAVES * (_JOINED * PHOTO_CELL_PX) ** 2
"""In photos with more, of all frames together, cells are larger."""


class StillFigures(Content):
    """A lossily coded photo."""

    kind = "figures"

    def __init__(self, photo: Photo) -> None:
        self._photo = photo
        pixels = sum(width * height for width, height in photo.sizes)
        side = PHOTO_CELL_PX if pixels <= MOST_PX else BIG_PHOTO_CELL_PX
        self._side = side
        self._grids = [FigureGrid(size, side, _JOINED) for size in photo.sizes]
        self._leaves = [grid.leaves for grid in self._grids]
        runs = groupby(list(size) for size in photo.sizes)
        self.parameters = {
            "format": photo.format,
            "frames": [[len(list(same)), *run] for run, same in runs],
            "cell": side,
            "tolerance": _RULE.to_json(),
        }
        self.pages = tuple(
            LeafGrid(leaves.rows, leaves.columns, _RULE.figures, rule=_RULE)
            for leaves in self._leaves
        )

    def rows(self) -> Iterator[Figures]:
        for frame, grid in enumerate(self._grids):
            pool = FigurePool(grid)
            pool.add(components(self._photo.picture(frame)))
            yield from pool.take()

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        sizes = self._photo.sizes
        here = by_frame(self._photo.grown(tuple(zones)), sizes)
        return tuple(self._whole(zone) for frame in here.values() for zone in frame)

    def _whole(self, zone: Zone) -> Zone:
        """The zone grown to all leaves that it touches."""
        leaves, size = self._leaves[zone.frame], self._photo.sizes[zone.frame]
        rows, columns = np.nonzero(leaves.touched(zone.rect, *size))
        across, down = leaves.edges(*size)
        rect = Rect(
            across[columns.min()], down[rows.min()], across[columns.max() + 1], down[rows.max() + 1]
        )
        return replace(zone, rect=rect, shape="box")

    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        masks = [np.zeros((page.rows, page.columns), bool) for page in self.pages]
        ring = area = 0
        for frame, here in by_frame(zones, self._photo.sizes).items():
            rects = [zone.rect for zone in here]
            for rect in rects:
                masks[frame] |= self._leaves[frame].touched(rect, *self._photo.sizes[frame])
            filled = union_area(rects)
            area += filled
            ring += self._area(frame, masks[frame]) - filled
        total = sum(width * height for width, height in self._photo.sizes)
        return HiddenLeaves(tuple(masks), ring, total - area, total)

    def _area(self, frame: int, mask: Mask) -> int:
        across, down = self._leaves[frame].edges(*self._photo.sizes[frame])
        return int((np.diff(down)[:, None] * np.diff(across))[mask].sum())

    def where(self, page: int, rows: slice, columns: slice) -> str:
        size = self._photo.sizes[page]
        across, down = self._leaves[page].edges(*size)
        whole = Rect(across[columns.start], down[rows.start], across[columns.stop], down[rows.stop])
        found = place(whole, Orientation.of(1), size)
        return found if len(self.pages) == 1 else f"frame {page}, {found}"

    def claim(self, hidden: HiddenLeaves) -> Claim:
        total = sum(page.leaves for page in self.pages)
        cells = (
            f"In every cell of {self._side}x{self._side} pixels that no zone touches (in "
            f"{total - hidden.leaves} of {total} blocks of {_JOINED**2}),"
        )
        return figures_claim(cells, "", limits(hidden.ring), PHOTO)


def components(picture: Picture) -> tuple[NDArray[np.uint8], ...]:
    """Luma and two differences of colour, each of shape (height, width)."""
    red, green, blue = (picture[..., n].astype(np.uint16) for n in range(3))
    luma = (77 * red + 150 * green + 29 * blue + 128) >> 8
    others = ((colour + 256 - luma) >> 1 for colour in (blue, red))
    return tuple(plane.astype(np.uint8) for plane in (luma, *others))
