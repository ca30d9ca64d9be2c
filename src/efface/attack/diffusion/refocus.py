"""Refocus: one look of the prior at a first estimate, as quick restorers do.

A first estimate is mixed with noise and cleaned once (one step of SDEdit, Meng et al. 2022), then
drawn back to what was published.
"""

from __future__ import annotations

import numpy as np

from efface.attack.diffusion.interface import (
    FACE_PX,
    FaceMeasurement,
    Faces,
    FlowPrior,
    Solver,
    SolverOptions,
)
from efface.attack.diffusion.proximal import proximal, pseudo_inverse

AT = 0.3
"""The time at which it is looked at."""


class Refocus(Solver):
    """Asks the prior once."""

    name = "refocus"

    def __init__(self, *, at: float = AT, side: int = FACE_PX) -> None:
        self._at, self._side = at, side

    def solve(self, given: FaceMeasurement, prior: FlowPrior, options: SolverOptions) -> Faces:
        """As in ``Solver``."""
        rng = np.random.default_rng(options.seed)
        shape = (options.samples, 3, self._side, self._side)
        first = pseudo_inverse(given, given.seen, (1, *shape[1:]), options.rounds)
        drawn = rng.standard_normal(shape, np.float32)
        near = prior.clear(
            np.asarray(self._at * first + (1 - self._at) * drawn, np.float32), self._at
        )
        weight = (given.noise / prior.error(self._at)) ** 2
        return proximal(given, given.nearest(given.forward(near)), near, weight, options.rounds)
