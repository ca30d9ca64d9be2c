"""Animated PNG: from stored frames to the canvas a viewer shows, and back.

Frames are written anew from the finished canvases: each replaces the rectangle in which it differs
from the one before. Nothing of how the input was cut into rectangles, which follows what moved
under a zone, is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.png.layout import Control, StoredPng

Canvas = NDArray[Any]
"""RGBA, shape (height, width, 4), uint8 or uint16, straight alpha."""


def canvases(
    frames: list[StoredPng], canvas: Canvas, rgba: Callable[[StoredPng], Canvas]
) -> Iterator[Canvas]:
    """What is shown at each frame of an animation; the caller must neither change nor keep it.

    Args:
        canvas: where it is composed; fully transparent to begin with.
        rgba: decodes one stored frame, in the canvas's sample type.
    """
    for stored in frames:
        control, header = stored.control, stored.header
        if control is None:
            continue
        place = canvas[control.y : control.y + header.height, control.x : control.x + header.width]
        saved = place.copy() if control.dispose == 2 else None
        if control.blend == 0:
            place[:] = rgba(stored)
        else:
            _over(place, rgba(stored))
        yield canvas
        if control.dispose == 1:
            place[:] = 0
        elif saved is not None:
            place[:] = saved


def _over(below: Canvas, above: Canvas) -> None:
    """Composite in place, with the integers of the APNG specification's sample code."""
    full = np.iinfo(above.dtype).max
    alpha = above[..., 3]
    below[alpha == full] = above[alpha == full]
    partial = (alpha > 0) & (alpha < full)
    if not partial.any():
        return
    front, back = above[partial].astype(np.uint64), below[partial].astype(np.uint64)
    u = front[:, 3:] * full
    v = (full - front[:, 3:]) * back[:, 3:]
    mixed = np.empty_like(back)
    mixed[:, :3] = (front[:, :3] * u + back[:, :3] * v) // (u + v)
    mixed[:, 3:] = (u + v) // full
    below[partial] = mixed.astype(below.dtype)


def changed(before: Canvas | None, after: Canvas) -> tuple[slice, slice]:
    """Rows and columns of the smallest rectangle that holds every changed pixel, at least one."""
    height, width = after.shape[:2]
    if before is None:
        return slice(0, height), slice(0, width)
    differs = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def replacing(rows: slice, columns: slice, delay: tuple[int, int]) -> Control:
    """A frame that replaces a rectangle and stays."""
    return Control(int(columns.start), int(rows.start), delay, dispose=0, blend=0)
