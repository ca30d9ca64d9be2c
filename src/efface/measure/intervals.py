"""Intervals over people, not pictures: who was photographed more often says nothing more.

A statistic is a function of indices of people, so that whatever it needs (a threshold, say) is
chosen anew in each draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, norm

Indices = NDArray[np.int64]
Statistic = Callable[[Indices], float]

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high, both included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def bootstrap(
    statistic: Statistic,
    people: int,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
    corrected: bool = True,
) -> Interval:
    """Bootstrap interval of a statistic over people.

    Args:
        statistic: takes indices of people, shape (people,), drawn with replacement.
        people: how many there are.
        level: share of intervals that should hold the truth.
        draws: samples drawn.
        seed: decides the draws.
        corrected: BCa (B. Efron, "Better bootstrap confidence intervals", 1987: corrected for bias
            and for skew, the latter from leaving one person out at a time); else percentiles. Where
            no draw differs from the others, or every draw lies on one side of the figure, there is
            nothing to correct by and percentiles are used.

    Raises:
        ValueError: fewer than two people, or a level that is no share.
    """
    if people < 2:
        raise ValueError(f"expected at least 2 people, got {people}")
    _share(level)
    rng = np.random.default_rng(seed)
    drawn = np.array([statistic(rng.integers(0, people, people)) for _ in range(draws)])
    if not corrected:
        return _percentiles(drawn, level)
    everyone = np.arange(people)
    return _corrected(
        drawn,
        statistic(everyone),
        lambda: [statistic(np.delete(everyone, i)) for i in range(people)],
        level,
    )


def _percentiles(drawn: NDArray[np.float64], level: float) -> Interval:
    low, high = np.quantile(drawn, _tails(level))
    return Interval(float(low), float(high))


def _corrected(
    drawn: NDArray[np.float64], value: float, left_out: Callable[[], ArrayLike], level: float
) -> Interval:
    """By BCa, where there is anything to correct by.

    Args:
        drawn: the figure in each sample.
        value: of everybody.
        left_out: gives it without each one in turn.
    """
    tails = _tails(level)
    below = (np.mean(drawn < value) + np.mean(drawn <= value)) / 2
    if 0 < below < 1 and np.ptp(drawn) > 0:
        tails = _bca(tails, float(below), left_out())
    low, high = np.quantile(drawn, tails)
    return Interval(float(low), float(high))


def _tails(level: float) -> NDArray[np.float64]:
    return np.array([(1 - level) / 2, (1 + level) / 2])


def _bca(tails: NDArray[np.float64], below: float, left_out: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(left_out, float)
    gaps = values.mean() - values
    scale = float(np.sum(gaps**2)) ** 1.5
    skew = float(np.sum(gaps**3)) / (6 * scale) if scale > 0 else 0.0
    bias = norm.ppf(below)
    z = bias + norm.ppf(tails)
    return np.asarray(norm.cdf(bias + z / (1 - skew * z)), np.float64)


def mean_interval(
    values: ArrayLike, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> Interval:
    """BCa interval of a mean over people, shape (people,); one value a person. As ``bootstrap`` has
    it, many times faster.

    Raises:
        ValueError: fewer than two people, or a level that is no share.
    """
    each = np.asarray(values, np.float64)
    people = len(each)
    if people < 2:
        raise ValueError(f"expected at least 2 people, got {people}")
    _share(level)
    chosen = np.random.default_rng(seed).integers(0, people, (draws, people))
    value = float(each.mean())
    left_out = (each.sum() - each) / (people - 1)
    return _corrected(each[chosen].mean(axis=1), value, lambda: left_out, level)


def clopper_pearson(hits: int, people: int, level: float = 0.95) -> Interval:
    """Exact two-sided interval of a share (C. Clopper and E. Pearson, Biometrika 26, 1934).

    Raises:
        ValueError: hits are not within 0 to people, or the level is no share.
    """
    _counts(hits, people)
    _share(level)
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, people - hits + 1))
    high = 1.0 if hits == people else float(beta.ppf(1 - tail, hits + 1, people - hits))
    return Interval(low, high)


def _counts(hits: int, people: int) -> None:
    if people < 1 or not 0 <= hits <= people:
        raise ValueError(f"expected hits from 0 to people, got {hits} of {people}")


def _share(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, got {level}")
