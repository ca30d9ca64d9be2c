"""Zones on the block grid: which blocks they cover, what fills them, and the proof afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.coefficients import JpegFrame
from efface.media.orientation import Orientation
from efface.policy import Colour
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
        frame, rect = self._frame, zone.rect
        wide, high = frame.mcu
        xs, ys = np.arange(rect.x0, rect.x1), np.arange(rect.y0, rect.y1)
        across, down = orientation.upright_size(frame.width, frame.height)
        xs = across - 1 - xs if orientation.mirror_x else xs
        ys = down - 1 - ys if orientation.mirror_y else ys
        mask = zone.mask()
        if orientation.transposed:
            xs, ys, mask = ys, xs, mask.T
        columns, rows = xs // wide, ys // high
        first_x, first_y = _runs(columns), _runs(rows)
        touched = np.logical_or.reduceat(mask, first_y, axis=0)
        touched = np.logical_or.reduceat(touched, first_x, axis=1)
        self._units[rows[first_y][:, None], columns[first_x]] |= touched

    def row(self, component: int, row: int, blocks: int) -> NDArray[np.bool_]:
        """Which blocks of a component's block row are covered, shape (blocks,)."""
        across, down = self._frame.blocks_per_mcu(component)
        units = self._units[min(row // down, len(self._units) - 1)]
        return np.asarray(np.repeat(units, across)[:blocks])


def _runs(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each run of equal values starts."""
    return np.concatenate(([0], np.flatnonzero(np.diff(cells)) + 1))


def block_rows(frame: JpegFrame, component: int) -> int:
    """Block rows of a component that hold picture (T.81, A.1.1 and A.2.2), not padding."""
    part, tallest = frame.components[component].v, max(c.v for c in frame.components)
    lines = -(-frame.height * part // tallest)
    return -(-lines // 8)


def samples(colour: Colour, components: int, adobe: int | None, rgb: bool) -> tuple[int, ...]:
    """A colour as the sample of each component, 0 to 255, as the file stores them.

    Args:
        components: 1 grey, 3 colour, 4 inks (Adobe's convention: 255 is no ink).
        adobe: Adobe's colour transform, if the file states one.
        rgb: three components that are red, green and blue.
    """
    if components == 1:
        return (colour.luma,)
    if components == 3:
        return colour.rgb if rgb else _ycc(colour.rgb)
    black = max(colour.rgb)
    inks = tuple(round(255 * v / black) if black else 255 for v in colour.rgb)
    if adobe != 2:
        return (*inks, black)
    red, green, blue = (255 - v for v in inks)
    return (*_ycc((red, green, blue)), black)


def _ycc(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """ITU-R BT.601 at full range, as JFIF 1.02 has it."""
    red, green, blue = rgb
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    cb = 128 + 0.564334 * (blue - luma)
    cr = 128 + 0.713267 * (red - luma)
    y, u, v = (min(255, max(0, round(value))) for value in (luma, cb, cr))
    return y, u, v


def quantised(sample: int, step: int) -> int:
    """DC coefficient of a block that has this sample throughout (T.81, A.3.3 and A.3.4)."""
    return round(8 * (sample - 128) / step)


class Filler:
    """Fills covered blocks: the constant's DC, no AC."""

    def __init__(self, covered: CoveredBlocks, constants: Sequence[int]) -> None:
        self._covered = covered
        self._constants = constants

    def __call__(self, component: int, row: int, blocks: Row) -> None:
        inside = self._covered.row(component, row, len(blocks))
        if inside.any():
            blocks[inside] = 0
            blocks[inside, 0] = self._constants[component]


class Digests:
    """A digest of every block row's blocks outside the zones; what lies inside is set to zero.

    Rows are hashed as they pass, so that two files of any size are held against each other in
    little memory. SHA-256: equal digests mean equal coefficients.
    """

    def __init__(self, frame: JpegFrame, covered: CoveredBlocks) -> None:
        self._frame = frame
        self._covered = covered
        self.rows: dict[tuple[int, int], bytes] = {}
        """By component and block row; a row that passes again replaces what it left before."""
        self._constants: dict[int, int] = {}
        self.odd: tuple[int, int] | None = None
        """Component and row of the first covered block that is not the component's constant."""

    def __call__(self, component: int, row: int, blocks: Row) -> None:
        if row >= block_rows(self._frame, component):
            return  # padding that no file holds
        inside = self._covered.row(component, row, len(blocks))
        if inside.any():
            within = blocks[inside]
            constant = self._constants.setdefault(component, int(within[0, 0]))
            if within[:, 1:].any() or (within[:, 0] != constant).any():
                self.odd = self.odd or (component, row)
            blocks[inside] = 0
        self.rows[component, row] = hashlib.sha256(blocks.data).digest()

    def check_equal(self, written: Digests) -> None:
        """Hold the written file's digests against these.

        Raises:
            VerificationError: a coefficient outside the zones differs, or a zone is not constant.
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
                f"a zone is not filled with one constant in block row {row} "
                f"of component {component}."
            )
