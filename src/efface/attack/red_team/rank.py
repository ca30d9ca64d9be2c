"""From the evidence of one attack to one number for each candidate, and where the person stands.

Every piece of evidence, by every recogniser, gives scores. They are put on one scale over the
candidates, and for each candidate the best of them counts, or their mean where that is better: so
the worst of several recognisers counts, and still there is one test for each attack. Nothing in it
depends on which candidate is the right one, so that chance stays chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Candidates, Evidence
from efface.attack.matching import Scores, fused, match
from efface.attack.recognisers.interface import Recogniser
from efface.measure.bits import rank_bits
from efface.measure.gate import false_match_rate
from efface.measure.ranks import places

Vectors = Mapping[str, Scores]
"""Scores of the candidates, by piece of evidence and recogniser."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Where the person stands among the candidates."""

    fmr: float
    """False-match rate: the share of candidates that match at least as well, themselves too."""
    rank: float
    """From 1; the middle of those that tie."""
    list_length: int
    """People to look at, best first, until the person is among them however ties fall."""
    candidates: int
    """The person among them."""
    bits: float
    """Beyond chance for a single search; below 0 is worse than chance."""


def vectors_of(
    pieces: Sequence[Evidence], candidates: Candidates, recognisers: Sequence[Recogniser]
) -> dict[str, Scores]:
    """Scores of the candidates, by piece and recogniser.

    Raises:
        ValueError: there is no evidence, or it cannot be compared with the candidates.
    """
    if not pieces:
        raise ValueError("expected evidence, got none")
    return {
        f"{number} {name}": scores
        for number, piece in enumerate(pieces)
        for name, scores in match(piece, candidates, recognisers).items()
    }


def together(vectors: Vectors) -> Scores:
    """One score a candidate: the best of all, and of their mean."""
    if len(vectors) == 1:
        return fused(vectors)
    return fused({**vectors, "mean": fused(vectors, "mean")})


def beyond(vectors: Vectors, control: Vectors) -> dict[str, Scores]:
    """What evidence says beyond what the control says, for what both have."""
    return {name: vectors[name] - control[name] for name in vectors if name in control}


def standing(scores: Scores, place: int) -> Rank:
    """Where the candidate at ``place`` stands.

    Raises:
        ValueError: a score is not a number.
    """
    found = places(scores[None], [place])
    others: NDArray[np.float64] = np.delete(scores, place)
    return Rank(
        fmr=false_match_rate(float(scores[place]), others),
        rank=float(found.expected[0]),
        list_length=int(found.certain[0]),
        candidates=len(scores),
        bits=float(rank_bits(found)[0]),
    )
