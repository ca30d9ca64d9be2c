"""One look of one network at one view of a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect import centerface, yunet
from efface.detect.boxes import Boxes, no_boxes, suppress, turned_back
from efface.detect.network import Network, Outputs
from efface.detect.tiling import OVERLAP_PX, ScaledView, Tile, tiles
from efface.geometry import Rect

SAME_FACE = 0.4
"""Boxes of one network that overlap this much show the same face."""


@dataclass(frozen=True, slots=True)
class Model:
    """A network and how its outputs are read."""

    network: Callable[[], Network]
    decode: Callable[[Outputs, tuple[int, int], float], Boxes]
    tile_px: int
    """Longest side of a tile. Larger ones take more memory and leave the processor's cache; smaller
    ones spend more on the overlap."""

    def tiles(self, view: ScaledView) -> list[Tile]:
        """All tiles of a view."""
        return tiles(*view.size, self.tile_px)


CENTERFACE = Model(centerface.centerface, centerface.decode, 640)
YUNET = Model(yunet.yunet, yunet.decode, 1280)


def look(
    model: Model, view: ScaledView, floor: float, chosen: Sequence[Tile] | None = None
) -> Boxes:
    """Candidates of score ``floor`` and up, in pixels of the picture, best first.

    Args:
        model: which network looks.
        view: at what.
        floor: lowest score, 0 to 1.
        chosen: the tiles to look at; all of them when left out.
    """
    every = model.tiles(view)
    where = every if chosen is None else list(chosen)
    found = model.network().run(
        (view.seen(tile.area) for tile in where),
        lambda outputs, shape: model.decode(outputs, shape, floor),
    )
    if len(every) == len(where) == 1:  # it answers for all of it, and has no edge inside it
        boxes = _unturned(found[0], view, where[0])
        boxes[:, :4] /= view.scale
        return boxes
    parts = [
        _own(_unturned(boxes, view, tile), tile, view)
        for tile, boxes in zip(where, found, strict=True)
    ]
    boxes = suppress(np.concatenate([no_boxes(), *parts]), SAME_FACE)
    boxes[:, :4] /= view.scale
    return boxes


def _unturned(boxes: Boxes, view: ScaledView, tile: Tile) -> Boxes:
    boxes = turned_back(boxes, view.quarter_turns, tile.area.width, tile.area.height)
    boxes[:, :2] += (tile.area.x0, tile.area.y0)
    return boxes


def _own(boxes: Boxes, tile: Tile, view: ScaledView) -> Boxes:
    """Boxes that the tile answers for, less pieces of faces too large for it."""
    width, height = view.size
    x = np.clip(boxes[:, 0] + boxes[:, 2] / 2, 0, width - 0.5)
    y = np.clip(boxes[:, 1] + boxes[:, 3] / 2, 0, height - 0.5)
    core = tile.core
    own = (x >= core.x0) & (x < core.x1) & (y >= core.y0) & (y < core.y1)
    return boxes[own & ~_cut(boxes, tile.area, width, height)]


def _cut(boxes: Boxes, area: Rect, width: int, height: int) -> NDArray[np.bool_]:
    """Boxes that a tile's edge inside the picture cuts, and that are larger than the overlap."""
    x0, y0 = boxes[:, 0], boxes[:, 1]
    x1, y1 = x0 + boxes[:, 2], y0 + boxes[:, 3]
    outside = np.zeros(len(boxes), bool)
    if area.x0 > 0:
        outside |= x0 < area.x0
    if area.y0 > 0:
        outside |= y0 < area.y0
    if area.x1 < width:
        outside |= x1 > area.x1
    if area.y1 < height:
        outside |= y1 > area.y1
    return outside & (np.maximum(boxes[:, 2], boxes[:, 3]) > OVERLAP_PX)
