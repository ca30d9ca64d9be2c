"""Asking the other network: most frames are looked at by YuNet alone, and CenterFace says in
close-ups, a few times in a face's life, whether it sees one too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.closeup import TILE_PX, closeup
from efface.detect.passes import CENTERFACE
from efface.regions import Box

SEES = 0.3
"""CenterFace's score in a close-up from which it sees the face."""

_FLOOR = 0.05
_OFF_CENTRE = 0.2
"""How far the middle of its box may be from the close-up's, in sides of the close-up."""


def vouches(picture: NDArray[np.uint8], box: NDArray[np.float64]) -> bool:
    """Whether CenterFace sees a face in a place.

    Args:
        picture: RGB, shape (height, width, 3).
        box: x, y, width, height in pixels of the picture; touches it.
    """
    x, y, width, height = (float(v) for v in box[:4])
    view = closeup(picture, Box(0, x, y, width, height))
    [found] = CENTERFACE.network().run(
        [view.pixels], lambda outputs, shape: CENTERFACE.decode(outputs, shape, _FLOOR)
    )
    centre = found[:, :2] + found[:, 2:4] / 2
    there = np.abs(centre - TILE_PX / 2).max(axis=1) <= _OFF_CENTRE * TILE_PX
    return bool(len(found)) and bool((found[there, 4] >= SEES).any())
