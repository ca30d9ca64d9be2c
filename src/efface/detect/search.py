"""The looks of one search: where each network looks at a picture, and at which scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes, suppress
from efface.detect.fusion import Looks
from efface.detect.passes import CENTERFACE, SAME_FACE, YUNET, look
from efface.detect.tiling import Pyramid, Tile, View
from efface.detect.windows import unknown, windows

NATIVE_FLOOR = 0.05
"""Lowest score of CenterFace that takes part in fusing."""

SECOND_FLOOR = 0.12
"""Lowest score of YuNet that takes part in fusing."""

SMALL_PX = 48
"""Height of a candidate below which the fine look may see it better."""

COARSE_PX = 24
NATIVE_PX = 14
"""Height from which what both networks saw, at half the picture's size and at its own, needs no
closer look; the boxes of smaller faces gain from one."""

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
        closer_from: score of a candidate of CenterFace, and of YuNet, from which it is looked at
            at the next larger scale.
        fine_share: share of the picture that the fine look may look at, 0 to 1.
        fine_tiles: tiles it may look at in any case.
        quarter_turns: counter-clockwise, before looking.
    """
    coarse = coarse_look(pyramid, NATIVE_FLOOR, quarter_turns=quarter_turns)
    view = pyramid.view(0, quarter_turns)
    where = windows(
        view, _open(coarse, second, closer_from, COARSE_PX), CENTERFACE.tiles(view), np.inf
    )
    native = look(CENTERFACE, view, NATIVE_FLOOR, where) if where else no_boxes()
    # What is known already is taken as it was seen.
    known = coarse[~unknown(coarse, coarse, second, COARSE_PX)]
    native = suppress(np.concatenate([native, known]), SAME_FACE)

    view = pyramid.enlarged(2.0, quarter_turns)
    candidates = _open(native, second, closer_from, NATIVE_PX)
    whole = CENTERFACE.tiles(view)
    most = max(fine_tiles, round(fine_share * len(whole))) * CENTERFACE.tile_px**2
    where = windows(view, candidates[candidates[:, 3] < SMALL_PX], whole, most)
    fine = look(CENTERFACE, view, NATIVE_FLOOR, where) if where else no_boxes()
    return Looks(coarse, native, fine, second, _areas(where, view))


def _open(first: Boxes, second: Boxes, closer_from: tuple[float, float], least_px: float) -> Boxes:
    """The candidates of CenterFace and YuNet that another look could decide on: high enough, and
    not those that both are sure of."""
    candidates = np.concatenate(
        [first[first[:, 4] >= closer_from[0]], second[second[:, 4] >= closer_from[1]]]
    )
    return candidates[unknown(candidates, first, second, least_px)]


def _areas(where: list[Tile], view: View) -> NDArray[np.float64]:
    cores = [(t.core.x0, t.core.y0, t.core.width, t.core.height) for t in where]
    return np.array(cores, float).reshape(-1, 4) / view.scale
