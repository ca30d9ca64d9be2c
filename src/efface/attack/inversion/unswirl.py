"""A swirl is undone by the opposite swirl: nothing is lost but what resampling smooths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from efface.attack.interface import Knowledge, Look, Reconstruction
from efface.attack.inversion.base import Inversion
from efface.attack.operator import Operator
from efface.attack.operators.apply import swirled, to_bytes


class Unswirl(Inversion):
    """Swirls, the operator given. There is no blind one: guessing centre, radius and angle takes a
    search over faces, which nothing here does."""

    name = "unswirl"
    title = "a swirl turned back"
    knowledge = Knowledge.EXACT
    kinds = frozenset({"swirl"})

    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        back = swirled(look.pixels.astype(np.float32), replace(operator, angle=-operator.angle))
        pixels = np.where(look.zone[..., None], to_bytes(back), look.pixels)
        return Reconstruction(pixels, look.points)
