"""Leaves as rectangles of a stored picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.tree import Mask
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.zones.zone import Zone

LEAVES = 1 << 17
"""Leaves of a photo are the smallest squares (for JPEG: units) of which there are no more than so
many: what a commitment costs, and a proof's size, stay within bounds for every picture."""

Size = tuple[int, int]
"""Width and height, pixels."""


def by_frame(zones: Iterable[Zone], sizes: Sequence[Size]) -> dict[int, list[Zone]]:
    """Zones by their frame, clipped to it; those of which nothing is left are left out.

    Args:
        zones: perhaps of another file.
        sizes: upright, of each frame.
    """
    out: dict[int, list[Zone]] = {}
    for zone in zones:
        if 0 <= zone.frame < len(sizes):
            rect = zone.rect.clipped(*sizes[zone.frame])
            if not rect.empty:
                out.setdefault(zone.frame, []).append(replace(zone, rect=rect))
    return out


def areas(shape: tuple[int, ...], leaf: Size, size: Size) -> NDArray[np.int64]:
    """How many pixels of each leaf lie in the picture, shape (rows, columns).

    Args:
        shape: rows and columns.
        size: of the picture.
    """
    wide = np.clip(size[0] - np.arange(shape[1]) * leaf[0], 0, leaf[0])
    tall = np.clip(size[1] - np.arange(shape[0]) * leaf[1], 0, leaf[1])
    return np.asarray(tall[:, None] * wide)


def ring_of(hidden: Mask, leaf: Size, size: Size, filled: int) -> int:
    """How many pixels lie in hidden leaves and were not filled.

    Args:
        filled: how many pixels were.
    """
    return int(areas(hidden.shape, leaf, size)[hidden].sum()) - filled


def touched(covered: Mask, leaf: Size) -> Mask:
    """The leaves in which a pixel is set, shape (rows, columns).

    Args:
        leaf: its width is a multiple of 4.
    """
    (height, width), (wide, high) = covered.shape, leaf
    rows, columns = -(-height // high), -(-width // wide)
    padded = np.zeros((rows * high, columns * wide), bool)
    padded[:height, :width] = covered
    fours = padded.view(np.uint32).reshape(rows, high, -1)  # four pixels at once
    by_row = np.bitwise_or.reduce(fours, axis=1)
    return np.asarray(by_row.reshape(rows, columns, -1).any(axis=2))


def rect_of(rows: slice, columns: slice, leaf: Size, size: Size) -> Rect:
    """The stored pixels of some leaves."""
    (wide, high), (width, height) = leaf, size
    return Rect(
        columns.start * wide,
        rows.start * high,
        min(columns.stop * wide, width),
        min(rows.stop * high, height),
    )


def place(stored: Rect, orientation: Orientation, size: Size) -> str:
    """Where a viewer sees some stored pixels, in words.

    Args:
        size: of the stored picture.
    """
    rect = upright_rect(stored, orientation, size)
    return f"x {rect.x0} to {rect.x1 - 1}, y {rect.y0} to {rect.y1 - 1}"


def upright_rect(stored: Rect, orientation: Orientation, size: Size) -> Rect:
    """A rectangle of a stored picture as a viewer sees it."""
    x0, y0, x1, y1 = stored.x0, stored.y0, stored.x1, stored.y1
    if orientation.transposed:
        x0, y0, x1, y1 = y0, x0, y1, x1
    across, down = orientation.upright_size(*size)
    if orientation.mirror_x:
        x0, x1 = across - x1, across - x0
    if orientation.mirror_y:
        y0, y1 = down - y1, down - y0
    return Rect(x0, y0, x1, y1)
