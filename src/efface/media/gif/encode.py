"""GIF: from redacted canvases to frames, exactly.

Each frame has a palette of its own and draws the pixels in which its canvas differs from what is
there before it. What is there can be chosen: the canvas of the frame before, what was under that
frame, or nothing. The first choice that needs no more colours than a palette holds is taken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.errors import RefusedError
from efface.media import palette
from efface.media.few_colours import as_entry, reduced
from efface.media.filled import FrameFill, packed, unpacked
from efface.media.gif.canvas import OPAQUE, Canvas
from efface.media.raster import covered, stripes

LEAVE, CLEAR, RESTORE = 1, 2, 3
MOST_DRAWN = 255
"""Colours that one frame can draw, beside the index that says: leave what is there."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one frame draws."""

    rows: slice
    columns: slice
    changed: NDArray[np.bool_] | None
    """Which pixels of the rectangle are drawn; ``None`` for all of them."""
    colours: Canvas
    """The palette: packed colours, ascending."""


def drawing(before: Canvas, after: Canvas, whole: bool = False) -> Drawing | None:
    """How to come from one canvas to another; ``None`` when a single frame cannot.

    Args:
        whole: the rectangle must be the whole canvas.
    """
    changed = before != after
    if (changed & (after == 0)).any():
        return None
    rows, columns = _bounds(changed, whole)
    part, changed = after[rows, columns], changed[rows, columns]
    if not changed.all():
        drawn = _colours(part, changed, MOST_DRAWN)
        if drawn is not None:  # one index says: leave what is there
            return Drawing(rows, columns, changed, drawn)
        if not part.all():
            return None
    colours = _colours(part, None, 256)
    return None if colours is None else Drawing(rows, columns, None, colours)


def _colours(part: Canvas, where: NDArray[np.bool_] | None, most: int) -> Canvas | None:
    """The colours of some pixels, ascending; ``None`` when there are too many."""
    out = np.empty(0, np.uint32)
    for rows in stripes(len(part), part[:1].nbytes * 8):
        seen = part[rows].ravel() if where is None else part[rows][where[rows]]
        out = np.union1d(out, seen).astype(np.uint32)
        if len(out) > most:
            return None
    return out


def _bounds(changed: NDArray[np.bool_], whole: bool) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if whole:
        return slice(0, changed.shape[0]), slice(0, changed.shape[1])
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """A frame about to be written: what happens after it depends on the next one."""

    state: Canvas
    """What is there before it is drawn."""
    canvas: Canvas
    """What is there after."""
    plan: Drawing
    delay: int

    def states(self) -> Iterator[tuple[int, Canvas]]:
        """The ways to leave this frame, and what is there then."""
        yield LEAVE, self.canvas
        yield RESTORE, self.state
        if self.whole() is not None:
            yield CLEAR, np.zeros_like(self.canvas)

    def whole(self) -> Placed | None:
        """The same with a rectangle as large as the canvas, so that clearing it clears all."""
        plan = drawing(self.state, self.canvas, whole=True)
        return None if plan is None else replace(self, plan=plan)


def frame_bytes(placed: Placed, dispose: int) -> bytes:
    """Graphic control, descriptor, palette and data of one frame."""
    plan = placed.plan
    part = placed.canvas[plan.rows, plan.columns]
    entries = len(plan.colours)
    indices = np.empty(part.shape, np.uint8)
    for rows in stripes(len(part), part[:1].nbytes * 8):
        indices[rows] = np.searchsorted(plan.colours, part[rows])
    if plan.changed is not None:
        indices[~plan.changed] = entries
    bits = max(1, (entries + (plan.changed is not None) - 1).bit_length())
    palette = np.zeros((1 << bits, 3), np.uint8)
    for channel, shift in enumerate((16, 8, 0)):
        palette[:entries, channel] = plan.colours >> shift & 255
    height, width = part.shape
    image = Image.frombuffer("P", (width, height), indices.tobytes(), "raw", "P", 0, 1)
    return b"".join(
        (
            struct.pack(
                "<BBBBHBB",
                *(0x21, 0xF9, 4),
                dispose << 2 | (plan.changed is not None),
                placed.delay,
                entries if plan.changed is not None else 0,
                0,
            ),
            struct.pack(
                "<BHHHHB",
                0x2C,
                int(plan.columns.start),
                int(plan.rows.start),
                width,
                height,
                0x80 | (bits - 1),
            ),
            palette.tobytes(),
            b"\x08",  # the encoder's code size, whatever the palette's
            image.tobytes("gif", "P", 8, 0),
            b"\0",
        )
    )


