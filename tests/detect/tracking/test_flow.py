"""A box follows what it shows, to less than a pixel, and knows when it has lost it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.detect.tracking.pictures import GROUND, SIZE, Place, place, shown, texture

from efface.detect.tracking.flow import MAX_SCALE, follow


def edges(box: Place) -> Place:
    return np.concatenate([box[:2], box[:2] + box[2:]])


@pytest.mark.parametrize("side", [16, 24, 60])
@pytest.mark.parametrize(
    ("across", "along", "scale"),
    [(0.0, 0.0, 1.0), (3.4, -2.2, 1.0), (-2.6, 1.0, 1.05), (1.0, 2.0, 0.95)],
)
def test_a_square_is_followed_to_less_than_a_pixel(
    side: float, across: float, along: float, scale: float
) -> None:
    start = place(130.3, 80.7, side)
    grown = side * scale
    end = place(
        start[0] + side / 2 + across - grown / 2, start[1] + side / 2 + along - grown / 2, grown
    )
    found = follow(shown((5, start)), shown((5, end)), start)
    assert found is not None
    assert np.abs(edges(found) - edges(end)).max() < max(1.0, 0.02 * side)


def test_a_square_that_half_left_the_picture_is_followed() -> None:
    start, end = place(-8, 80, 40), place(-11, 81, 40)
    found = follow(shown((5, start)), shown((5, end)), start)
    assert found is not None
    assert np.abs(edges(found) - edges(end)).max() < 1.5


def test_a_square_is_lost_at_a_cut() -> None:
    start = place(130, 80, 40)
    other = texture(*SIZE, seed=99, blur=4.0)
    assert follow(shown((5, start)), other, start) is None


def test_a_box_hardly_grows_from_one_frame_to_the_next() -> None:
    start, end = place(130, 80, 40), place(122, 72, 56)
    found = follow(shown((5, start)), shown((5, end)), start)
    assert found is None or found[2] <= 40 * MAX_SCALE + 1e-9


def test_nothing_is_followed_outside_the_picture() -> None:
    assert follow(GROUND, GROUND, place(-300, 80, 20)) is None
    assert follow(GROUND, GROUND, place(SIZE[0] + 50, 80, 20)) is None
