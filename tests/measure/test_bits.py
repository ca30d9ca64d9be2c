"""Bits: chance is 0, certainty is everything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.measure.bits import chance_bits, rank_bits, relative_entropy, share_of_clear
from efface.measure.ranks import places


def test_chance_is_about_one_point_four() -> None:
    assert chance_bits(1) == 0
    assert chance_bits(2) == pytest.approx(0.5)
    assert 1.38 < chance_bits(250) < chance_bits(10_000) < 1 / math.log(2)


@given(st.integers(2, 60))
def test_uniform_ranks_give_nothing(people: int) -> None:
    scores = np.tile(-np.arange(people, dtype=float), (people, 1))
    assert rank_bits(places(scores, np.arange(people))).mean() == pytest.approx(0, abs=1e-9)


@given(st.integers(2, 60))
def test_constant_scores_give_nothing(people: int) -> None:
    found = places(np.zeros((3, people)), [0, 1, people - 1])
    assert rank_bits(found) == pytest.approx(np.zeros(3), abs=1e-9)


@given(st.integers(2, 60))
def test_certainty_gives_all_but_chance(people: int) -> None:
    found = places(np.eye(people), np.arange(people))
    assert rank_bits(found) == pytest.approx(math.log2(people) - chance_bits(people))


def normal(seed: int, mean: float, size: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 1, size)


@pytest.mark.parametrize("apart", [0.5, 1, 2])
def test_relative_entropy_of_two_normals(apart: float) -> None:
    found = relative_entropy(normal(0, apart, 2000), normal(1, 0, 20_000))
    assert found == pytest.approx(apart**2 / 2 / math.log(2), rel=0.25, abs=0.1)


def test_the_same_distribution_gives_nearly_nothing() -> None:
    assert relative_entropy(normal(0, 0, 2000), normal(1, 0, 20_000)) < 0.1


def test_constant_scores_have_no_relative_entropy() -> None:
    assert relative_entropy(np.ones(50), np.ones(500)) == 0


@given(st.integers(0, 50), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_scale_of_scores_says_nothing(seed: int, scale: float, shift: float) -> None:
    genuine, impostor = normal(seed, 1, 40), normal(seed + 1, 0, 80)
    moved = relative_entropy(scale * genuine + shift, scale * impostor + shift)
    assert moved == pytest.approx(relative_entropy(genuine, impostor), abs=1e-6)


@given(st.lists(st.integers(0, 3), min_size=6, max_size=20))
def test_repeated_scores_are_finite(values: list[int]) -> None:
    assert math.isfinite(relative_entropy(values, values))


def test_neighbour_distances_agree_with_looking_at_all() -> None:
    genuine, impostor = normal(3, 0.7, 30), normal(4, 0, 50)
    own = np.sort(np.abs(genuine[:, None] - genuine[None]), axis=1)[:, 5]
    other = np.sort(np.abs(genuine[:, None] - impostor[None]), axis=1)[:, 4]
    plain = np.mean(np.log2(other / own)) + math.log2(50 / 29)
    assert relative_entropy(genuine, impostor) == pytest.approx(max(0, plain))


def test_too_few_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        relative_entropy([1, 2, 3], [1, 2, 3, 4, 5, 6])
    with pytest.raises(ValueError, match="finite"):
        relative_entropy([1, 2, 3, 4, 5, math.inf], [1, 2, 3, 4, 5, 6])


def test_share_of_clear() -> None:
    assert share_of_clear(2, 8) == 0.25
    assert share_of_clear(-0.1, 8) == 0
    assert share_of_clear(9, 8) == 1
    with pytest.raises(ValueError, match="more than 0"):
        share_of_clear(1, 0)
