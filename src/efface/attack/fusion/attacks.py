"""Fusion as attacks: with the operators given, and without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.attack.alignment import chip, chip_points
from efface.attack.fusion.canvas import FACE_PX
from efface.attack.fusion.estimate import fuse, spread
from efface.attack.interface import (
    Attack,
    Case,
    Evidence,
    Knowledge,
    Look,
    Prediction,
    Reconstruction,
    Template,
)
from efface.attack.looks import constant
from efface.attack.operator import Operator
from efface.attack.operators.known import known
from efface.attack.recognisers import recognisers

SEVERAL = 2
"""Looks that it takes to fuse."""


class Several(Attack):
    """Takes more than one frame."""

    family = "fusion"

    def applies(self, case: Case) -> bool:
        return len(case.looks) >= SEVERAL and not all(constant(look) for look in case.looks)


class Fusion(Several):
    """One clear picture that explains every frame, the operators given."""

    name = "fusion"
    title = "one picture put together from many frames"
    knowledge = Knowledge.EXACT

    def run(self, case: Case) -> Sequence[Evidence]:
        """Raises:
        ValueError: a look came without its operator.
        """
        return fused(case.looks, [known(look, self.knowledge) for look in case.looks])


class MeanTemplate(Several):
    """What a recogniser sees in the frames as they are, on the average."""

    name = "mean-template"
    title = "a face recogniser's mean over many redacted frames"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        chips = np.stack([chip(look.pixels, look.points) for look in spread(case.looks)])
        means = {
            one.name: one.embed(chips).mean(axis=0)
            for one in recognisers()
            if one.name in case.candidates.templates
        }
        return (Prediction({name: _unit(mean) for name, mean in means.items()}),)


def fused(looks: Sequence[Look], operators: Sequence[Operator]) -> Sequence[Evidence]:
    """The picture as evidence; nothing where no frame says anything."""
    face = fuse(looks, operators)
    return () if face is None else (Reconstruction(face, chip_points(FACE_PX)),)


def _unit(template: Template) -> Template:
    return np.asarray(template / np.linalg.norm(template), np.float32)
