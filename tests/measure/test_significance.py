"""Paired tests: exact values, and no excess where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from efface.measure.significance import mcnemar, permutation


def hits(count: int, people: int = 20) -> np.ndarray:
    return np.arange(people) < count


def test_mcnemar_exact() -> None:
    assert mcnemar(hits(5), hits(0)) == pytest.approx(1 / 32)
    assert mcnemar(hits(0), hits(5)) == 1
    assert mcnemar(hits(5), hits(5)) == 1


def test_who_is_hit_in_both_does_not_count() -> None:
    first, second = hits(10), hits(10)
    second[9] = False
    assert mcnemar(first, second) == 0.5


def test_permutation_agrees_with_counting() -> None:
    values = np.zeros(20)
    values[:5] = 1
    assert permutation(values, np.zeros(20)) == pytest.approx(1 / 32, rel=0.15)


def test_less_than_the_control_is_no_finding() -> None:
    assert permutation(np.zeros(20), np.ones(20)) == 1


def test_the_same_is_no_finding() -> None:
    assert permutation(np.ones(9), np.ones(9)) == 1


def test_never_zero_and_the_seed_decides() -> None:
    strong, weak = np.arange(100.0) + 1, np.zeros(100)
    assert permutation(strong, weak, draws=999) == 1 / 1000
    noisy = np.random.default_rng(0).normal(0.1, 1, 30)
    again = [permutation(noisy, np.zeros(30), seed=4) for _ in range(2)]
    assert again[0] == again[1] != permutation(noisy, np.zeros(30), seed=5)


def test_false_alarms_are_as_rare_as_promised() -> None:
    rng = np.random.default_rng(1)
    found = [permutation(rng.normal(size=25), rng.normal(size=25), draws=300) for _ in range(400)]
    assert np.mean(np.array(found) <= 0.05) <= 0.08


@pytest.mark.parametrize("test", [mcnemar, permutation])
def test_people_are_paired(test: object) -> None:
    with pytest.raises(ValueError, match="one value a person"):
        test([1.0, 0.0], [1.0])  # type: ignore[operator]
