"""GIF: from stored frames to the canvas a viewer shows.

A canvas has one number a pixel, shape (height, width), uint32: ``OPAQUE`` with red, green and blue
below it, or 0 where nothing is drawn. Clearing means transparent, as browsers do it, not the
background colour of the header.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.errors import InputError
from efface.media.file import Picture
from efface.media.gif.layout import GifLayout, StoredGif
from efface.media.raster import GREY, stripes

OPAQUE = 0xFF000000
Canvas = NDArray[np.uint32]


def canvases(layout: GifLayout) -> Iterator[Canvas]:
    """What is shown at each frame; the caller must neither change nor keep it.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    canvas = np.zeros((layout.height, layout.width), np.uint32)
    for stored in layout.frames:
        place = canvas[stored.y : stored.y + stored.height, stored.x : stored.x + stored.width]
        saved = place.copy() if stored.dispose == 3 else None
        indices = _indices(stored)[: place.shape[0], : place.shape[1]]
        colours = _colours(stored)
        for rows in stripes(len(place), place[:1].nbytes * 2):
            part = indices[rows]
            if stored.transparent is None:
                place[rows] = colours[part]
            else:
                drawn = part != stored.transparent
                place[rows][drawn] = colours[part[drawn]]
        yield canvas
        if stored.dispose == 2:
            place[:] = 0
        elif saved is not None:
            place[:] = saved


def picture_of(canvas: Canvas) -> Picture:
    """A canvas as RGB, over mid grey."""
    out = np.empty((*canvas.shape, 3), np.uint8)
    for rows in stripes(len(canvas), canvas[:1].nbytes * 4):
        part = canvas[rows]
        shown = np.where(part, part, np.uint32(OPAQUE | GREY << 16 | GREY << 8 | GREY))
        for channel, shift in enumerate((16, 8, 0)):
            out[rows, :, channel] = shown >> shift & 255
    return out


def _indices(stored: StoredGif) -> NDArray[np.uint8]:
    size = (stored.width, stored.height)
    try:
        image = Image.frombytes("P", size, stored.data, "gif", stored.bits, stored.interlaced, -1)
    except (ValueError, OSError, MemoryError, OverflowError) as error:
        raise InputError(f"a frame cannot be decoded ({error}).") from error
    return np.asarray(image)


def _colours(stored: StoredGif) -> NDArray[np.uint32]:
    """256 entries; those the palette does not have are black."""
    entries = np.frombuffer(stored.palette, np.uint8).reshape(-1, 3).astype(np.uint32)
    out = np.full(256, OPAQUE, np.uint32)
    out[: len(entries)] |= entries[:, 0] << 16 | entries[:, 1] << 8 | entries[:, 2]
    return out
