"""Other numbers of candidates: exact for fewer, near the truth for more."""

from __future__ import annotations

import numpy as np
import pytest

from efface.measure.ranks import Places, places
from efface.study.map.gallery import first_of, hit_rates


def searched(people: int, seed: int, each: int = 400) -> Places:
    rng = np.random.default_rng(seed)
    own = rng.normal(2.0, 1, each)
    others = rng.normal(size=(each, people - 1))
    return places(np.column_stack([own, others]), np.zeros(each, int))


def test_fewer_candidates_are_counted_exactly() -> None:
    """Three of nine wrong candidates score higher: of two drawn, none does in 15 of 36 cases."""
    found = Places(np.array([3, 0, 9]), np.array([0, 0, 0]), 10)
    assert first_of(found, 3) == pytest.approx([15 / 36, 1, 0])
    assert first_of(found, 10) == pytest.approx([0, 1, 0])


def test_more_candidates_are_foretold() -> None:
    foretold = first_of(searched(125, 1), 1000).mean()
    assert foretold == pytest.approx(searched(1000, 2).rate(1), abs=0.05)


def test_who_says_the_same_of_everybody_has_found_nobody() -> None:
    same = Places(np.zeros(5, int), np.full(5, 9), 10)
    assert first_of(same, 4) == pytest.approx(0)
    assert first_of(same, 100).max() < 1e-3


def test_what_is_extrapolated_is_marked() -> None:
    found = hit_rates(searched(100, 3, each=100), np.arange(100), seed=0)
    assert [(one["people"], one["extrapolated"]) for one in found] == [
        (40, False), (100, False), (250, True), (2000, True),
    ]  # fmt: skip
    assert all(one["rank1"][1] <= one["rank1"][0] <= one["rank1"][2] for one in found)
