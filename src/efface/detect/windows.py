"""Small parts of a view around what was nearly found: a second look costs what is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, overlaps
from efface.detect.tiling import OVERLAP_PX, Tile, View
from efface.geometry import Rect

SIDES_PX = (128, 256, 384, 640)
"""Sides of windows; few, since the network is prepared for each anew."""

MARGIN_PX = OVERLAP_PX // 2
MARGIN = 0.7
"""Around a candidate a window shows at least so many pixels, and so many of its longer sides."""

KNOWN_SECOND = 0.7
KNOWN_FIRST = 0.15
"""Scores of YuNet and CenterFace that together need no further look: from that of YuNet on a face
is reported whatever else is seen (``rescan.INCLUDED_THRESHOLD``)."""

_KNOWN_OVERLAP = 0.5


def unknown(candidates: Boxes, first: Boxes, second: Boxes, least_px: float) -> NDArray[np.bool_]:
    """Which candidates another look could still decide on; shape (n,).

    Args:
        candidates: of either network.
        first: CenterFace's.
        second: YuNet's.
        least_px: smaller ones are looked at again for a better box.
    """
    sure = second[(second[:, 4] >= KNOWN_SECOND) & (second[:, 3] >= least_px)]
    both = overlaps(sure, first[first[:, 4] >= KNOWN_FIRST]).max(axis=1, initial=0.0)
    known = sure[both >= _KNOWN_OVERLAP]
    return np.asarray(overlaps(candidates, known).max(axis=1, initial=0.0) < _KNOWN_OVERLAP)


def windows(view: View, candidates: Boxes, whole: Sequence[Tile], most_px: float) -> list[Tile]:
    """Windows that show every candidate with its surroundings, those with most to see first.

    Args:
        view: what they are cut from.
        candidates: in the picture's pixels; each counts by its score.
        whole: the view's tiles: taken instead where windows together would be no smaller.
        most_px: pixels that may be looked at; the first window is always taken.
    """
    left = _needed(view, candidates)
    weight = candidates[:, 4]
    out: list[tuple[float, Tile]] = []
    while len(left):
        lead = int(np.argmax(weight))
        tile, held = _best(view, left, weight, lead)
        out.append((float(weight[held].sum()), tile))
        left, weight = left[~held], weight[~held]
    tiles = [tile for _, tile in sorted(out, key=lambda entry: -entry[0])]
    if sum(map(_pixels, tiles)) > sum(map(_pixels, whole)):
        tiles = list(whole)
    many = int(np.searchsorted(np.cumsum([_pixels(tile) for tile in tiles]), most_px, "right"))
    return tiles[: max(1, many)]


def _pixels(tile: Tile) -> int:
    return tile.area.width * tile.area.height


def _needed(view: View, candidates: Boxes) -> NDArray[np.float64]:
    """What has to be seen of each candidate: x0, y0, x1, y1 in pixels of the view, inside it."""
    boxes = candidates[:, :4] * view.scale
    margin = np.maximum(MARGIN_PX, MARGIN * boxes[:, 2:4].max(axis=1, initial=0.0))[:, None]
    most = SIDES_PX[-1] / 2
    middle = boxes[:, :2] + boxes[:, 2:4] / 2
    half = np.minimum(boxes[:, 2:4] / 2 + margin, most)
    corners = np.hstack([middle - half, middle + half])
    return np.asarray(np.clip(corners, 0, [*view.size, *view.size]))


def _best(
    view: View, needed: NDArray[np.float64], weight: NDArray[np.float64], lead: int
) -> tuple[Tile, NDArray[np.bool_]]:
    """The window about one candidate that shows most for its size, and whom it shows."""
    x0, y0, x1, y1 = needed[lead]
    best: tuple[float, Tile, NDArray[np.bool_]] | None = None
    for side in SIDES_PX:
        if side < max(x1 - x0, y1 - y0) and side < SIDES_PX[-1]:
            continue
        for across in (0.0, 0.5, 1.0):
            for along in (0.0, 0.5, 1.0):
                x = _start(x0 - across * (side - (x1 - x0)), side, view.size[0])
                y = _start(y0 - along * (side - (y1 - y0)), side, view.size[1])
                corner = np.array([x, y, x, y])
                inside = (needed >= corner) & (needed <= corner + side)
                held = np.asarray(inside.all(axis=1), np.bool_)
                held[lead] = True
                value = float(weight[held].sum() + 0.1 * held.sum()) / side**1.7
                if best is None or value > best[0]:
                    best = value, _tile(view, x, y, side), held
        if best is not None and best[2].all():
            break
    assert best is not None
    return best[1], best[2]


def _start(start: float, side: int, length: int) -> int:
    """Moved into the view as far as it fits."""
    return int(np.clip(np.floor(start), 0, max(0, length - side)))


def _tile(view: View, x: int, y: int, side: int) -> Tile:
    """It answers for all but its margins, and for those where the view ends."""
    width, height = view.size
    core = Rect(
        x + (MARGIN_PX if x > 0 else 0),
        y + (MARGIN_PX if y > 0 else 0),
        min(x + side - (MARGIN_PX if x + side < width else 0), width),
        min(y + side - (MARGIN_PX if y + side < height else 0), height),
    )
    return Tile(Rect(x, y, x + side, y + side), core)
