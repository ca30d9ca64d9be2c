"""Details beside a zone go on into it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.redact.methods.replace.reflection import reflected
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

RECT = Rect(40, 30, 110, 130)
Floats = NDArray[np.float32]


def grey(rect: Rect) -> Floats:
    return np.full((rect.height, rect.width, 3), 100, np.float32)


def around(picture: NDArray[np.uint8], *rects: Rect) -> Surroundings:
    return Surroundings(lambda: picture, [Zone(f"t{i}", 0, r, r) for i, r in enumerate(rects)])


def rows(high: int = 160, wide: int = 150) -> NDArray[np.uint8]:
    """Stripes that run across."""
    stripes = np.where(np.arange(high) // 4 % 2, 160, 90).astype(np.uint8)
    return np.repeat(np.repeat(stripes[:, None, None], wide, axis=1), 3, axis=2)


def test_stripes_go_on_across_an_edge_and_fade() -> None:
    picture = rows()
    off, share = reflected(around(picture, RECT), RECT, grey)
    inside = picture[RECT.y0 : RECT.y1, RECT.x0 : RECT.x1].astype(np.float32) - 100
    beside = slice(20, 80)
    assert (share[:, 0] == 1).all()
    assert (share[:, -1] == 1).all()
    assert np.abs(off[beside, [0, -1]] - inside[beside, [0, -1]]).max() < 1e-4
    assert (off[40:60, 30:40] == 0).all()
    assert (share[40:60, 30:40] == 0).all()
    assert (np.diff(share[50, :35]) <= 0).all()


def test_it_is_a_mirror() -> None:
    """A line three pixels left of the edge stands three pixels right of it."""
    picture = np.full((160, 150, 3), 100, np.uint8)
    picture[:, RECT.x0 - 3] = 200
    off, _ = reflected(around(picture, RECT), RECT, grey)
    assert off[50, :9, 0].argmax() == 2
    assert (off[50, 4:] == 0).all()


def test_other_zones_and_the_end_of_the_picture_tell_nothing() -> None:
    other = Rect(20, 0, 40, 160)
    _, share = reflected(around(rows(), RECT, other), RECT, grey)
    assert share[50, 0] == 0
    assert share[50, -1] == 1
    edge = Rect(0, 0, 70, 100)
    _, share = reflected(around(rows(), edge), edge, grey)
    assert share[50, 0] == share[0, 20] == 0
    assert share[50, -1] == share[-1, 20] == 1
