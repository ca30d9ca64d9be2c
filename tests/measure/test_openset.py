"""Open set: the threshold keeps its promise and ties are not returned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.measure.openset import searches, threshold, tpir

SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=40)


@given(SCORES, st.floats(0, 0.99))
def test_false_alarms_stay_below_the_rate(non_mated: list[int], fpir: float) -> None:
    bound = threshold(non_mated, fpir)
    assert np.mean(np.array(non_mated) > bound) <= fpir + 1e-12


@given(SCORES, SCORES, st.floats(0, 0.99), st.floats(0, 0.99))
def test_more_false_alarms_allow_more_hits(
    mated: list[int], non_mated: list[int], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert tpir(mated, non_mated, low) <= tpir(mated, non_mated, high)


def test_a_hundred_searches_allow_one_false_alarm_at_one_percent() -> None:
    non_mated = np.arange(100.0)
    assert threshold(non_mated, 0.01) == 98
    assert threshold(non_mated, 0.003) == 99
    assert tpir([98, 98.5, 100], non_mated, 0.01) == pytest.approx(2 / 3)


def test_ties_are_not_returned() -> None:
    assert tpir(np.ones(10), np.ones(10)) == 0


def test_searches_of_a_closed_set() -> None:
    own, others = searches([[0.9, 0.2, 0.3], [0.9, 0.2, 0.3]], [0, 1])
    assert own.tolist() == [0.9, 0.2]
    assert others.tolist() == [0.3, 0.9]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="non-mated"):
        threshold([], 0.1)
    with pytest.raises(ValueError, match="mated"):
        tpir([], [1.0])
    with pytest.raises(ValueError, match="rate"):
        threshold([1.0], 1)
    with pytest.raises(ValueError, match="two candidates"):
        searches([[1.0]], [0])
