"""Whether evidence points to the person, or only to the colour of the zone."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from efface.attack.matching import Scores
from efface.attack.red_team.distractors import KindOfStrangers, Lineup
from efface.attack.red_team.rank import Rank, Vectors, beyond, standing
from efface.attack.red_team.verdict import CLOSE


class Test(Protocol):
    """One test: an attack, or several together."""

    @property
    def among(self) -> Lineup:
        """Who is looked for, and among whom."""
        ...

    @property
    def plain(self) -> bool:
        """Whether the zone has one colour, but for lossy coding."""
        ...

    @property
    def vectors(self) -> Vectors:
        """Scores of the candidates; empty: the attack says that it found nothing."""
        ...

    @property
    def control(self) -> Vectors | None:
        """The same of a plain fill of the zone; ``None``: there is no such thing."""
        ...

    def combine(self, vectors: Vectors) -> Scores:
        """One score a candidate."""
        ...


def judged(test: Test, bound: float) -> Rank:
    """Where the person stands by this evidence, among strangers of the kind that favours them most.

    What would fail a file, or comes near, is held against a control: the same attack on a plain
    fill of the same zone, which tells nothing but the zone's colour. Where that comes near the
    person too, or where the zone is such a fill but for lossy coding, only what the evidence says
    beyond it counts. Elsewhere its scores are about nobody, and taking them off would only hide the
    person.

    Args:
        bound: the false-match rate below which a test has found the person.
    """
    rows = test.among.by_kind
    return max((_judged(test, bound, row) for row in rows), key=lambda one: one.fmr)


def _judged(test: Test, bound: float, row: KindOfStrangers) -> Rank:
    def stands(vectors: Vectors) -> Rank:
        some = {name: scores[row.members] for name, scores in vectors.items()}
        return standing(test.combine(some), row.place)

    if not test.vectors:
        return standing(np.zeros(len(row.members)), row.place)
    found = stands(test.vectors)
    if found.fmr >= CLOSE * bound:
        return found
    control = test.control
    if control is None:
        return found
    other = stands(control).fmr >= CLOSE * bound
    if other and not test.plain:
        return found
    return max(found, stands(beyond(test.vectors, control)), key=lambda one: one.fmr)
