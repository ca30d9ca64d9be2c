"""Properties of the arithmetic on boxes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from efface.detect.boxes import Boxes, clipped, overlaps, suppress, turned_back

coordinate = st.floats(-50, 150)
length = st.floats(1, 80)
boxes = st.lists(st.tuples(coordinate, coordinate, length, length, st.floats(0, 1)), max_size=12)


def array(found: list[tuple[float, ...]]) -> Boxes:
    return np.array(found, float).reshape(-1, 5)


@given(boxes)
def test_suppression_keeps_the_best_of_each_group(found: list[tuple[float, ...]]) -> None:
    every = array(found)
    kept = suppress(every, 0.4)
    assert (np.diff(kept[:, 4]) <= 0).all()
    if len(kept) > 1:
        assert (overlaps(kept, kept) - np.eye(len(kept))).max() < 0.4 + 1e-9
    for box in every:
        near = overlaps(box[None], kept)[0] >= 0.4
        assert near.any()
        assert kept[near, 4].max() >= box[4]


@given(boxes, st.permutations(range(12)))
def test_suppression_does_not_depend_on_the_order(
    found: list[tuple[float, ...]], order: list[int]
) -> None:
    every = array(found)
    shuffled = every[[i for i in order if i < len(every)]]
    assert np.array_equal(suppress(every, 0.4), suppress(shuffled, 0.4))


@given(boxes, st.integers(1, 200), st.integers(1, 200))
def test_clipped_boxes_lie_in_the_picture(
    found: list[tuple[float, ...]], width: int, height: int
) -> None:
    out = clipped(array(found), width, height)
    assert (out[:, :2] >= 0).all()
    assert (out[:, 0] + out[:, 2] <= width + 1e-9).all()
    assert (out[:, 1] + out[:, 3] <= height + 1e-9).all()


@given(st.integers(0, 3), st.integers(0, 20), st.integers(0, 10))
def test_turning_back_finds_the_place_in_the_unturned_picture(turns: int, x: int, y: int) -> None:
    picture = np.zeros((20, 40), int)
    picture[y : y + 4, x : x + 7] = 1
    rows, columns = np.nonzero(np.rot90(picture, turns))
    seen = [[columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1, 0.5]]
    assert turned_back(np.array(seen, float), turns, 40, 20)[0].tolist() == [x, y, 7, 4, 0.5]
