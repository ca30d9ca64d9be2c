"""What lies around goes on into what is not known."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.generate.beyond import filled

SHAPE = 128, 96


def ring() -> NDArray[np.float32]:
    known = np.zeros(SHAPE, np.float32)
    known[:10] = known[-10:] = 1
    known[:, :12] = known[:, -12:] = 1
    return known


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_known_stays_and_the_rest_follows_from_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    colours = random.uniform(-1, 1, (*SHAPE, 3)).astype(np.float32)
    known = (random.random(SHAPE) < 0.3).astype(np.float32)
    found = filled(colours, known)
    assert np.abs(found - colours)[known > 0].max() < 1e-6
    assert found.min() >= -1
    assert found.max() <= 1
    colours[known == 0] = random.uniform(-1, 1, (int((known == 0).sum()), 3))
    assert filled(colours, known).tobytes() == found.tobytes()


def test_one_colour_goes_on_as_itself_and_two_meet() -> None:
    plain = np.full((*SHAPE, 3), 0.4, np.float32)
    assert np.abs(filled(plain, ring()) - 0.4).max() < 1e-5
    halves = plain.copy()
    halves[:, 48:] = -0.6
    found = filled(halves, ring())[64, :, 0]
    assert found[15] > 0.2
    assert found[80] < -0.4
    assert np.abs(np.diff(found)).max() < 0.2


def test_where_nothing_is_known_there_is_nothing() -> None:
    assert (filled(np.ones((*SHAPE, 3), np.float32), np.zeros(SHAPE, np.float32)) == 0).all()
