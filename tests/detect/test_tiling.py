"""Tiles leave nothing out and take nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.detect.tiling import OVERLAP_PX, STEP_PX, Pyramid, ScaledView, halved, tiles
from efface.geometry import Rect

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


@pytest.mark.parametrize("shape", [(1, 1), (1, 8), (9, 1), (8, 6), (7, 6), (8, 5), (31, 17)])
def test_halving_takes_the_mean_of_what_is_there(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    half = halved(picture)
    for y, x in np.ndindex(*half.shape[:2]):
        cell = picture[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].reshape(-1, 3)
        mean = np.floor(cell.mean(axis=0) + 0.5)
        assert half[y, x].tolist() == mean.astype(int).tolist()
    assert half.shape == (-(-shape[0] // 2), -(-shape[1] // 2), 3)


@pytest.mark.parametrize("turns", range(4))
def test_a_tile_is_turned_and_black_past_the_view(turns: int) -> None:
    picture = np.random.default_rng(4).integers(1, 256, (20, 30, 3), dtype=np.uint8)
    seen = ScaledView(picture, quarter_turns=turns).seen(Rect(10, 5, 42, 37))
    wanted = np.zeros((32, 32, 3), np.uint8)
    wanted[:15, :20] = picture[5:, 10:]
    assert np.array_equal(seen, np.rot90(wanted, turns))
    assert seen.flags.c_contiguous
