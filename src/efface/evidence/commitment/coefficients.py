"""Kind ``coefficients``: the quantised DCT coefficients of a JPEG.

There is one page in the stored orientation. A leaf is a minimum coded unit (T.81, A.2), the least
that is filled, or several: ``leaf`` says its width and height in pixels. Its payload are its units
row by row (those past the edge of the picture are zero); a unit are its blocks, component by
component, within a component row by row; a block are 64 coefficients in natural order (not zigzag)
as 16-bit numbers in two's complement, least significant byte first. Blocks that only fill up the
last units (T.81, A.2.4) are zero.

Parameters: ``size``, stored width and height in pixels; ``leaf``; ``components``, for each ``[id,
horizontal sampling, vertical sampling, quantisation table]`` with the table's 64 steps in zigzag
order; ``orientation`` of EXIF; ``colour``: ``[Adobe's transform or null, whether there is a JFIF
segment, whether EXIF says Adobe RGB]``; ``profile``, SHA-256 of the cleaned ICC profile (of
nothing, if there is none).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.grid import LEAVES, Size, areas, by_frame, place, rect_of, ring_of
from efface.evidence.commitment.interface import Claim, Content, HiddenLeaves, LeafGrid, limits
from efface.evidence.commitment.tree import Bytes, Mask
from efface.media.coefficients import DctCoefficients, JpegFrame
from efface.media.interface import Photo
from efface.media.jpeg.blocks import CoveredBlocks, block_rows
from efface.zones.zone import Zone

_COEFFICIENTS = 64


class Coefficients(Content):
    """A JPEG; its coefficients are in memory, 3 bytes a pixel with 4:2:0 and 6 with 4:4:4."""

    kind = "coefficients"

    def __init__(self, photo: Photo, coded: DctCoefficients) -> None:
        """Decode the coefficients.

        Args:
            photo: the file.
            coded: its coefficients.

        Raises:
            InputError: the file cannot be decoded whole.
        """
        self._photo, self._frame = photo, coded.frame
        self._orientation = coded.orientation
        frame = self._frame
        self._size: Size = frame.width, frame.height
        self._units = _units(coded)
        self._leaf = leaf_of(frame)
        wide, high = self._leaf
        mcu_wide, mcu_high = frame.mcu
        self._group = wide // mcu_wide, high // mcu_high
        """Units in a leaf, across and down."""
        payload = self._units.shape[2] * 2 * self._group[0] * self._group[1]
        self.pages = (LeafGrid(-(-frame.height // high), -(-frame.width // wide), payload),)
        self.parameters = {
            "size": list(self._size),
            "leaf": [wide, high],
            "components": [
                [*layout, list(table)]
                for layout, table in zip(frame.layout, coded.tables, strict=True)
            ],
            "orientation": self._orientation.exif,
            "colour": [coded.transform, coded.jfif, coded.adobe_rgb],
            "profile": hashlib.sha256(coded.profile or b"").hexdigest(),
        }

    def rows(self) -> Iterator[Bytes]:
        page, (across, down) = self.pages[0], self._group
        if (across, down) == (1, 1):
            for units in self._units:
                yield units.view(np.uint8)
            return
        rows, columns, size = self._units.shape
        padded = np.zeros((down, page.columns * across, size), "<i2")
        for top in range(0, rows, down):
            part = self._units[top : top + down]
            padded[: len(part), :columns] = part
            padded[len(part) :] = 0
            leaves = padded.reshape(down, page.columns, across * size).transpose(1, 0, 2)
            yield leaves.reshape(page.columns, -1).view(np.uint8)

    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        here = by_frame(zones, self._photo.sizes)
        covered = CoveredBlocks(self._frame, self._orientation, here.get(0, ()))
        horizontal, vertical = self._frame.blocks_per_mcu(0)
        rows, columns, _ = self._units.shape
        units = np.array(
            [covered.row(0, y * vertical, columns * horizontal)[::horizontal] for y in range(rows)]
        )
        page, (across, down) = self.pages[0], self._group
        padded = np.zeros((page.rows * down, page.columns * across), bool)
        padded[:rows, :columns] = units
        groups = padded.reshape(page.rows, down, page.columns, across)
        leaves: Mask = np.asarray(groups.any(axis=(1, 3)))
        filled = int(areas(units.shape, self._frame.mcu, self._size)[units].sum())
        ring, total = ring_of(leaves, self._leaf, self._size, filled), self._size[0] * self._size[1]
        return HiddenLeaves((leaves,), ring, total - filled, total)

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        grid = self._orientation.upright_grid(*self._leaf, *self._size)
        upright = self._orientation.upright_size(*self._size)
        return tuple(
            zone.on_grid(grid, zone.spill_x, zone.spill_y, *upright)
            for zone in self._photo.grown(tuple(zones))
        )

    def where(self, page: int, rows: slice, columns: slice) -> str:
        stored = rect_of(rows, columns, self._leaf, self._size)
        return place(stored, self._orientation, self._size)

    def claim(self, hidden: HiddenLeaves) -> Claim:
        total, (wide, high) = self.pages[0].leaves, self._leaf
        return Claim(
            f"Every DCT coefficient of the {total - hidden.leaves} blocks of {wide}x{high} pixels "
            f"that no zone touches ({total} in all), and every quantisation table, is that of the "
            "committed original.",
            limits(hidden.ring),
        )


def leaf_of(frame: JpegFrame) -> Size:
    """A unit, doubled along its shorter side (its width, when they are equal) while the picture has
    more than ``LEAVES``."""
    wide, high = frame.mcu
    while -(-frame.width // wide) * -(-frame.height // high) > LEAVES:
        wide, high = (wide, 2 * high) if high < wide else (2 * wide, high)
    return wide, high


def _units(coded: DctCoefficients) -> NDArray[np.int16]:
    """All coefficients, shape (rows, columns, 64 * blocks of a unit), by minimum coded unit."""
    frame = coded.frame
    wide, high = frame.mcu
    starts = _first_blocks(frame)
    rows, columns = -(-frame.height // high), -(-frame.width // wide)
    units = np.zeros((rows, columns, starts[-1], _COEFFICIENTS), "<i2")

    def take(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        if row >= block_rows(frame, component):
            return  # padding that no file holds
        across, down = frame.blocks_per_mcu(component)
        first = starts[component] + row % down * across
        target = units[row // down, :, first : first + across]
        whole = len(blocks) // across
        target[:whole] = blocks[: whole * across].reshape(whole, across, _COEFFICIENTS)
        if rest := len(blocks) % across:
            target[whole, :rest] = blocks[whole * across :]

    coded.walk(take)
    return units.reshape(rows, columns, -1)


def _first_blocks(frame: JpegFrame) -> list[int]:
    """The place of each component's first block in a unit, and how many blocks a unit has."""
    starts = [0]
    for component in range(len(frame.components)):
        across, down = frame.blocks_per_mcu(component)
        starts.append(starts[-1] + across * down)
    return starts
