"""Ranks: ties never hit, and nothing depends on the order of candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.measure.ranks import places


@st.composite
def searches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties, and true candidates."""
    n, people = draw(st.integers(1, 6)), draw(st.integers(1, 9))
    row = st.lists(st.integers(-2, 2), min_size=people, max_size=people)
    scores = draw(st.lists(row, min_size=n, max_size=n))
    true = draw(st.lists(st.integers(0, people - 1), min_size=n, max_size=n))
    return np.array(scores, float), np.array(true)


def test_the_best_is_first() -> None:
    found = places([[0.1, 0.9, 0.5]], [1])
    assert (found.expected.tolist(), found.certain.tolist()) == ([1.0], [1])
    assert found.rate(1) == 1


def test_the_worst_is_last() -> None:
    found = places([[0.1, 0.9, 0.5]], [0])
    assert found.certain.tolist() == [3]
    assert [found.rate(k) for k in (1, 2, 3)] == [0, 0, 1]


def test_constant_scores_are_chance_and_never_hit() -> None:
    found = places(np.ones((5, 100)), np.arange(5))
    assert found.expected.tolist() == [50.5] * 5
    assert found.rate(1) == found.rate(99) == 0


def test_a_tie_at_the_top_is_no_hit() -> None:
    found = places([[1.0, 1.0, 0.0]], [0])
    assert not found.hits(1)[0]
    assert found.hits(2)[0]
    assert found.expected[0] == 1.5


@given(searches())
def test_ranks_stay_within_bounds(case: tuple[np.ndarray, np.ndarray]) -> None:
    found = places(*case)
    assert (found.expected >= 1).all()
    assert (found.expected <= found.certain).all()
    assert (found.certain <= found.candidates).all()
    assert found.rate(found.candidates) == 1


@given(searches(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_says_nothing(
    case: tuple[np.ndarray, np.ndarray], random: object
) -> None:
    scores, true = case
    order = np.arange(scores.shape[1])
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = places(scores[:, order], np.argsort(order)[true])
    assert (moved.expected == places(scores, true).expected).all()


@given(searches())
def test_only_the_order_of_scores_counts(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, true = case
    assert (places(3 * scores + 7, true).certain == places(scores, true).certain).all()


def test_list_length_holds_the_share_asked_for() -> None:
    scores = -np.tile(np.arange(10.0), (10, 1))
    found = places(scores, np.arange(10))
    assert [found.list_length(share) for share in (0.1, 0.5, 0.9, 1)] == [1, 5, 9, 10]


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        places([[1.0]], [0]).list_length(share)


def test_some_searches() -> None:
    found = places([[0.0, 1.0], [1.0, 0.0]], [0, 0]).some(np.array([False, True]))
    assert found.rate() == 1


@pytest.mark.parametrize(
    ("scores", "true"),
    [([1.0, 2.0], [0]), ([[1.0, 2.0]], [2]), ([[1.0, 2.0]], [-1]), ([[1.0, np.nan]], [0])],
)
def test_nonsense_is_refused(scores: list[float], true: list[int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        places(scores, true)


def test_k_starts_at_one() -> None:
    with pytest.raises(ValueError, match="k from 1"):
        places([[1.0]], [0]).hits(0)
