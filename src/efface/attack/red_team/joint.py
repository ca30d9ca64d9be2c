"""One more test: what the families that know the redaction say together.

Each may put the person near the top of the list and none at the top; their errors differ, so that
the mean of their scores does better (sum rule: J. Kittler et al., IEEE TPAMI 20, 1998).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import Protocol

import numpy as np

from efface.attack.interface import Attack, Family, Knowledge
from efface.attack.matching import Scores, fused, standard
from efface.attack.red_team.distractors import Lineup
from efface.attack.red_team.rank import Vectors
from efface.attack.red_team.result import Tried
from efface.attack.red_team.single_test import Test, judged

WEIGHTS: dict[Family, float] = {"appearance": 2.0, "fusion": 1.0, "inversion": 1.0}
"""How much a family counts that is told the operator, however many attacks it has. The trained
networks are left out: on 26 people of CFP under deface's blur and mosaic they hid who was found
without them."""


class Trial(Test, Protocol):
    """One attack on one person."""

    @property
    def attack(self) -> Attack: ...


class JointTest:
    """The families together; there is nothing to join with fewer than two."""

    name = "together"
    title = "what the families that know the redaction say together"

    def __init__(self, trials: Sequence[Trial]) -> None:
        """
        Args:
            trials: that apply; they are run before this is.
        """
        self._trials = sorted(
            (one for one in trials if _knows(one.attack)), key=lambda one: one.attack.family
        )
        self.applies = len({one.attack.family for one in self._trials}) > 1

    def run(self, bound: float) -> tuple[Tried, ...]:
        """The test, or none where it does not apply.

        Args:
            bound: the false-match rate below which it has found the person.
        """
        if not self.applies:
            return ()
        start = time.process_time()
        found = judged(self, bound)
        tried = Tried(
            self.name,
            self.title,
            "together",
            Knowledge.EXACT,
            "ran",
            standing=found,
            limit=bound,
            cpu_s=time.process_time() - start,
        )
        return (tried,)

    @property
    def among(self) -> Lineup:
        return self._trials[0].among

    @property
    def plain(self) -> bool:
        return self._trials[0].plain

    @cached_property
    def vectors(self) -> Vectors:
        return _named((one, one.vectors) for one in self._trials)

    @cached_property
    def control(self) -> Vectors | None:
        return _named((one, one.control or {}) for one in self._trials if one.vectors) or None

    def combine(self, vectors: Vectors) -> Scores:
        """Means of attacks within a family, then of families by their weight."""
        each = {
            attack: fused(dict(pairs), "mean")
            for attack, pairs in groupby(vectors.items(), lambda pair: pair[0].rsplit("/", 1)[0])
        }
        families = groupby(each.items(), lambda pair: pair[0].split("/", 1)[0])
        weighed = [
            _WEIGHT[family] * standard(fused(dict(pairs), "mean")) for family, pairs in families
        ]
        return np.asarray(np.sum(weighed, axis=0) / sum(_WEIGHT.values()), np.float64)


_WEIGHT: dict[str, float] = {str(family): weight for family, weight in WEIGHTS.items()}


def _knows(attack: Attack) -> bool:
    return attack.family in WEIGHTS and attack.knowledge > Knowledge.METHOD


def _named(found: Iterable[tuple[Trial, Vectors]]) -> dict[str, Scores]:
    """Keyed by family, attack and piece of evidence, those of one attack side by side."""
    return {
        f"{one.attack.family}/{one.attack.name}/{name}": scores
        for one, vectors in found
        for name, scores in vectors.items()
    }
