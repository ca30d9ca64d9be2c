"""What fills covered blocks: a picture, through the file's own sampling and quantisation.

The transform is done in whole numbers, as floats that hold them exactly, so that the coefficients
are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.media.coefficients import JpegFrame
from efface.media.filled import FilledZone, FrameFill, luma
from efface.media.jpeg.tables import Table
from efface.media.orientation import Orientation
from efface.zones.zone import Zone

ZIGZAG = (
    *(0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34),
    *(27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37),
    *(44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63),
)
"""Place in natural order of each coefficient as tables list them (T.81, figure A.6)."""

_SCALE = 1 << 17
"""Of the cosines. 8-bit samples, summed over up to 16, stay below 2^53 through both passes."""
_COSINES = np.rint(np.cos(np.outer(np.arange(8), 2 * np.arange(8) + 1) * np.pi / 16) * _SCALE)
_NORMS = np.where(np.arange(8) == 0, np.sqrt(0.5), 1.0)
_WEIGHTS = np.outer(_NORMS, _NORMS) / 4 / _SCALE**2
_WEIGHTS[0, 0] = 1 / 8 / _SCALE**2
"""What makes T.81's transform (A.3.3) of the whole numbers; exact for DC."""
LARGEST = 1023
"""AC of an 8-bit picture (T.81, F.1.2.2)."""


@dataclass(frozen=True, slots=True)
class ColourModel:
    """How samples of a file stand for colours."""

    components: int
    """1 grey, 3 colour, 4 inks (Adobe's convention: 255 is no ink)."""
    adobe: int | None
    """Adobe's colour transform, if the file states one."""
    rgb: bool
    """Three components are red, green and blue."""

    def samples(self, colours: NDArray[np.uint8]) -> NDArray[np.int64]:
        """RGB as the samples that the file stores, 0 to 255, shape (..., components)."""
        if self.components == 1:
            return luma(colours)[..., None]
        if self.components == 3:
            return colours.astype(np.int64) if self.rgb else _ycc(colours)
        black = colours.max(axis=-1, keepdims=True).astype(np.int64)
        inks = np.rint(255 * colours.astype(np.int64) / np.maximum(black, 1)).astype(np.int64)
        inks = np.where(black == 0, 255, inks)
        if self.adobe == 2:
            inks = _ycc(255 - inks)
        return np.concatenate([inks, black], axis=-1)


def _ycc(rgb: NDArray[np.generic]) -> NDArray[np.int64]:
    """ITU-R BT.601 at full range, as JFIF 1.02 has it."""
    red, green, blue = (rgb[..., i].astype(np.float64) for i in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    cb = 128 + 0.564334 * (blue - light)
    cr = 128 + 0.713267 * (red - light)
    return np.clip(np.rint(np.stack([light, cb, cr], axis=-1)), 0, 255).astype(np.int64)


def touched(
    frame: JpegFrame, orientation: Orientation, zone: Zone, mask: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.bool_]]:
    """The minimum coded units in which a zone fills a pixel: row and column of the first, and which
    of those from there on, shape (rows, columns).

    Args:
        mask: pixels of the zone's rectangle that are filled, upright.
    """
    wide, high = frame.mcu
    r = orientation.stored_rect(zone.rect, frame.width, frame.height)
    row, column = r.y0 // high, r.x0 // wide
    stored = orientation.stored(mask)
    across = _edges(r.x0, r.x1, wide)
    down = _edges(r.y0, r.y1, high)
    rows = np.logical_or.reduceat(stored, down, axis=0)
    return row, column, np.logical_or.reduceat(rows, across, axis=1)


