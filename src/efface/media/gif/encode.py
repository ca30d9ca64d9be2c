"""GIF: from redacted canvases to frames, exactly.

Each frame has a palette of its own and draws the pixels in which its canvas differs from what is
there before it. What is there can be chosen: the canvas of the frame before, what was under that
frame, or nothing. The first choice that needs no more colours than a palette holds is taken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.errors import RefusedError
from efface.media import palette
from efface.media.gif.canvas import OPAQUE, Canvas
from efface.media.raster import stripes

LEAVE, CLEAR, RESTORE = 1, 2, 3


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
        drawn = _colours(part, changed, 255)
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


def encoded(
    frames: Iterator[tuple[Canvas, NDArray[np.bool_], int]], fill: int, notes: list[str]
) -> Iterator[bytes]:
    """All frames as bytes.

    Args:
        frames: canvas (changed in place), its zones, and its delay.
        fill: packed colour of the zones.
        notes: what the user must know is added here.

    Raises:
        RefusedError: a frame needs more colours than GIF can draw at once.
    """
    pending: Placed | None = None
    for number, (canvas, mask, delay) in enumerate(frames):
        before = pending.states() if pending else iter([(LEAVE, np.zeros_like(canvas))])
        placed = _place(before, canvas, mask, fill, delay)
        if placed is None:
            raise RefusedError(
                f"frame {number} needs more than 256 new colours at once, which GIF cannot draw.",
                hint="Give the zones of this frame to the frames before it too, or convert the "
                "file to PNG (animated) or WebP first.",
            )
        dispose, current = placed
        if mask.any() and canvas.flat[mask.argmax()] != fill and palette.NEAREST_NOTE not in notes:
            notes.append(palette.NEAREST_NOTE)
        if pending is not None:
            yield frame_bytes(
                (pending.whole() or pending) if dispose == CLEAR else pending, dispose
            )
        pending = current
    if pending is not None:
        yield frame_bytes(pending, LEAVE)


def _place(
    before: Iterator[tuple[int, Canvas]],
    canvas: Canvas,
    mask: NDArray[np.bool_],
    fill: int,
    delay: int,
) -> tuple[int, Placed] | None:
    """The first way to leave the frame before from which this one can be drawn."""
    canvas[mask] = fill
    tried = []
    for dispose, state in before:
        if plan := drawing(state, canvas):
            return dispose, Placed(state, canvas, plan, delay)
        tried.append((dispose, state))
    if not mask.any():
        return None
    wanted = _rgb(fill)
    for dispose, state in tried:
        others = np.unique(canvas[~mask & (canvas != state) & (canvas > 0)])
        near = palette.nearest({_rgb(int(colour)) for colour in others}, wanted)
        if near is None:
            continue
        canvas[mask] = OPAQUE | near[0] << 16 | near[1] << 8 | near[2]
        if plan := drawing(state, canvas):
            return dispose, Placed(state, canvas, plan, delay)
        canvas[mask] = fill
    return None


def _rgb(packed: int) -> tuple[int, ...]:
    return packed >> 16 & 255, packed >> 8 & 255, packed & 255
