"""The looks of one search: where each network looks at a picture, and at which scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes, suppress
from efface.detect.fusion import Looks
from efface.detect.passes import CENTERFACE, SAME_FACE, YUNET, look
from efface.detect.tiling import Pyramid, ScaledView, Tile

NATIVE_FLOOR = 0.05
"""Lowest score of CenterFace that takes part in fusing."""

SECOND_FLOOR = 0.12
"""Lowest score of YuNet that takes part in fusing."""

SMALL_PX = 48
"""Height of a candidate below which the fine look may see it better."""

LOWEST_PX = 800
"""Halving stops at the first picture whose longer side is at most this: faces as large as the whole
picture are seen there."""


def second_look(pyramid: Pyramid, floor: float, *, quarter_turns: int = 0, level: int = 0) -> Boxes:
    """What YuNet sees at one level of a picture and at every second one below it.

    Unturned and from level 0 this is what the rescan of a written file does, and it is part of
    every detection: in the same picture both see the same boxes.

    Args:
        pyramid: the picture.
        floor: lowest score, 0 to 1. The boxes above a higher floor are the same for any lower one.
        quarter_turns: counter-clockwise, before looking.
        level: the first, and largest, to look at.
    """
    lowest = max(level, pyramid.lowest(LOWEST_PX))
    levels = [*range(level, lowest, 2), lowest]
    found = [look(YUNET, pyramid.view(k, quarter_turns), floor) for k in levels]
    return suppress(np.concatenate(found), SAME_FACE)


def coarse_look(pyramid: Pyramid, floor: float, *, quarter_turns: int = 0, first: int = 1) -> Boxes:
    """What CenterFace sees in the picture at half its size and below.

    Args:
        pyramid: the picture.
        floor: lowest score, 0 to 1.
        quarter_turns: counter-clockwise, before looking.
        first: the first, and largest, level to look at.
    """
    lowest = max(first, pyramid.lowest(LOWEST_PX))
    views = [pyramid.view(level, quarter_turns) for level in range(first, lowest + 1)]
    found = [look(CENTERFACE, view, floor) for view in views]
    return suppress(np.concatenate(found), SAME_FACE)


def looks_at(
    pyramid: Pyramid,
    second: Boxes,
    *,
    fine_share: float,
    fine_tiles: int,
    closer_from: tuple[float, float] = (NATIVE_FLOOR, SECOND_FLOOR),
    quarter_turns: int = 0,
) -> Looks:
    """CenterFace at all scales, the larger ones only where something may be.

    Args:
        pyramid: the picture.
        second: what YuNet saw in it.
        closer_from: score of a candidate of CenterFace, and of YuNet, for which a tile is looked at
            at the next larger scale.
        fine_share: share of the picture that the fine look may look at, 0 to 1.
        fine_tiles: tiles it may look at in any case.
        quarter_turns: counter-clockwise, before looking.
    """
    coarse = coarse_look(pyramid, NATIVE_FLOOR, quarter_turns=quarter_turns)
    view = pyramid.view(0, quarter_turns)
    first, other = closer_from
    second_where = second[second[:, 4] >= other]
    where = promising(view, np.concatenate([coarse[coarse[:, 4] >= first], second_where]))
    native = look(CENTERFACE, view, NATIVE_FLOOR, where) if where else no_boxes()

    view = pyramid.enlarged(2.0, quarter_turns)
    candidates = np.concatenate([native[native[:, 4] >= first], second_where])
    where = promising(view, candidates[candidates[:, 3] < SMALL_PX])
    most = max(fine_tiles, round(fine_share * len(CENTERFACE.tiles(view))))
    fine = look(CENTERFACE, view, NATIVE_FLOOR, where[:most]) if where else no_boxes()
    return Looks(coarse, native, fine, second, _areas(where[:most], view))


def promising(view: ScaledView, candidates: Boxes) -> list[Tile]:
    """The tiles of a view that answer for any candidate, those with the most of them first.

    Args:
        view: cut into CenterFace's tiles.
        candidates: in the picture's pixels; each counts by its score.
    """
    x = (candidates[:, 0] + candidates[:, 2] / 2) * view.scale
    y = (candidates[:, 1] + candidates[:, 3] / 2) * view.scale
    x, y = np.clip(x, 0, view.size[0] - 1), np.clip(y, 0, view.size[1] - 1)
    found = []
    for index, tile in enumerate(CENTERFACE.tiles(view)):
        core = tile.core
        inside = (x >= core.x0) & (x < core.x1) & (y >= core.y0) & (y < core.y1)
        if inside.any():
            found.append((-float(candidates[inside, 4].sum()), index, tile))
    return [tile for _, _, tile in sorted(found, key=lambda entry: entry[:2])]


def _areas(where: list[Tile], view: ScaledView) -> NDArray[np.float64]:
    cores = [(t.core.x0, t.core.y0, t.core.width, t.core.height) for t in where]
    return np.array(cores, float).reshape(-1, 4) / view.scale
