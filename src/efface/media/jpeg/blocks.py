"""Zones on the block grid: which blocks they cover, filling them, and the proof afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.coefficients import JpegFrame
from efface.media.jpeg.filled import FilledBlocks, touched
from efface.media.orientation import Orientation
from efface.zones.zone import Zone

Row = NDArray[np.int16]


class CoveredBlocks:
    """The blocks of each component that zones cover, by minimum coded unit."""

    def __init__(self, frame: JpegFrame, orientation: Orientation, zones: Iterable[Zone]) -> None:
        self._frame = frame
        wide, high = frame.mcu
        self._units = np.zeros((-(-frame.height // high), -(-frame.width // wide)), bool)
        for zone in zones:
            if not zone.rect.empty:
                self._cover(zone, orientation)

    def _cover(self, zone: Zone, orientation: Orientation) -> None:
        """Mark every unit in which the zone fills a pixel."""
        row, column, units = touched(self._frame, orientation, zone, zone.mask())
        rows, columns = units.shape
        self._units[row : row + rows, column : column + columns] |= units

    def row(self, component: int, row: int, blocks: int) -> NDArray[np.bool_]:
        """Which blocks of a component's block row are covered, shape (blocks,)."""
        across, down = self._frame.blocks_per_mcu(component)
        units = self._units[min(row // down, len(self._units) - 1)]
        return np.asarray(np.repeat(units, across)[:blocks])


def block_rows(frame: JpegFrame, component: int) -> int:
    """Block rows of a component that hold picture (T.81, A.1.1 and A.2.2), not padding."""
    part, tallest = frame.components[component].v, max(c.v for c in frame.components)
    lines = -(-frame.height * part // tallest)
    return -(-lines // 8)


class Filler:
    """Puts a filling into covered blocks."""

    def __init__(self, covered: CoveredBlocks, fill: FilledBlocks) -> None:
        self._covered, self._fill = covered, fill

    def __call__(self, component: int, row: int, blocks: Row) -> None:
        inside = self._covered.row(component, row, len(blocks))
        if inside.any():
            blocks[inside] = self._fill.row(component, row, inside)


class Digests:
    """A digest of every block row's blocks outside the zones; what lies inside is set to zero.

    Rows are hashed as they pass, so that two files of any size are held against each other in
    little memory. SHA-256: equal digests mean equal coefficients.
    """

    def __init__(
        self, frame: JpegFrame, covered: CoveredBlocks, fill: FilledBlocks | None = None
    ) -> None:
        """
        Args:
            fill: what must stand in covered blocks; ``None``: anything may.
        """
        self._frame, self._covered, self._fill = frame, covered, fill
        self.rows: dict[tuple[int, int], bytes] = {}
        """By component and block row; a row that passes again replaces what it left before."""
        self.odd: tuple[int, int] | None = None
        """Component and row of the first covered block that is not what it must be."""

    def __call__(self, component: int, row: int, blocks: Row) -> None:
        if row >= block_rows(self._frame, component):
            return  # padding that no file holds
        inside = self._covered.row(component, row, len(blocks))
        if inside.any():
            if self._fill is not None:
                meant = self._fill.row(component, row, inside)
                if (blocks[inside] != meant).any():
                    self.odd = self.odd or (component, row)
            blocks[inside] = 0
        self.rows[component, row] = hashlib.sha256(blocks.data).digest()

    def check_equal(self, written: Digests) -> None:
        """Hold the written file's digests against these.

        Raises:
            VerificationError: a coefficient outside the zones differs, or a covered block is not
                what it was to be filled with.
        """
        for component, row in sorted(self.rows.keys() | written.rows.keys()):
            if self.rows.get((component, row)) != written.rows.get((component, row)):
                raise VerificationError(
                    f"coefficients outside the zones differ in block row {row} "
                    f"of component {component}."
                )
        if written.odd is not None:
            component, row = written.odd
            raise VerificationError(
                f"a zone does not show what it was filled with: block row {row} "
                f"of component {component}."
            )
