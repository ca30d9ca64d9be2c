"""Bars over the eyes: level stripes of one colour where a head is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.advise.solids import Shapes
from efface.detect.headcheck import head_odds
from efface.detect.tiling import Pyramid
from efface.geometry import Rect

BARS = Shapes(least_px=5, widest=7.0, tallest=1 / 1.7, ovals=False)
"""From 1.7 to 7 times as wide as they are high."""

WIDTHS = (1.0, 1.25, 1.6, 2.0)
"""Of a bar, in widths of the face."""

TALLER = 1.3
"""Height of a face, in its widths."""

EYES = 0.4
"""Share of a face's height above the middle of a bar."""

ODDS = 1.0
"""Log-odds of a head there from which a stripe is a bar."""

MOST = 40
"""Stripes that are looked at."""


def bar_faces(pyramid: Pyramid, stripes: Sequence[Rect]) -> list[Rect]:
    """Where the faces under bars would be.

    Args:
        pyramid: the picture.
        stripes: of one colour, ``solid_zones`` of the shapes ``BARS``, in its pixels.
    """
    stripes = stripes[:MOST]
    if not stripes:
        return []
    guesses = np.array([_face(bar, width) for bar in stripes for width in WIDTHS])
    odds = head_odds(pyramid, guesses).reshape(len(stripes), len(WIDTHS))
    best = odds.argmax(axis=1)
    boxes = guesses.reshape(len(stripes), len(WIDTHS), 4)
    return [
        Rect.covering(*boxes[n, best[n]]) for n in range(len(stripes)) if odds[n, best[n]] >= ODDS
    ]


def _face(bar: Rect, width: float) -> tuple[float, float, float, float]:
    wide = bar.width / width
    tall = TALLER * wide
    return (
        (bar.x0 + bar.x1 - wide) / 2, (bar.y0 + bar.y1) / 2 - EYES * tall, wide, tall,
    )  # fmt: skip
