"""From one attacker's scores on the test people to the figures of the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.measure.bits import rank_bits, relative_entropy
from efface.measure.intervals import Interval, bootstrap, clopper_pearson, mean_interval
from efface.measure.openset import searches, tpir
from efface.measure.ranks import places

Scores = NDArray[np.float64]
"""Shape (searches, people); higher is more alike."""

DRAWS = 1000

SAME = 1e-3
"""Scores this close, in deviations over the candidates, are the same but for rounding."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its 95 % interval over people."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Figures:
    """What one attacker finds of one row."""

    people: int
    searches: int
    rank1: Figure
    rank10: Figure
    tpir: Figure
    """At an FPIR of .01."""
    bits: Figure
    """Beyond chance, from ranks."""
    entropy: float
    """Relative entropy of genuine against impostor scores, bits."""
    half: int
    """Candidates one has to look at to see the right person half of the time."""
    most: int
    """The same, for nine searches of ten."""
    each_rank1: NDArray[np.float64]
    """Share of hits by person, shape (people,)."""
    each_bits: NDArray[np.float64]
    """Bits by person, shape (people,)."""

    @property
    def chance(self) -> float:
        """Rank-1 by chance."""
        return 1 / self.people


def figures(scores: Scores, person: NDArray[np.int64], seed: int = 0) -> Figures:
    """Every figure of one attacker.

    Args:
        scores: shape (searches, people).
        person: right one of each search, shape (searches,); each has as many searches as others.
        seed: of the bootstrap.
    """
    people = scores.shape[1]
    scores = np.where(unsaid(scores, person)[:, None], 0.0, scores)
    found = places(scores, person)
    each1 = by_person(found.hits(1).astype(float), person, people)
    each10 = by_person(found.hits(10).astype(float), person, people)
    bits = by_person(rank_bits(found), person, people)
    own, others = searches(scores, person)
    order = np.argsort(person, kind="stable").reshape(people, -1)

    def open_set(chosen: NDArray[np.int64]) -> float:
        rows = order[chosen].ravel()
        return tpir(own[rows], others[rows], 0.01)

    impostors = scores[np.arange(people)[None, :] != person[:, None]]
    return Figures(
        people=people,
        searches=len(person),
        rank1=rate(each1, seed),
        rank10=rate(each10, seed),
        tpir=_open(open_set, people, seed),
        bits=_mean(bits, seed),
        entropy=relative_entropy(own, impostors),
        half=found.list_length(0.5),
        most=found.list_length(0.9),
        each_rank1=each1,
        each_bits=bits,
    )


def unsaid(scores: Scores, person: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Searches whose scores are those of a search for somebody else: whoever is hit, that says
    nothing of who it is, and counts as a tie of all. So it is with a fill that leaves nothing.

    Returns:
        Shape (searches,).
    """
    spread = np.maximum(scores.std(axis=1, keepdims=True), 1e-12)
    standard = (scores - scores.mean(axis=1, keepdims=True)) / spread
    out = np.zeros(len(scores), bool)
    for index, row in enumerate(standard):
        same = np.abs(standard - row).max(axis=1) < SAME
        out[index] = bool((same & (person != person[index])).any())
    return out


def by_person(
    values: NDArray[np.float64], person: NDArray[np.int64], people: int
) -> NDArray[np.float64]:
    """Mean over each person's searches, shape (people,)."""
    counts = np.bincount(person, minlength=people)
    return np.asarray(np.bincount(person, weights=values, minlength=people) / counts, np.float64)


def rate(each: NDArray[np.float64], seed: int = 0) -> Figure:
    """A rate over people; where all or none are hit, the interval is exact."""
    value = float(each.mean())
    if value in (0.0, 1.0):
        return Figure(value, clopper_pearson(round(value * len(each)), len(each)))
    return _mean(each, seed)


def _mean(each: NDArray[np.float64], seed: int) -> Figure:
    return Figure(float(each.mean()), mean_interval(each, seed=seed, draws=DRAWS))


def _open(statistic: object, people: int, seed: int) -> Figure:
    assert callable(statistic)
    value = float(statistic(np.arange(people)))
    if value in (0.0, 1.0):
        return Figure(value, clopper_pearson(round(value * people), people))
    found = bootstrap(statistic, people, draws=DRAWS, seed=seed, corrected=False)
    return Figure(value, found)


def another_person(scores: Scores, person: NDArray[np.int64]) -> Scores:
    """The null: each search is scored as if it were for the next person.

    Returns:
        The same scores with the candidates moved by one, so that ``person`` names another's.
    """
    return np.roll(scores, -1, axis=1)
