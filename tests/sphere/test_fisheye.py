"""Raw pictures of two lenses."""

from __future__ import annotations

import numpy as np
import pytest
from tests.panoramas import ground

from efface.sphere.fisheye import is_two_circles

SIDE = 512


def raw() -> np.ndarray:
    out = ground(2 * SIDE, SIDE)
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    outside = np.hypot(x, y) > SIDE / 2
    out[np.hstack([outside, outside])] = 3
    return out


def test_two_round_pictures_are_told() -> None:
    assert is_two_circles(raw())


@pytest.mark.parametrize("kind", ["all-round", "black", "one circle", "dark corners"])
def test_other_pictures_are_none(kind: str) -> None:
    picture = ground(2 * SIDE, SIDE) if kind != "black" else np.zeros((SIDE, 2 * SIDE, 3), np.uint8)
    if kind == "one circle":
        picture[:, :SIDE] = raw()[:, :SIDE]
    elif kind == "dark corners":  # of the whole, as a vignette has them
        y, x = np.mgrid[:SIDE, : 2 * SIDE]
        picture[np.hypot((x - SIDE) / SIDE, (y - SIDE / 2) / SIDE * 2) > 1.15] = 0
    assert not is_two_circles(picture)
