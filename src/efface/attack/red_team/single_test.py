"""Whether evidence points to the person, or only to the colour of the zone."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from efface.attack.matching import Scores
from efface.attack.red_team.distractors import Lineup
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
    """Where the person stands by this evidence.

    What would fail a file, or comes near, is held against a control: the same attack on a plain
    fill of the same zone, which tells nothing but the zone's colour. Where that comes near the
    person too, or where the zone is such a fill but for lossy coding, only what the evidence says
    beyond it counts. Elsewhere its scores are about nobody, and taking them off would only hide the
    person.

    Args:
        bound: the false-match rate below which a test has found the person.
    """
    place = test.among.place
    if not test.vectors:
        people = len(next(iter(test.among.candidates.templates.values())))
        return standing(np.zeros(people), place)
    found = standing(test.combine(test.vectors), place)
    if found.fmr >= CLOSE * bound:
        return found
    control = test.control
    if control is None:
        return found
    other = standing(test.combine(control), place).fmr >= CLOSE * bound
    if other and not test.plain:
        return found
    rest = beyond(test.vectors, control)
    return max(found, standing(test.combine(rest), place), key=lambda one: one.fmr)
