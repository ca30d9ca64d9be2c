"""False accusation: who says nothing accuses nobody, and scales of scores do not matter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from efface.attack.interface import Knowledge
from efface.study.attackers import Answer, Scores
from efface.study.choice import ChosenAttacker
from efface.study.map.accusation import FOLDS, accused_by, thresholds
from efface.study.splits import Search, Splits

PEOPLE = 40
NONE = np.zeros(0, np.int64)


def accused(scores: Scores, clear: Mapping[str, Scores] | None = None) -> float:
    people = scores.shape[1]
    everyone = np.arange(people)
    search = Search(everyone[:, None], everyone, everyone)
    splits = Splits(NONE, NONE, {"test": search})
    answer = Answer("any", None, Knowledge.EXACT, {"test": scores})
    chosen = {"K2": ChosenAttacker("K2", answer, 0.0)}
    rate: float = accused_by(splits, "K2", chosen, clear or {}, 0)["accused"][0]
    return rate


def guessing(seed: int, people: int = PEOPLE) -> Scores:
    return np.random.default_rng(seed).normal(size=(people, people))


def test_who_guesses_accuses_as_often_as_the_threshold_lets() -> None:
    """One wrong pair in a thousand, among 124: 11.7 % of searches."""
    found = [accused(guessing(s, 125)) for s in range(20)]
    assert np.mean(found) == pytest.approx(0.117, abs=0.03)


@pytest.mark.parametrize("scale", [0.01, 100])
def test_the_scale_of_scores_does_not_matter(scale: float) -> None:
    assert accused(scale * guessing(2)) == accused(guessing(2))


def test_who_says_the_same_of_everybody_accuses_nobody() -> None:
    same = np.tile(guessing(3)[0], (PEOPLE, 1))
    low = {"any": guessing(4) - 20}
    assert accused(same, low) == 0
    assert accused(guessing(5), low) > 0.9


def test_a_threshold_knows_nothing_of_who_is_searched_for() -> None:
    """Not the search's scores, nor anybody's for its person, nor of others of its fold."""
    before, person = guessing(6), np.arange(PEOPLE)
    limits = thresholds(before, person)
    for fold in range(FOLDS):
        own = person % FOLDS == fold
        after = before.copy()
        after[own], after[:, own] = 99, 99
        assert np.array_equal(thresholds(after, person)[own], limits[own])
        assert (thresholds(after, person)[~own] == 99).all()
