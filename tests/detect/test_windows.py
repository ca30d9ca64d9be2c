"""Windows around what was nearly found."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.passes import CENTERFACE
from efface.detect.tiling import Pyramid, Tile, View
from efface.detect.windows import SIDES_PX, unknown, windows

PICTURE = np.zeros((900, 1300, 3), np.uint8)


def scattered(count: int, seed: int = 3) -> Boxes:
    rng = np.random.default_rng(seed)
    sizes = rng.uniform(8, 150, count)
    x, y = rng.uniform(0, 1300 - sizes), rng.uniform(0, 900 - sizes)
    return np.column_stack([x, y, sizes, sizes, rng.uniform(0.1, 0.9, count)])


def views() -> list[View]:
    pyramid = Pyramid(PICTURE)
    return [pyramid.view(0), pyramid.enlarged(2.0), pyramid.view(1)]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("count", [1, 7, 60])
def test_every_candidate_lies_in_the_core_of_a_window(number: int, count: int) -> None:
    view, boxes = views()[number], scattered(count)
    found = windows(view, boxes, CENTERFACE.tiles(view), np.inf)
    for x, y, width, height, _ in boxes:
        middle = np.array([x + width / 2, y + height / 2]) * view.scale
        assert any(
            t.core.x0 <= middle[0] <= t.core.x1 and t.core.y0 <= middle[1] <= t.core.y1
            for t in found
        )


def test_a_lone_face_costs_a_small_window_and_a_crowd_no_more_than_the_picture() -> None:
    view = Pyramid(PICTURE).view(0)
    whole = CENTERFACE.tiles(view)
    (one,) = windows(view, np.array([[600.0, 400, 30, 40, 0.5]]), whole, np.inf)
    assert one.area.width == one.area.height == SIDES_PX[0]
    many = windows(view, scattered(400), whole, np.inf)
    assert area(many) <= area(whole)


def area(tiles: list[Tile]) -> int:
    return sum(t.area.width * t.area.height for t in tiles)


def test_what_may_be_looked_at_is_kept_to() -> None:
    view = Pyramid(PICTURE).enlarged(2.0)
    boxes = scattered(30)
    most = 400_000
    found = windows(view, boxes, CENTERFACE.tiles(view), most)
    assert 0 < area(found) <= most


def test_a_window_at_the_edge_stays_in_the_picture() -> None:
    view = Pyramid(PICTURE).view(0)
    for x, y in ((-10.0, -10.0), (1280.0, 880.0)):
        (tile,) = windows(view, np.array([[x, y, 30, 30, 0.5]]), CENTERFACE.tiles(view), np.inf)
        assert tile.area.x0 >= 0 and tile.area.x1 <= 1300
        assert tile.area.y0 >= 0 and tile.area.y1 <= 900


def unknowns(first: NDArray[np.float64], second: NDArray[np.float64]) -> list[bool]:
    return [bool(v) for v in unknown(np.concatenate([first, second]), first, second, 24)]


def test_only_what_both_networks_saw_surely_needs_no_further_look() -> None:
    first = np.array([[100.0, 100, 40, 50, 0.4]])
    second = np.array([[102.0, 101, 40, 50, 0.8]])
    assert unknowns(first, second) == [False, False]
    assert unknowns(no_boxes(), second) == [True]
    assert unknowns(first, second * [1, 1, 1, 1, 0.8]) == [True, True]
    small = np.array([1, 1, 0.4, 0.4, 1])
    assert unknowns(first * small, second * small) == [True, True]
