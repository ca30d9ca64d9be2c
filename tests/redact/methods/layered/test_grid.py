"""Means of a face's cells: of all its pixels, whatever its size, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fillings import soft, textured

from efface.redact.methods.layered.grid import STEPS, Lie, cells_of
from efface.regions import Box

STILL = Lie(0.0, 0.0, 0.0)
LIES = st.builds(Lie, *[st.floats(-1, 1)] * 3)


def means(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], box: Box, count: int = 2,
          lie: Lie = STILL) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:  # fmt: skip
    found = cells_of(picture, box, count, lie)
    assert found is not None
    return found


@settings(max_examples=25, deadline=None)
@given(lie=LIES, count=st.integers(1, 4), level=st.integers(0, 255), width=st.floats(3, 300))
def test_one_colour_has_that_mean_wherever_the_grid_lies(
    lie: Lie, count: int, level: int, width: float
) -> None:
    picture = np.full((320, 320, 3), level, np.uint8)
    box = Box(0, 7.3, 4.8, width, width * 1.03)
    assert (means(picture, box, count, lie) == level * STEPS).all()


def test_cells_are_where_they_are_said_to_be() -> None:
    picture = np.zeros((100, 80, 3), np.uint8)
    picture[:50, :40, 0], picture[50:, 40:, 2] = 200, 100
    found = means(picture, Box(0, 0, 0, 80, 100)) / STEPS
    assert found[0, 0].tolist() == [200, 0, 0]
    assert found[1, 1].tolist() == [0, 0, 100]
    assert not found[0, 1].any()


def test_every_pixel_of_the_oval_counts_and_no_other() -> None:
    box = Box(0, 20, 20, 40, 50)
    plain = np.full((90, 80, 3), 100, np.uint8)
    y, x = np.mgrid[:90, :80] + 0.5
    inside = ((x - 40) / 20) ** 2 + ((y - 45) / 25) ** 2
    beyond = plain.copy()
    beyond[inside > 1.15] = 255
    assert (means(beyond, box) == means(plain, box)).all()
    for row, column in ((45, 25), (25, 40), (60, 50)):
        one = plain.copy()
        one[row, column] = 255
        assert (means(one, box, 1) != means(plain, box, 1)).any()


def test_size_in_pixels_does_not_matter() -> None:
    large = textured(400, 400, seed=3)
    small = large.reshape(100, 4, 100, 4, 3).mean(axis=(1, 3)).round().astype(np.uint8)
    lie = Lie(0.4, -0.3, 0.8)
    apart = means(large, Box(0, 120, 100, 160, 200), 3, lie) - means(
        small, Box(0, 30, 25, 40, 50), 3, lie
    )
    assert np.abs(apart).max() < 3 * STEPS


def test_where_the_grid_lies_changes_what_it_sees() -> None:
    picture, box = soft(120, 120), Box(0, 20, 20, 80, 80)
    seen = {means(picture, box, 3, Lie(a, b, b)).tobytes() for a in (-1, 0, 1) for b in (-1, 1)}
    assert len(seen) == 6


@pytest.mark.parametrize("box", [Box(0, -200, 5, 40, 40), Box(0, 5, 101, 40, 40)])
def test_a_face_beside_the_picture_has_no_cells(box: Box) -> None:
    assert cells_of(soft(100, 100), box, 2, STILL) is None


def test_of_a_face_at_the_border_what_shows_counts() -> None:
    picture = np.full((60, 60, 3), 90, np.uint8)
    assert (means(picture, Box(0, -30, 10, 40, 40), 4) == 90 * STEPS).all()