Frame = tuple[Canvas, FrameFill, int]
"""A canvas (which is changed), what stands in its zones, and its delay."""


def encoded(frames: Iterator[Frame], notes: list[str]) -> Iterator[bytes]:
    """All frames as bytes.

    Args:
        notes: what the user must know is added here.

    Raises:
        RefusedError: a frame needs more colours than GIF can draw at once.
    """
    pending: Placed | None = None
    for dispose, placed, shortage in planned(frames):
        if shortage is not None and shortage not in notes:
            notes.append(shortage)
        if pending is not None:
            yield frame_bytes(
                (pending.whole() or pending) if dispose == CLEAR else pending, dispose
            )
        pending = placed
    if pending is not None:
        yield frame_bytes(pending, LEAVE)


def planned(frames: Iterator[Frame]) -> Iterator[tuple[int, Placed, str | None]]:
    """How the frame before each is left, the frame as it is drawn, and what the user must know of
    its colours.

    Raises:
        RefusedError: a frame needs more colours than GIF can draw at once.
    """
    pending: Placed | None = None
    for number, (canvas, fill, delay) in enumerate(frames):
        before = pending.states() if pending else iter([(LEAVE, np.zeros_like(canvas))])
        placed = _place(before, canvas, fill, delay)
        if placed is None:
            raise RefusedError(
                f"frame {number} needs more than 256 new colours at once, which GIF cannot draw.",
                hint="Give the zones of this frame to the frames before it too, or convert the "
                "file to PNG (animated) or WebP first.",
            )
        yield placed
        pending = placed[1]


def _place(
    before: Iterator[tuple[int, Canvas]], canvas: Canvas, fill: FrameFill, delay: int
) -> tuple[int, Placed, str | None] | None:
    """The first way to leave the frame before from which this one can be drawn."""
    fill.paint(canvas, opaque)
    tried = []
    for dispose, state in before:
        if plan := drawing(state, canvas):
            return dispose, Placed(state, canvas, plan, delay), None
        tried.append((dispose, state))
    mask = covered(fill.zones, canvas.shape[1], canvas.shape[0])
    if not mask.any():
        return None
    wanted, counts = fill.colours()
    for dispose, state in tried:
        others = np.unique(canvas[~mask & (canvas != state) & (canvas > 0)])
        there = {as_entry(colour) for colour in unpacked(others)}
        chosen = reduced(wanted, counts, there, MOST_DRAWN - len(there), np.asarray)
        if chosen is None:
            continue
        table = opaque(chosen[1].astype(np.uint8))
        fill.paint(canvas, partial(_looked_up, wanted, table))
        if plan := drawing(state, canvas):
            shortage = None if chosen[0] else palette.shortage(fill)
            return dispose, Placed(state, canvas, plan, delay), shortage
    return None


def _looked_up(wanted: NDArray[np.uint32], table: Canvas, rgb: NDArray[np.uint8]) -> Canvas:
    return table[np.searchsorted(wanted, packed(rgb))]


def opaque(rgb: NDArray[np.uint8]) -> Canvas:
    """Colours as they stand on a canvas."""
    return packed(rgb) | np.uint32(OPAQUE)
