"""A face as numbers: its own light and dark, not the light that falls on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.attack.portraits import clear_chip, other

from efface.attack.alignment import CHIP_PX, chip
from efface.attack.appearance.numbers import model, numbers_of, oval, squares, surfaces
from efface.attack.gallery import default_distractors


def test_portraits_stand_in_the_order_of_the_distractors() -> None:
    known = model()
    (people,) = {len(rows) for rows in default_distractors().templates.values()}
    assert known.portraits.shape == known.photographs.shape == (people, known.axes.shape[1])
    assert known.drawn @ known.axes == pytest.approx(np.eye(known.axes.shape[1]), abs=1e-6)


def test_light_from_a_side_and_contrast_say_nothing(portrait: NDArray[np.uint8]) -> None:
    face = clear_chip(portrait).astype(np.float32)
    y, x = np.mgrid[:CHIP_PX, :CHIP_PX].astype(np.float32) / CHIP_PX
    lit = 0.5 * face + (40 * x + 20 * y * y)[..., None] + 10
    one, two = numbers_of([face.astype(np.uint8), np.rint(lit).astype(np.uint8)])
    assert np.corrcoef(one, two)[0, 1] > 0.99


def test_two_faces_differ(portrait: NDArray[np.uint8]) -> None:
    picture, _, points = other(3)
    one, two = numbers_of([clear_chip(portrait), chip(picture, points)])
    assert np.corrcoef(one, two)[0, 1] < 0.7


@given(st.integers(0, 255))
def test_a_face_of_one_colour_has_no_light_and_dark(level: int) -> None:
    flat = np.full((CHIP_PX, CHIP_PX, 3), level, np.uint8)
    assert squares([flat]) == pytest.approx(0, abs=0.1)


def test_light_is_any_surface_of_the_second_degree() -> None:
    inside, light = oval()
    assert light.shape == (int(inside.sum()), 6)
    assert light.T @ light == pytest.approx(np.eye(6), abs=1e-9)
    assert surfaces(np.array([2.0]), np.array([3.0])).ravel().tolist() == [1, 3, 9, 2, 6, 4]
