"""From scores to where a person stands: chance stays chance, and the best counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.red_team.fakes import Coarse, distractors

from efface.attack.interface import Evidence, Prediction, Ranking
from efface.attack.red_team.rank import beyond, standing, together, vectors_of


def noise(rng: np.random.Generator, people: int = 200) -> dict[str, np.ndarray]:
    common = rng.normal(size=people)
    return {name: common + rng.normal(size=people) for name in ("0 one", "0 other", "1 one")}


def test_by_chance_every_rate_is_as_likely() -> None:
    rng = np.random.default_rng(1)
    rates = [standing(together(noise(rng)), 7).fmr for _ in range(2000)]
    for alpha in (0.01, 0.05, 0.2, 0.5):
        share = float(np.mean(np.array(rates) <= alpha))
        assert abs(share - alpha) < 4 * np.sqrt(alpha * (1 - alpha) / 2000)


@given(st.integers(0, 199), st.integers(0, 1000))
def test_the_place_at_which_one_is_hidden_makes_no_difference(place: int, seed: int) -> None:
    vectors = noise(np.random.default_rng(seed))
    moved = {name: np.roll(scores, place) for name, scores in vectors.items()}
    one, other = standing(together(vectors), 0), standing(together(moved), place)
    assert one.rank == other.rank
    assert one.fmr == pytest.approx(other.fmr)


def test_one_recogniser_that_finds_the_person_is_enough() -> None:
    vectors = noise(np.random.default_rng(2))
    vectors["1 one"][3] = 30.0
    assert standing(together(vectors), 3).list_length == 1


def test_several_that_point_the_same_way_add_up() -> None:
    rng = np.random.default_rng(4)
    alone, joined = [], []
    for _ in range(200):
        vectors = {str(i): rng.normal(size=300) for i in range(9)}
        for scores in vectors.values():
            scores[5] += 1.2
        alone.append(standing(together({"0": vectors["0"]}), 5).fmr)
        joined.append(standing(together(vectors), 5).fmr)
    assert np.median(joined) < 0.3 * np.median(alone)


def test_ties_count_against_the_attack() -> None:
    found = standing(np.zeros(101), 50)
    assert (found.fmr, found.rank, found.list_length) == (1.0, 51.0, 101)
    assert found.bits == pytest.approx(0.0, abs=1e-9)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        standing(np.array([1.0, np.nan, 0.5]), 0)


def test_every_piece_and_recogniser_has_its_scores() -> None:
    candidates = distractors(50).candidates
    first = candidates.templates["coarse"][0]
    pieces: list[Evidence] = [Prediction({"coarse": first}), Ranking(np.arange(50.0))]
    vectors = vectors_of(pieces, candidates, (Coarse(),))
    assert set(vectors) == {"0 coarse", "1 ranking"}
    assert standing(vectors["0 coarse"], 0).list_length == 1
    with pytest.raises(ValueError, match="expected evidence"):
        vectors_of([], candidates, (Coarse(),))


def test_what_the_control_says_as_well_is_taken_away() -> None:
    rng = np.random.default_rng(5)
    liked, said = rng.normal(size=100), np.zeros(100)
    liked[9], said[9] = 9.0, 0.5
    rest = beyond({"a": liked + said, "b": liked}, {"a": liked})
    assert set(rest) == {"a"}
    assert rest["a"] == pytest.approx(said)
