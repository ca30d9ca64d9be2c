"""The attack that goes by a face's light and dark.

Under strong redactions recognisers see little, since they look for what is fine; what is coarse is
left. It is this picture's face that is compared, with its pose, its expression and its hair:
docs/attack.md says how often another picture of the person is found so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.attack.appearance.view import view_of
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Look, Ranking
from efface.attack.inversion.forward import LINEAR

NUMBERS = "appearance"
"""Of candidates' numbers, among what is known of them (``Candidates.numbers``)."""


class Appearance(Attack):
    """Blurs and mosaics, the operator given; of several looks, the mean of what each says."""

    name = "appearance"
    title = "the face's own light and dark under the same redaction"
    family = "appearance"
    knowledge = Knowledge.EXACT

    def applies(self, case: Case) -> bool:
        return NUMBERS in case.candidates.numbers and any(map(_linear, case.looks))

    def run(self, case: Case) -> Sequence[Evidence]:
        known = case.candidates.numbers[NUMBERS]
        told = [view_of(look).scores(known) for look in case.looks if _linear(look)]
        return (Ranking(np.mean(told, axis=0)),)


def _linear(look: Look) -> bool:
    return look.operator is not None and look.operator.kind in LINEAR
