"""The gate: false alarms stay below alpha when nothing is left, and it can fail when much is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.measure.gate import (
    DISTRACTORS,
    fails,
    false_match_rate,
    limit,
    limits,
    rank_of,
    smallest_gallery,
)


def test_constant_scores_match_everybody() -> None:
    assert false_match_rate(0.0, np.zeros(2000)) == 1
    assert rank_of(0.0, np.zeros(2000)) == 2001


def test_the_best_of_all() -> None:
    assert false_match_rate(1.0, np.zeros(1999)) == 1 / 2000
    assert rank_of(1.0, np.zeros(1999)) == 1


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.floats(-1, 1), st.floats(0, 1))
def test_more_alike_is_never_a_higher_rate(others: list[float], own: float, more: float) -> None:
    assert false_match_rate(own + more, others) <= false_match_rate(own, others)


@given(st.integers(5, 60), st.floats(0.01, 0.5))
def test_it_is_a_p_value(people: int, alpha: float) -> None:
    """Among exchangeable scores, the chance of a rate at or below alpha is at most alpha."""
    scores = np.arange(people, dtype=float)
    rates = [false_match_rate(s, np.delete(scores, i)) for i, s in enumerate(scores)]
    assert np.mean(np.array(rates) <= alpha) <= alpha + 1e-12


def test_false_alarms_of_many_attacks() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(1000):
        people = rng.normal(size=(5, 501))
        rates = [false_match_rate(scores[0], scores[1:]) for scores in people]
        alarms += fails(rates, 0.1)
    assert 0.05 < alarms / 1000 <= 0.12


def test_one_good_attack_is_enough() -> None:
    assert fails([0.5, 0.4, 1 / 2001], 0.01)
    assert not fails([0.5, 0.4, 0.004], 0.01)


@given(st.floats(0.001, 0.2), st.integers(1, 40))
def test_the_smallest_gallery_can_fail_and_a_smaller_one_cannot(alpha: float, tests: int) -> None:
    people = smallest_gallery(alpha, tests)
    assert 1 / (people + 1) < limit(alpha, tests)
    if people > 1:
        assert 1 / people >= limit(alpha, tests) * (1 - 1e-6)


def test_two_thousand_distractors_suffice_for_twenty_attacks() -> None:
    assert smallest_gallery(0.01, 19) <= DISTRACTORS


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="distractor"):
        false_match_rate(1.0, [])
    with pytest.raises(ValueError, match="NaN"):
        false_match_rate(1.0, [np.nan])
    with pytest.raises(ValueError, match="NaN"):
        false_match_rate(np.nan, [1.0])
    with pytest.raises(ValueError, match="alpha"):
        limit(0, 3)
    with pytest.raises(ValueError, match="test"):
        fails([], 0.01)


@given(st.floats(0.001, 0.2), st.integers(1, 40), st.integers(10, 5000))
def test_alpha_is_shared_and_never_exceeded(alpha: float, alone: int, people: int) -> None:
    shared = limits(alpha, alone, people)
    assert shared.alone * alone + shared.together <= alpha * (1 + 1e-9)
    assert shared.together >= shared.alone * (1 - 1e-9)
    if people >= smallest_gallery(alpha, alone + 1):
        assert 1 / (people + 1) < shared.alone


def test_what_attacks_say_together_gets_half_where_there_are_enough_strangers() -> None:
    assert limits(0.01, 2, 2000).together == pytest.approx(0.005)
    many = limits(0.01, 12, 2075)
    assert many.alone > 1 / 2076
    assert many.together == pytest.approx(0.01 - 12 / 2076, rel=1e-4)
