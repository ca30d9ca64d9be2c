"""What lies around a zone goes on in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fillings import soft

from efface.geometry import Rect
from efface.redact.methods.layered.background import continued
from efface.zones.filling import BLANK, Surroundings
from efface.zones.zone import Zone


def around(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], *rects: Rect) -> Surroundings:
    return Surroundings(lambda: picture, [Zone("t1", 0, rect, rect) for rect in rects])


@settings(max_examples=30, deadline=None)
@given(
    place=st.tuples(*[st.integers(0, 60)] * 4),
    colour=st.tuples(*[st.integers(0, 255)] * 3),
)
def test_one_colour_goes_on_as_that_colour(
    place: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> None:
    x0, y0, width, height = place
    rect = Rect(x0, y0, x0 + 1 + width, y0 + 1 + height).clipped(64, 64)
    picture = np.empty((64, 64, 3), np.uint8)
    picture[:] = colour
    found = continued(around(picture, rect), rect)
    assert found.shape == (rect.height, rect.width, 3)
    expected = [BLANK] * 3 if rect.width == rect.height == 64 else colour
    assert np.abs(found - np.array(expected)).max() < 0.1


def test_it_meets_what_is_beside_it() -> None:
    """A slope goes on as the same slope: no seam."""
    y, x = np.mgrid[:200, :240]
    picture = np.stack([x, y, 255 - x], axis=-1).astype(np.uint8)
    rect = Rect(50, 40, 170, 180)
    apart = continued(around(picture, rect), rect) - picture[40:180, 50:170]
    assert np.abs(apart).max() < 6
    assert np.abs(apart).mean() < 1.5


@pytest.mark.parametrize("other", [Rect(60, 20, 90, 80), Rect(20, 70, 60, 100)])
def test_it_follows_from_nothing_that_is_covered(other: Rect) -> None:
    picture = soft(120, 120)
    rect = Rect(20, 20, 60, 70)
    shown = continued(around(picture, rect, other), rect)
    for covered in (rect, other):
        picture[covered.y0 : covered.y1, covered.x0 : covered.x1] = 255
    assert (continued(around(picture, rect, other), rect) == shown).all()


def test_a_zone_over_all_is_grey() -> None:
    rect = Rect(0, 0, 30, 30)
    assert np.abs(continued(around(soft(30, 30), rect), rect) - BLANK).max() < 0.1
