"""One file, one person: whether an attack found them, with no sample to take an average over.

The attack's evidence is compared with the clear face and with strangers (distractors). If it says
nothing about the person, they are one among the strangers, and the share of strangers that match
at least as well is uniform: a p-value. Several attacks are several tries, so each must stay below
its part of alpha (Bonferroni); a test of all of them together gets a larger part than each of them
(weighted: Holm 1979).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

DISTRACTORS = 2000
"""Fewest strangers with which the gate is stated to work."""


def false_match_rate(true: float, distractors: ArrayLike) -> float:
    """Share of strangers, the person counted as one, that match at least as well as the person.

    (1 + those that score as high or higher) / (1 + all): valid as a p-value however small the
    sample, and 1 when everybody scores the same, since a tie is no evidence.

    Args:
        true: score of the person; higher is more alike.
        distractors: scores of strangers, shape (people,).

    Raises:
        ValueError: there are no strangers, or a score is not a number.
    """
    scores = np.ravel(np.asarray(distractors, np.float64))
    if not scores.size:
        raise ValueError("expected at least one distractor, got none")
    if np.isnan(true) or np.isnan(scores).any():
        raise ValueError("expected numbers as scores, got NaN")
    return float((1 + np.count_nonzero(scores >= true)) / (1 + scores.size))


def rank_of(true: float, distractors: ArrayLike) -> int:
    """Rank of the person among the strangers, from 1, behind all that tie.

    Raises:
        ValueError: as for ``false_match_rate``.
    """
    scores = np.ravel(np.asarray(distractors, np.float64))
    return round(false_match_rate(true, scores) * (1 + scores.size))


def limit(alpha: float, tests: int) -> float:
    """The false-match rate below which one of several attacks has found the person.

    Args:
        alpha: false alarms allowed for all of them together, on a face of which nothing is left.
        tests: attacks that ran; a piece of evidence more is a test more.

    Raises:
        ValueError: alpha is not between 0 and 1, or there was no test.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"expected alpha between 0 and 1, got {alpha}")
    if tests < 1:
        raise ValueError(f"expected at least one test, got {tests}")
    return alpha / tests


def smallest_gallery(alpha: float, tests: int) -> int:
    """Fewest distractors with which an attack that ranks the person first is below the limit.

    With fewer the gate cannot fail whatever an attack finds, so it must not be used.

    Raises:
        ValueError: as for ``limit``.
    """
    return math.floor(1 / limit(alpha, tests) + 1e-9)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The false-match rates below which attacks have found the person."""

    alone: float
    """For each attack by itself."""
    together: float
    """For what they say together."""


def limits(alpha: float, alone: int, people: int) -> RateLimits:
    """How alpha is shared between attacks and one more test, of all of them together.

    That test gets half, or less where so few strangers need more for an attack that ranks the
    person first to be below its limit; never less than an attack gets.

    Args:
        alpha: false alarms allowed for everything together.
        alone: attacks that ran, each a test of its own.
        people: strangers.

    Raises:
        ValueError: as for ``limit``.
    """
    even = limit(alpha, alone + 1)
    least = (1 + _ROOM) / (people + 1)
    each = min(even, max(alpha / 2 / max(1, alone), least))
    return RateLimits(each, alpha - alone * each)


_ROOM = 1e-6
"""So that the first place is below the limit, and not just at it."""


def fails(rates: ArrayLike, alpha: float) -> bool:
    """Whether any of the attacks found the person, given the false-match rate of each.

    Raises:
        ValueError: alpha is not between 0 and 1, or there was no test.
    """
    found = np.ravel(np.asarray(rates, np.float64))
    bound = limit(alpha, len(found))
    return bool((found < bound).any())
