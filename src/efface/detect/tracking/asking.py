"""Asking the other network: most frames are looked at by YuNet alone, and CenterFace says in
close-ups, a few times in a face's life, whether it sees one too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import overlaps
from efface.detect.closeup import FACE_PX, TILE_PX, closeup
from efface.detect.passes import CENTERFACE
from efface.regions import Box

SEES = 0.3
"""CenterFace's score in a close-up from which it sees the face."""

_FLOOR = 0.05
SAME = 0.3
"""Overlap of its box with the one that was asked about, from which it is the same face."""


def vouches(picture: NDArray[np.uint8], box: NDArray[np.float64], quarter_turns: int = 0) -> bool:
    """Whether CenterFace sees a face in a place.

    Args:
        picture: RGB, shape (height, width, 3).
        box: x, y, width, height in pixels of the picture; touches it.
        quarter_turns: counter-clockwise, of the close-up before it is looked at.
    """
    x, y, width, height = (float(v) for v in box[:4])
    view = closeup(picture, Box(0, x, y, width, height))
    [found] = CENTERFACE.network().run(
        [np.rot90(view.pixels, quarter_turns)],
        lambda outputs, shape: CENTERFACE.decode(outputs, shape, _FLOOR),
    )
    size = np.array([width, height]) * FACE_PX / max(width, height)
    size = size[::-1] if quarter_turns % 2 else size
    expected = np.array([[*(TILE_PX - size) / 2, *size, 1.0]])
    there = overlaps(expected, found)[0] >= SAME
    return bool((found[there, 4] >= SEES).any())
