"""Faces that a generative model draws and that agree with what was published, seen by recognisers.

One sharp picture proves nothing: whoever it shows, it shows what the model made up, too. So many
are drawn, and what recognisers see in all of them, averaged, is compared with the candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip, chip_points
from efface.attack.diffusion.flower import Flower
from efface.attack.diffusion.interface import FACE_PX, Faces, FlowPrior, Solver, SolverOptions
from efface.attack.diffusion.measured import HALF, measured
from efface.attack.diffusion.network_prior import face_prior
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
from efface.attack.inversion.forward import LINEAR
from efface.attack.looks import constant
from efface.attack.matching import unit
from efface.attack.operator import Operator
from efface.attack.operators.apply import to_bytes
from efface.attack.operators.known import known
from efface.attack.recognisers import recognisers

MOST_LOOKS = 4
"""Of a video's; samples are shared out among them."""


class Diffusion(Attack):
    """Blurs and mosaics, the operator given."""

    name = "diffusion"
    title = "faces drawn by a generative model that agree with what was published"
    family = "diffusion"
    knowledge = Knowledge.EXACT

    def __init__(
        self,
        solver: Solver | None = None,
        options: SolverOptions | None = None,
        prior: FlowPrior | None = None,
    ) -> None:
        """
        Args:
            solver: Flower, drawing, when left out.
            options: how much is computed.
            prior: the one that efface carries, when left out.
        """
        self._solver = solver or Flower()
        self._options = options or SolverOptions()
        self._given = prior

    @cached_property
    def _prior(self) -> FlowPrior:
        return self._given or face_prior()

    def applies(self, case: Case) -> bool:
        return bool(self._looks(case))

    def run(self, case: Case) -> Sequence[Evidence]:
        faces = self.sampled(self._looks(case)[:MOST_LOOKS])
        return (Prediction(averaged(faces), middle(faces)),)

    def sampled(self, looks: Sequence[tuple[Look, Operator]]) -> NDArray[np.uint8]:
        """Faces that agree with one of the looks each.

        Args:
            looks: with their operators, of kinds that are linear.

        Returns:
            RGB, aligned, shape (samples, FACE_PX, FACE_PX, 3).

        Raises:
            ValueError: no look, or an operator of another kind.
        """
        if not looks:
            raise ValueError("expected at least one look, got none")
        each = -(-self._options.samples // len(looks))
        drawn = []
        for number, (look, operator) in enumerate(looks):
            options = replace(self._options, samples=each, seed=self._options.seed + number)
            drawn.append(self._solver.solve(measured(look, operator), self._prior, options))
        return as_pictures(np.concatenate(drawn))

    def _looks(self, case: Case) -> list[tuple[Look, Operator]]:
        """Looks that say something, with their operators."""
        told = [(look, known(look, self.knowledge)) for look in case.looks if not constant(look)]
        return [(look, operator) for look, operator in told if operator.kind in LINEAR]


class BlindDiffusion(Diffusion):
    """The same, the operator guessed from the redacted pixels."""

    name = "diffusion-blind"
    title = "faces drawn by a generative model, for a blur or mosaic of guessed strength"
    knowledge = Knowledge.METHOD


def as_pictures(faces: Faces) -> NDArray[np.uint8]:
    """RGB, shape (n, side, side, 3)."""
    return to_bytes((faces.transpose(0, 2, 3, 1) + 1) * HALF)


def embedded(faces: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """What each recogniser sees in each face, shape (n, dimensions), rows of unit length.

    Args:
        faces: as ``Diffusion.sampled`` gives them.
    """
    chips = np.stack([chip(one, chip_points(FACE_PX)) for one in faces])
    return {one.name: one.embed(chips) for one in recognisers()}


def averaged(faces: NDArray[np.uint8]) -> dict[str, Template]:
    """By recogniser, the mean of what it sees in all of them."""
    return {name: unit(rows.mean(axis=0)[None])[0] for name, rows in embedded(faces).items()}


def middle(faces: NDArray[np.uint8]) -> Reconstruction:
    """The mean picture: what all samples agree on is sharp in it, and what is made up is not."""
    mean = faces.mean(axis=0, dtype=np.float64)
    return Reconstruction(to_bytes(mean), chip_points(FACE_PX))
