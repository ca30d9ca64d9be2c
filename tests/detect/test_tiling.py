"""Tiles leave nothing out and take nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.detect.tiling import OVERLAP_PX, STEP_PX, Pyramid, tiles

sides = st.integers(1, 5000)


@given(sides, sides, st.sampled_from([640, 1280]))
def test_cores_divide_the_picture_between_them(width: int, height: int, side: int) -> None:
    found = tiles(width, height, side)
    assert sum(tile.core.area for tile in found) == width * height
    for tile in found:
        assert tile.core.intersection(tile.area) == tile.core
        assert tile.area.width <= side
        assert tile.area.height <= side
        assert tile.area.width % STEP_PX == tile.area.height % STEP_PX == 0
    for a in found[:6]:
        for b in found[:6]:
            assert a is b or a.core.intersection(b.core).empty


@given(st.integers(1, 5000), st.integers(0, 5000), st.integers(1, OVERLAP_PX))
def test_what_is_no_larger_than_the_overlap_lies_whole_in_a_tile(
    width: int, start: int, length: int
) -> None:
    start = min(start, width - 1)
    end = min(start + length, width)
    found = tiles(width, 10, 640)
    assert any(t.area.x0 <= start and end <= t.area.x1 for t in found)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (33, 2), (301, 517)])
def test_every_level_of_a_pyramid_holds_the_whole_picture(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 90, np.uint8)
    pyramid = Pyramid(picture)
    for level in range(4):
        view = pyramid.view(level)
        assert (view.pixels == 90).all()
        assert view.size[0] == -(-shape[1] // 2**level)
        assert view.size[1] == -(-shape[0] // 2**level)
