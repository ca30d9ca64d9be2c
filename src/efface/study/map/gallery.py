"""What a shorter or a longer list of candidates would change.

Of each search it is known how many wrong candidates of N - 1 score higher than the right one. Among
n of them drawn at random, n < N, the chance that none does is exact (hypergeometric). For a longer
list each search has a chance p that a stranger scores higher, of which those that did are a sample:
with the prior Beta(a, a) its posterior is a Beta, and the chance that none of M - 1 does is a ratio
of two Beta functions. That takes candidates as drawn alike, and says nothing of look-alikes that a
larger population has; figures for longer lists are marked as extrapolated. Their interval is the
bootstrap's over people, widened by what other priors (a from 0.1 to 1) would say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from efface.measure.ranks import Places
from efface.study.figures import by_person, rate
from efface.study.splits import Indices

GALLERIES = (40, 250, 2000)
"""Numbers of candidates; those that the data have are added."""

PRIORS = (0.1, 0.5, 1.0)
"""The middle one gives the figure (Jeffreys)."""


def hit_rates(found: Places, person: Indices, seed: int) -> list[dict[str, Any]]:
    """Rank-1 for each number of candidates, with its 95 % interval over people.

    Args:
        found: of all searches among the people there are.
        person: of each search, shape (searches,).
        seed: of the bootstrap.
    """
    out = []
    for size in sorted({*GALLERIES, found.candidates}):
        longer = size > found.candidates
        means = []
        for prior in PRIORS if longer else PRIORS[1:2]:
            each = first_of(found, size, prior)
            means.append(rate(by_person(each, person, found.candidates), seed))
        middle = means[len(means) // 2]
        lows, highs = zip(*((m.interval.low, m.interval.high) for m in means), strict=True)
        out.append(
            {
                "people": size,
                "rank1": [middle.value, min(*lows, middle.value), max(*highs, middle.value)],
                "extrapolated": longer,
            }
        )
    return out


def first_of(found: Places, size: int, prior: float = 0.5) -> NDArray[np.float64]:
    """Chance of each search that the right one comes first among ``size`` candidates, before all
    that tie with it: who says the same of everybody has found nobody.

    Args:
        found: among ``found.candidates``.
        size: the right one is one of them.
        prior: a of the Beta distribution, for more candidates than there are.
    """
    wrong = found.candidates - 1
    ahead = (found.better + found.tied).astype(np.float64)
    if size > found.candidates:
        a, b = ahead + prior, wrong - ahead + prior
        return np.asarray(np.exp(betaln(a, b + size - 1) - betaln(a, b)), np.float64)
    left, drawn = wrong - ahead, size - 1
    logs = (
        gammaln(left + 1) - gammaln(np.maximum(left - drawn, 0) + 1)
        - gammaln(wrong + 1) + gammaln(wrong - drawn + 1)
    )  # fmt: skip
    return np.where(left >= drawn, np.exp(logs), 0.0)
