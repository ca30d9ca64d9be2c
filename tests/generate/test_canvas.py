"""What of a picture stands on a canvas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fillings import soft

from efface.generate.canvas import HEIGHT, WIDTH, Canvas
from efface.geometry import Rect

ZONES = (Rect(60, 50, 132, 157), Rect(-20, 10, 16, 64), Rect(100, 90, 103, 92), Rect(0, 0, 200, 90))


@pytest.mark.parametrize("outer", ZONES)
def test_it_shows_the_zone_and_a_ring(outer: Rect) -> None:
    canvas = Canvas.over(outer)
    assert WIDTH * canvas.step >= 1.3 * outer.width - 1e-9
    assert HEIGHT * canvas.step >= 1.2 * outer.height - 1e-9


def test_a_head_is_as_large_as_the_zone_says() -> None:
    """A box of 60 x 80 grows to 108 x 160; the box's height comes back."""
    canvas = Canvas.over(Rect(10, 20, 118, 180))
    assert canvas.face == pytest.approx(80, rel=0.05)
    assert (canvas.x, canvas.y) == (64, 100)
    points = canvas.points(np.array([[0, 0, 0], [0, 0.5, 0]], float))
    assert points[0].tolist() == [WIDTH / 2, HEIGHT / 2, 0]
    assert points[1, 1] == pytest.approx(HEIGHT / 2 + canvas.face / 2 / canvas.step)


@pytest.mark.parametrize("outer", [Rect(60, 50, 132, 157), Rect(20, 30, 164, 244)])
def test_what_is_shown_comes_back_at_its_place(outer: Rect) -> None:
    picture = soft(200, 260)
    canvas = Canvas.over(outer)
    rect = canvas.within(200, 260)
    part = picture[rect.y0 : rect.y1, rect.x0 : rect.x1]
    shown, known = canvas.shown(
        part, np.ones(part.shape[:2], bool), rect
    )  # fmt: skip
    back = (canvas.drawn_on(shown, outer) + 1) * 127.5
    real = picture[outer.y0 : outer.y1, outer.x0 : outer.x1].astype(float)
    inside = canvas.drawn_on(known, outer) > 0.999
    assert inside.mean() > 0.8
    assert np.abs(back - real)[inside].mean() < 2
    off = np.roll(real, 3, axis=1)
    assert np.abs(back - off)[inside].mean() > np.abs(back - real)[inside].mean() + 0.5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), outer=st.sampled_from(ZONES))
def test_nothing_unknown_shows(seed: int, outer: Rect) -> None:
    random = np.random.default_rng(seed)
    canvas = Canvas.over(outer)
    rect = canvas.within(200, 200)
    known = random.random((rect.height, rect.width)) < 0.7
    first, other = random.integers(0, 256, (2, rect.height, rect.width, 3)).astype(np.uint8)
    other[known] = first[known]
    shown, told = canvas.shown(first, known, rect)
    again, told_again = canvas.shown(other, known, rect)
    assert shown.tobytes() == again.tobytes()
    assert told.tobytes() == told_again.tobytes()
    assert (shown[told == 0] == 0).all()
    other[known] ^= 64
    changed, _ = canvas.shown(other, known, rect)
    assert changed.tobytes() != shown.tobytes() or not told.any()


def test_one_colour_stays_that_colour_at_the_edge_of_what_is_known() -> None:
    part = np.full((300, 250, 3), 200, np.uint8)
    known = np.ones((300, 250), bool)
    known[60:240, 60:190] = False
    canvas = Canvas.over(Rect(60, 60, 190, 240))
    shown, told = canvas.shown(part, known, Rect(0, 0, 250, 300))
    assert 0.1 < told.mean() < 0.6
    assert np.abs(shown[told == 1] - (200 / 127.5 - 1)).max() < 1e-5
