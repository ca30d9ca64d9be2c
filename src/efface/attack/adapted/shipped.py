"""The adapted attacker that efface carries: a small network that has seen redacted faces.

It was trained on AI-generated portraits and faces of FairFace, redacted in every way below
(training/adapted.py, training/last.py): from the aligned zone, the operator, and what the
recognisers make of the redacted face, to the templates of the clear face.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.attack.adapted.inputs import batch
from efface.attack.alignment import chip
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Look, Prediction
from efface.attack.looks import zone_only
from efface.attack.matching import unit
from efface.attack.recognisers import recognisers
from efface.detect.batches import ChipNetwork

WEIGHTS = "adapted"

KINDS = frozenset(("solid", "gaussian", "box", "median", "mosaic", "sampled-mosaic", "swirl"))
"""Kinds of redaction that it was trained on. Of a solid zone it can know nothing but its colour."""


VIEWS = ("dlib-resnet",)
"""Recognisers whose templates of the redacted face it takes, side by side in this order."""


@cache
def adapted_network() -> ChipNetwork:
    """The network; compiled once a process."""
    return ChipNetwork(WEIGHTS)


class Adapted(Attack):
    """Predicts the clear face's templates; of several looks, from their mean."""

    name = "adapted"
    title = "a network trained on faces that were redacted in the same way"
    family = "adapted"
    knowledge = Knowledge.EXACT

    def applies(self, case: Case) -> bool:
        return any(covered(look) for look in case.looks)

    def run(self, case: Case) -> Sequence[Evidence]:
        found = self.predict([look for look in case.looks if covered(look)])
        return (Prediction({n: unit(rows.mean(axis=0)[None])[0] for n, rows in found.items()}),)

    def predict(self, looks: Sequence[Look]) -> dict[str, NDArray[np.float32]]:
        """By recogniser, the predicted templates of each look, shape (n, dimensions), unit rows.

        Raises:
            ValueError: no look.
        """
        given = batch(looks)
        chips = np.stack([chip(look.pixels, look.points) for look in map(zone_only, looks)])
        known = {recogniser.name: recogniser for recogniser in recognisers()}
        given["seen"] = np.concatenate([known[name].embed(chips) for name in VIEWS], axis=1)
        return {name: unit(rows) for name, rows in adapted_network().run(given).items()}


def covered(look: Look) -> bool:
    """Whether this look's redaction is known, and of a kind that trained attackers have seen."""
    return look.operator is not None and look.operator.kind in KINDS