def _edges(start: int, stop: int, step: int) -> NDArray[np.int64]:
    """Where cells of a grid begin in a stretch, counted from its start."""
    return np.concatenate([[0], np.arange(start // step * step + step, stop, step) - start])


class _Area:
    """One zone as coefficients, a row of coded units at a time."""

    def __init__(self, frame: JpegFrame, orientation: Orientation, part: FilledZone) -> None:
        self._frame = frame
        wide, high = frame.mcu
        r = orientation.stored_rect(part.zone.rect, frame.width, frame.height)
        self.row, self.column, self.units = touched(frame, orientation, part.zone, part.seen)
        self._colours = orientation.stored(part.colours)
        columns = self.units.shape[1]
        self._above, self._left = r.y0 - self.row * high, r.x0 - self.column * wide
        self._right = columns * wide - self._left - r.width
        self._last: tuple[int, NDArray[np.int64]] | None = None

    def plane(self, model: ColourModel, component: int, unit: int) -> NDArray[np.int64]:
        """Samples of one component in a row of units, before sampling. What lies beyond the zone
        (units reach past the border of the picture) goes on as its edge."""
        if self._last is None or self._last[0] != unit:
            high = self._frame.mcu[1]
            lines = np.arange(unit * high, (unit + 1) * high) - self._above
            strip = self._colours[np.clip(lines, 0, len(self._colours) - 1)]
            strip = np.pad(strip, [(0, 0), (self._left, self._right), (0, 0)], mode="edge")
            self._last = unit, model.samples(strip)
        return self._last[1][..., component]


class FilledBlocks:
    """The coefficients of covered blocks: of a constant its DC and no AC."""

    def __init__(
        self,
        frame: JpegFrame,
        orientation: Orientation,
        fill: FrameFill,
        model: ColourModel,
        tables: tuple[Table, ...],
    ) -> None:
        self._frame, self._model, self._tables = frame, model, tables
        self._constants: list[NDArray[np.int16]] = []
        self._areas: list[_Area] = []
        if fill.constant is None:
            self._areas = [_Area(frame, orientation, part) for part in fill.parts]
            return
        for sample, table in zip(fill.value(model.samples).tolist(), tables, strict=True):
            block = np.zeros(64, np.int16)
            block[0] = quantised(sample, table[0])
            self._constants.append(block)

    def row(self, component: int, row: int, inside: NDArray[np.bool_]) -> NDArray[np.int16]:
        """What stands in the covered blocks of a component's block row, shape (count, 64), or (64,)
        for all of them.

        Args:
            inside: which of its blocks are covered.
        """
        if self._constants:
            return self._constants[component]
        out = np.zeros((len(inside), 64), np.int16)
        across, down = self._frame.blocks_per_mcu(component)
        for area in self._areas:
            unit = row // down - area.row
            if not 0 <= unit < len(area.units):
                continue
            blocks = self._blocks(area, component, unit, row % down)
            shown = np.repeat(area.units[unit], across)
            first = area.column * across
            shown, blocks = shown[: len(out) - first], blocks[: len(out) - first]
            out[first : first + len(shown)][shown] = blocks[shown]
        return out[inside]

    def _blocks(self, area: _Area, component: int, unit: int, line: int) -> NDArray[np.int16]:
        """One row of blocks, sampled, transformed and quantised."""
        across, down = self._frame.blocks_per_mcu(component)
        wide, high = (side // 8 for side in self._frame.mcu)
        plane = area.plane(self._model, component, unit)
        sums = plane.repeat(down, axis=0).reshape(8 * down, high, -1).sum(axis=1)
        sums = sums[8 * line : 8 * line + 8]
        sums = sums.repeat(across, axis=1).reshape(8, -1, wide).sum(axis=2)
        count = wide * high
        blocks = (sums - 128 * count).reshape(8, -1, 8).transpose(1, 0, 2).astype(np.float64)
        transformed = _COSINES @ blocks @ _COSINES.T
        steps = np.empty(64)
        steps[list(ZIGZAG)] = self._tables[component]
        scaled = (transformed * _WEIGHTS).reshape(-1, 64) / (steps * count)
        whole: NDArray[np.int16] = np.rint(scaled).astype(np.int16)
        whole[:, 1:] = np.clip(whole[:, 1:], -LARGEST, LARGEST)
        return whole


def quantised(sample: int, step: int) -> int:
    """DC coefficient of a block that has this sample throughout (T.81, A.3.3 and A.3.4)."""
    return round(8 * (sample - 128) / step)
