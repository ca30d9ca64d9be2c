"""A sheet of faces before and after, to be looked at."""

from __future__ import annotations

import cv2
import numpy as np

from replace.faces import Picture
from replace.heads import Replaced

TILE = 150, 200
COLUMNS = 10


def sheet(pairs: list[Replaced]) -> Picture:
    """All of them, each before above after, with some of what lies around."""
    tiles = [_tile(one) for one in pairs]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    return np.vstack(rows)


def _tile(one: Replaced) -> Picture:
    before = one.face.picture
    height, width = before.shape[:2]
    o = one.zone.outer
    part = o.padded(o.width // 3, o.height // 8).clipped(width, height)
    scale = min(TILE[0] / part.width, TILE[1] / part.height)
    size = max(1, round(part.width * scale)), max(1, round(part.height * scale))
    out = np.zeros((2 * TILE[1], TILE[0], 3), np.uint8)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    for row, picture in enumerate((before, one.after)):
        cut = picture[part.y0 : part.y1, part.x0 : part.x1]
        out[row * TILE[1] : row * TILE[1] + size[1], : size[0]] = cv2.resize(
            cut, size, interpolation=way
        )
    return out
