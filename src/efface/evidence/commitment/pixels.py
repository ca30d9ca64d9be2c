"""Kind ``pixels``: the decoded samples of a losslessly coded picture, as a viewer sees them.

A page of the file is a page here, in its stored orientation, and a leaf is a square of ``leaf``
pixels a side. Its payload are the samples of its pixels, row by row, all channels of a pixel
together, least significant byte first; pixels past the right or lower edge are zero. Samples are:

* PNG, GIF, WebP and JPEG XL: red, green, blue, alpha, in 8 bits or (PNG of 16 bits, JPEG XL of more
  than 8) 16, all zero where alpha is; palettes are looked up and fewer bits (not of JPEG XL) scaled
  to 0 to 255, rounded down;
* BMP: red, green, blue in 8 bits, over mid grey where the file is transparent;
* TIFF: the page's own samples in its own type, those of palette pages looked up (16 bits), all zero
  where the page's alpha is.

Parameters: ``leaf``; ``pages``, runs of equal pages, each ``[how many, width, height, channels,
type, orientation, meaning]`` with the type as ``u1``, ``u2``, ``i2``, ``f4`` and the like (kind and
bytes), the EXIF orientation, and ``rgba``, ``rgb`` or TIFF's photometric interpretation;
``profile``, SHA-256 of what else decides the colours (the cleaned ICC profile and PNG's chunks).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from efface.evidence.commitment.grid import LEAVES, Size, by_frame, place, rect_of, ring_of, touched
from efface.evidence.commitment.interface import Claim, Content, HiddenLeaves, LeafGrid, limits
from efface.evidence.commitment.tree import Bytes
from efface.media import raster
from efface.media.layers import RGBA, Layer, Layers
from efface.zones.zone import Zone

SIDES = (4, 8, 16, 32)
"""Pixels a side of a leaf: the first with which a file has no more than ``LEAVES``, or the last."""


class Pixels(Content):
    """A losslessly coded picture, of one or more pages or frames."""

    kind = "pixels"

    def __init__(self, layers: Layers, coarse: Callable[[], Content] | None = None) -> None:
        """
        Args:
            layers: the samples.
            coarse: the same as a lossily coded picture, where one can become such a file.
        """
        self._coarse = coarse
        self._layers, self._walk = layers.pages, layers.walk
        self._side = side_of([layer.size for layer in layers.pages])
        self.parameters = {
            "leaf": self._side,
            "pages": [
                [len(list(same)), *run] for run, same in groupby(_run(x) for x in layers.pages)
            ],
            "profile": hashlib.sha256(layers.colours).hexdigest(),
        }
        self.pages = tuple(self._page(layer) for layer in layers.pages)

    def _page(self, layer: Layer) -> LeafGrid:
        (width, height), side = layer.size, self._side
        size = side * side * layer.channels * np.dtype(layer.type).itemsize
        return LeafGrid(-(-height // side), -(-width // side), size)

    def rows(self) -> Iterator[Bytes]:
        side = self._side
        walk = zip(self._layers, self.pages, self._walk(), strict=True)
        for layer, page, (samples, view) in walk:
            width, height = layer.size
            kind = np.dtype("<" + layer.type)
            padded = np.zeros((side, page.columns * side, layer.channels), kind)
            if layer.meaning == RGBA:
                padded[:, :width, 3] = np.iinfo(kind).max
            for top in range(0, height, side):
                part = view(samples[top : top + side])
                part = part.reshape(*part.shape[:2], -1)
                padded[: len(part), :width, : part.shape[2]] = part
                padded[len(part) :] = 0
                blocks = padded.view(np.uint8).reshape(side, page.columns, -1)
                yield blocks.transpose(1, 0, 2).reshape(page.columns, page.payload)

    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        here = by_frame(zones, [x.orientation.upright_size(*x.size) for x in self._layers])
        leaf = self._side, self._side
        masks, ring, area = [], 0, 0
        for number, (layer, page) in enumerate(zip(self._layers, self.pages, strict=True)):
            mask = np.zeros((page.rows, page.columns), bool)
            if number in here:
                covered = raster.covered(here[number], *layer.size, layer.orientation)
                mask = touched(covered, leaf)
                filled = int(np.count_nonzero(covered))
                area += filled
                ring += ring_of(mask, leaf, layer.size, filled)
            masks.append(mask)
        total = sum(layer.size[0] * layer.size[1] for layer in self._layers)
        return HiddenLeaves(tuple(masks), ring, total - area, total)

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        out = []
        for zone in zones:
            if not 0 <= zone.frame < len(self._layers):
                continue
            layer = self._layers[zone.frame]
            grid = layer.orientation.upright_grid(self._side, self._side, *layer.size)
            out.append(zone.on_grid(grid, 0, 0, *layer.orientation.upright_size(*layer.size)))
        return tuple(out)

    def matched(self, parameters: Mapping[str, Any]) -> Content:
        lossy = "cell" in parameters
        return self if self._coarse is None or not lossy else self._coarse()

    def where(self, page: int, rows: slice, columns: slice) -> str:
        layer, leaf = self._layers[page], (self._side, self._side)
        stored = rect_of(rows, columns, leaf, layer.size)
        found = place(stored, layer.orientation, layer.size)
        return found if len(self._layers) == 1 else f"frame {page}, {found}"

    def claim(self, hidden: HiddenLeaves) -> Claim:
        total = sum(page.leaves for page in self.pages)
        return Claim(
            f"Every pixel of the {total - hidden.leaves} blocks of {self._side}x{self._side} "
            f"pixels that no zone touches ({total} in all) is that of the committed original.",
            limits(hidden.ring),
        )


def side_of(sizes: Sequence[Size]) -> int:
    """Pixels a side of a leaf, for pages of these sizes."""
    for side in SIDES:
        if sum(-(-width // side) * -(-height // side) for width, height in sizes) <= LEAVES:
            return side
    return SIDES[-1]


def _run(layer: Layer) -> list[Any]:
    return [*layer.size, layer.channels, layer.type, layer.orientation.exif, layer.meaning]
