"""How often an attacker's first candidate is a wrong person who passes as a match.

A score passes past the threshold that a thousandth of wrong pairs passes. It is learnt on people
who are not searched for: those scored are parted into folds, and each search is held against the
wrong pairs of all other folds, among whom neither its person nor its picture is. So an attacker is
taken to know redacted pictures, and the names, of that many people more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.study import attackers
from efface.study.attackers import Scores, standardised
from efface.study.choice import ChosenAttacker
from efface.study.figures import rate, unsaid
from efface.study.splits import Indices, Splits
from efface.study.templates import Templates

FALSE_MATCH_RATE = 1e-3
"""Of the threshold past which a wrong candidate is an accusation."""

FOLDS = 5


def accused_by(
    splits: Splits,
    level: str,
    chosen: Mapping[str, ChosenAttacker],
    clear: Mapping[str, Scores],
    seed: int,
) -> dict[str, Any]:
    """The rate with its interval, and how many people a threshold was learnt on.

    K0 is a recogniser as it is, with the threshold that it has on clear faces. All others have
    scores of their own, on the scale of each search's candidates, and the threshold is learnt on
    others' pictures that were redacted in the same way.

    Args:
        splits: who is in which picture.
        level: what the attacker knows.
        chosen: attackers by column.
        clear: of each recogniser as it is, by the attacker's name: its scores in the same searches
            with clear pictures (``clear_scores``).
        seed: of the bootstrap.
    """
    answer = chosen["off-the-shelf" if level == "K0" else level].answer
    person, scores = splits.parts["test"].person, answer.scores["test"]
    known = clear.get(answer.name)
    if known is None:
        known = scores = standardised(scores)
    limits = thresholds(known, person)
    return {
        "accused": accusations(scores, person, limits, seed),
        "calibrated": int(np.sum(np.arange(scores.shape[1]) % FOLDS != 0)),
    }


def clear_scores(splits: Splits, clear: Templates) -> dict[str, Scores]:
    """Of each recogniser as it is, by the attacker's name."""
    return {
        answer.name: answer.scores["test"]
        for answer in attackers.direct_answers(splits, clear, clear)
    }


def accusations(
    scores: Scores, person: Indices, limits: NDArray[np.float64], seed: int
) -> list[float]:
    """The rate with its interval. Who says the same of everybody accuses nobody.

    Args:
        scores: shape (searches, people).
        person: of each search, shape (searches,).
        limits: that a score has to pass, shape (searches,).
        seed: of the bootstrap.
    """
    first = scores.argmax(axis=1)
    wrong = (first != person) & (scores.max(axis=1) > limits) & ~unsaid(scores, person)
    people = scores.shape[1]
    each = np.bincount(person, wrong.astype(float), people) / np.bincount(person, None, people)
    found = rate(each, seed)
    return [found.value, found.interval.low, found.interval.high]


def thresholds(scores: Scores, person: Indices) -> NDArray[np.float64]:
    """For each search the score that a thousandth of the wrong pairs of other folds' people passes;
    the highest, where there are fewer."""
    people = np.arange(scores.shape[1])
    limits = np.empty(len(scores))
    for fold in range(FOLDS):
        others = people % FOLDS != fold
        known = others[person]
        wrong = (people != person[:, None]) & others & known[:, None]
        limits[~known] = np.quantile(scores[wrong], 1 - FALSE_MATCH_RATE, method="higher")
    return limits
