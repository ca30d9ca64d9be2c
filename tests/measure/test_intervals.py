"""Intervals: known values, coverage, and the same seed gives the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.measure.intervals import bootstrap, clopper_pearson, mean_interval


def test_clopper_pearson_as_published() -> None:
    found = clopper_pearson(4, 20)
    assert (found.low, found.high) == pytest.approx((0.0573, 0.4366), abs=5e-5)


@pytest.mark.parametrize("hits", [0, 3, 125])
def test_exact_intervals_hold_the_share(hits: int) -> None:
    assert hits / 125 in clopper_pearson(hits, 125)


def test_nobody_among_125_bounds_the_leak_at_three_percent() -> None:
    assert clopper_pearson(0, 125).high == pytest.approx(0.0291, abs=5e-5)
    assert clopper_pearson(1, 125).high > 0.03


@pytest.mark.parametrize(("hits", "people"), [(-1, 5), (6, 5), (0, 0)])
def test_counts_must_be_possible(hits: int, people: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        clopper_pearson(hits, people)


@settings(max_examples=8)
@given(st.integers(0, 1000), st.sampled_from([0.0, 0.04, 0.5, 1.0]))
def test_the_fast_way_is_the_bootstrap_of_a_mean(seed: int, share: float) -> None:
    each = (np.random.default_rng(seed).random(40) < share) * 1.0
    slow = bootstrap(lambda chosen: float(each[chosen].mean()), 40, draws=300, seed=seed)
    fast = mean_interval(each, seed=seed, draws=300)
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=1e-12)


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_the_seed_decides(seed: int) -> None:
    values = np.random.default_rng(1).random(12)
    assert mean_interval(values, seed=seed) == mean_interval(values, seed=seed)


@pytest.mark.parametrize("corrected", [True, False])
def test_coverage_of_a_mean(corrected: bool) -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for trial in range(200):
        values = rng.exponential(1, 60)
        found = bootstrap(
            lambda chosen, values=values: float(values[chosen].mean()),  # type: ignore[misc]
            60,
            draws=300,
            seed=trial,
            corrected=corrected,
        )
        covered += 1 in found
    assert 0.87 <= covered / 200 <= 0.99


def test_bca_moves_towards_the_long_tail() -> None:
    values = np.random.default_rng(2).exponential(1, 30) ** 2
    plain = bootstrap(lambda chosen: float(values[chosen].mean()), 30, corrected=False)
    better = mean_interval(values)
    assert better.high > plain.high
    assert better.low > plain.low


def test_no_spread_is_a_point() -> None:
    found = mean_interval(np.zeros(10))
    assert (found.low, found.high) == (0, 0)


def test_people_are_drawn_with_replacement() -> None:
    seen: list[np.ndarray] = []

    def statistic(chosen: np.ndarray) -> float:
        seen.append(chosen)
        return float(chosen.mean())

    bootstrap(statistic, 7, draws=5, corrected=False)
    assert [len(chosen) for chosen in seen] == [7] * 5
    assert any(len(set(chosen.tolist())) < 7 for chosen in seen)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        mean_interval([1.0, 2.0], level)
    with pytest.raises(ValueError, match="level"):
        clopper_pearson(1, 2, level)


def test_one_person_has_no_interval() -> None:
    with pytest.raises(ValueError, match="2 people"):
        mean_interval([1.0])
