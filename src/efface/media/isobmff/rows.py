"""Rows of a coded picture, decoded when they are asked for: tile by tile, a few tiles at a time.

A picture of 200 megapixels takes 600 MB as samples, and a decoder that puts its tiles together
three times as much while it works.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.geometry import Rect
from efface.media.isobmff import mux
from efface.media.isobmff.coding import Codec
from efface.media.isobmff.items import Item, ItemFile
from efface.media.isobmff.mux import WrittenItem
from efface.media.isobmff.stills import LAYERS, CodedItem
from efface.media.orientation import Orientation

WORKERS = min(2, cpu_count() or 1)
"""Tiles that are coded at the same time: each takes up to 80 MB."""
_KEPT_ROWS = 2
"""Rows of tiles that stay decoded: what is asked for next may begin in the last one."""

T = TypeVar("T")
U = TypeVar("U")


def side_by_side(work: Any, parts: Iterable[T]) -> Iterator[Any]:
    """The work done on each part, several at a time, in order; few parts are taken in advance."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: list[Any] = []
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > 2 * WORKERS:
                yield waiting.pop(0).result()
        for each in waiting:
            yield each.result()


class Rows:
    """The samples of one coded picture, cropped, not turned: shape (height, width), or (height,
    width, 3); uint8 or uint16. It gives rows when it is sliced."""

    def __init__(self, file: ItemFile, coded: CodedItem, codec: Codec) -> None:
        self._file, self._coded, self._codec = file, coded, codec
        crop, channels = coded.crop, coded.coding.channels
        self.shape = (crop.height, crop.width, *((channels,) if channels > 1 else ()))
        self.ndim = len(self.shape)
        self.dtype = np.dtype(np.uint8 if coded.coding.bits == 8 else np.uint16)
        self._width, self._height = coded.width, coded.height
        self._columns = 1
        if coded.item.kind == b"grid":
            extent = coded.tiles[0].property(b"ispe") or b""
            self._width = int.from_bytes(extent[4:8], "big")
            self._height = int.from_bytes(extent[8:12], "big")
            self._columns = -(-coded.width // self._width)
        self._last: dict[int, NDArray[Any]] = {}

    @property
    def nbytes(self) -> int:
        """Of all samples."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """
        Raises:
            InputError: damaged.
        """
        start, stop, _ = rows.indices(self.shape[0])
        top = self._coded.crop.y0
        first, last = (
            (top + start) // self._height,
            (top + max(stop, start + 1) - 1) // self._height,
        )
        bands = [self._band(number) for number in range(first, last + 1)]
        whole = bands[0] if len(bands) == 1 else np.concatenate(bands)
        skip = top + start - first * self._height
        return whole[skip : skip + stop - start]

    def whole(self) -> NDArray[Any]:
        """All of it, in memory of its own.

        Raises:
            InputError: damaged.
        """
        out = np.empty(self.shape, self.dtype)
        height = self.shape[0]
        start = 0
        while start < height:
            below = (self._coded.crop.y0 + start) // self._height + 1
            stop = min(below * self._height - self._coded.crop.y0, height)
            out[start:stop] = self[start:stop]
            self._last.clear()
            start = stop
        return out

    def upright(self, orientation: Orientation) -> Upright:
        """Parts of it as a viewer shows them."""
        return Upright(self, orientation)

    def _band(self, number: int) -> NDArray[Any]:
        """A row of tiles, cropped at its sides."""
        if number not in self._last:
            while len(self._last) >= _KEPT_ROWS:
                del self._last[next(iter(self._last))]
            crop = self._coded.crop
            tiles = range(number * self._columns, (number + 1) * self._columns)
            across = np.empty(
                (self._height, self._columns * self._width, *self.shape[2:]), self.dtype
            )
            for place, tile in enumerate(side_by_side(self._tile, tiles)):
                across[:, place * self._width : (place + 1) * self._width] = tile
            self._last[number] = across[:, crop.x0 : crop.x1]
        return self._last[number]

    def _tile(self, number: int) -> NDArray[Any]:
        tile = self._codec.decode(self._alone(self._coded.tiles[number]), self._coded.coding)
        if tile.shape[0] < self._height or tile.shape[1] < self._width:
            raise InputError("a picture in the file is damaged: its size is not the stated one.")
        return tile[: self._height, : self._width]

    def _alone(self, tile: Item) -> bytes:
        """A file with this one tile: what the decoder needs of it and nothing else. What is said of
        the colours of the whole holds for it."""
        wanted = {b"ispe", b"pixi", self._codec.configuration} | LAYERS
        said = [p for p in self._coded.item.properties if p.data[:4] == b"nclx"]
        said = said or [p for p in tile.properties if p.data[:4] == b"nclx"]
        kept = [p for p in tile.properties if p.kind in wanted]
        part = WrittenItem(tile.kind, self._file.payload(tile), (*kept, *said))
        return mux.build(self._codec.brands([self._coded.coding]), [part], 0)


class Upright:
    """Rectangles of a coded picture as a viewer shows it."""

    def __init__(self, rows: Rows, orientation: Orientation) -> None:
        self._rows, self._orientation = rows, orientation

    def __getitem__(self, where: tuple[slice, slice]) -> NDArray[Any]:
        down, across = where
        rect = Rect(across.start, down.start, across.stop, down.stop)
        height, width = self._rows.shape[:2]
        r = self._orientation.stored_rect(rect, width, height)
        return self._orientation.upright(self._rows[r.y0 : r.y1][:, r.x0 : r.x1])
