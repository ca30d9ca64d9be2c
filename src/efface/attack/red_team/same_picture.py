"""Whether a redacted file was made from this original: outside what was covered they are alike.

Both are compared at a scale at which lossy coding and a blur leave the means as they were. A part
that is there anew, with as much detail as before and other means, was not made by covering
something: the files do not belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.pair import HINT, Both, Gray
from efface.errors import RefusedError
from efface.regions import Box

CELLS = 96
"""Cells along the longer side; a cell has 8 pixels at least."""

OTHER = 16.0
"""Steps of 255 by which a cell's luma has to differ to count as another one's. Strong JPEG moves
the mean of 8 x 8 pixels by 2 or 3."""

FLAT = 2.0
"""Deviation between neighbouring cells, in steps of 255, below which a part is a fill."""

AS_DETAILED = 0.8
"""A covered part has less detail than the original there; one with this share of it, or more, shows
something else."""

ALLOWED = 0.02
"""Share of the picture outside the faces that may show something else: a caption, a logo."""

AROUND = 3.0
"""Sides of the square around a face, in boxes, in which anything may have been done."""

FEW_CELLS = 0.02
"""With less than this share of the picture outside the faces, their surroundings are compared."""

LIKENESS = 0.5
"""Correlation of the whole pictures that is expected then, where zones are no plain fill."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """How far a redacted frame shows something that the original does not."""

    share: float
    """Of the picture outside the faces."""
    place: tuple[int, int]
    """Pixels of the frame: the middle of the cell that differs most."""
    levels: float
    """By how much it does there, in steps of 255."""


class SamePicture:
    """Holds the frames of both files against each other, one by one."""

    def __init__(self, path: Path) -> None:
        """
        Args:
            path: of the redacted file, for the refusal.
        """
        self._path = path

    def see(self, both: Both, size: tuple[int, int], boxes: Iterable[Box]) -> NDArray[np.bool_]:
        """Compare one frame.

        Args:
            size: (width, height) of the frame.
            boxes: of the original's faces in it, kept ones too.

        Returns:
            The cells that were covered and lie around no face, shape (rows, columns).

        Raises:
            RefusedError: the files do not belong together.
        """
        columns, rows = grid_of(size)
        original, redacted = both.grays(columns, rows)
        near = around(boxes, size, (rows, columns))
        foreign = foreign_in(original, redacted, near, size)
        if foreign is not None:
            x, y = foreign.place
            when = "" if both.time_s is None else f"in frame {both.index} ({both.time_s:.3f} s) "
            page = f"page {both.index + 1}: " if both.time_s is None and both.index else ""
            raise RefusedError(
                f"it does not show what the original shows: {page}{when}{foreign.share:.0%} of the "
                f"picture outside the faces is something else, most at ({x}, {y}), by "
                f"{foreign.levels:.0f} of 255.",
                path=self._path,
                hint=HINT,
            )
        return _other(original, redacted) & ~near


def grid_of(size: tuple[int, int]) -> tuple[int, int]:
    """How many cells a picture of (width, height) pixels has: columns and rows."""
    cell = max(8.0, max(size) / CELLS)
    return max(2, round(size[0] / cell)), max(2, round(size[1] / cell))


def around(
    boxes: Iterable[Box], size: tuple[int, int], shape: tuple[int, int], sides: float = AROUND
) -> NDArray[np.bool_]:
    """The cells about faces.

    Args:
        size: (width, height) of the picture, pixels.
        shape: (rows, columns) of the cells.
        sides: of the rectangle about a face, in boxes.
    """
    mask = np.zeros(shape, bool)
    fx, fy = shape[1] / size[0], shape[0] / size[1]
    for box in boxes:
        across, along = box.width * (sides - 1) / 2, box.height * (sides - 1) / 2
        x0, x1 = (box.x - across) * fx, (box.x + box.width + across) * fx
        y0, y1 = (box.y - along) * fy, (box.y + box.height + along) * fy
        columns = slice(max(0, int(np.floor(x0))), max(0, int(np.ceil(x1))))
        mask[max(0, int(np.floor(y0))) : max(0, int(np.ceil(y1))), columns] = True
    return mask


def foreign_in(
    original: Gray, redacted: Gray, near: NDArray[np.bool_], size: tuple[int, int]
) -> Foreign | None:
    """What a frame shows that its original does not; ``None`` where they go together.

    Args:
        original, redacted: luma of the cells, shape (rows, columns).
        near: cells about faces, same shape.
        size: (width, height) of the frame, pixels.
    """
    levels = np.abs(original.astype(np.float32) - redacted)
    other = _other(original, redacted) & ~_filled(redacted)
    other &= _detail(redacted) >= AS_DETAILED * _detail(original)
    rest = ~near
    if rest.mean() < FEW_CELLS:
        # the faces fill the picture: nothing lies outside, so that only another picture shows
        if _alike(original, redacted) >= LIKENESS or other.mean() <= FEW_CELLS:
            return None
        rest = np.ones_like(near)
    other &= rest
    share = float(other.sum() / rest.sum())
    if share <= ALLOWED:
        return None
    worst = np.where(other, levels, 0)
    row, column = np.unravel_index(int(worst.argmax()), worst.shape)
    x = round((int(column) + 0.5) * size[0] / worst.shape[1])
    y = round((int(row) + 0.5) * size[1] / worst.shape[0])
    return Foreign(share, (x, y), float(worst.max()))


def areas(covered: NDArray[np.bool_], size: tuple[int, int]) -> Sequence[tuple[int, int, int, int]]:
    """Rectangles (x, y, width, height), in pixels, of the connected parts of covered cells.

    Args:
        covered: shape (rows, columns).
        size: (width, height) of the frame, pixels.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(covered.astype(np.uint8), connectivity=8)
    fx, fy = size[0] / covered.shape[1], size[1] / covered.shape[0]
    out = []
    for x, y, width, height, cells in stats[1:count].tolist():
        if cells >= _SMALLEST_AREA:
            out.append((round(x * fx), round(y * fy), round(width * fx), round(height * fy)))
    return out


_SMALLEST_AREA = 4
"""Cells of a covered part that is worth a word."""


def _other(original: Gray, redacted: Gray) -> NDArray[np.bool_]:
    return np.asarray(np.abs(original.astype(np.float32) - redacted) > OTHER)


def _detail(cells: Gray) -> NDArray[np.float32]:
    """Deviation over each cell and its neighbours."""
    values = cells.astype(np.float32)
    mean = cv2.blur(values, (3, 3))
    square = cv2.blur(values * values, (3, 3))
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0)), np.float32)


def _filled(cells: Gray) -> NDArray[np.bool_]:
    """Cells that belong to a fill, or touch one."""
    flat = (_detail(cells) < FLAT).astype(np.uint8)
    return np.asarray(cv2.dilate(flat, np.ones((5, 5), np.uint8)) > 0)


def _alike(original: Gray, redacted: Gray) -> float:
    a, b = original.astype(np.float64).ravel(), redacted.astype(np.float64).ravel()
    if a.std() == 0 or b.std() == 0:
        return 1.0
    return float(np.corrcoef(a, b)[0, 1])
