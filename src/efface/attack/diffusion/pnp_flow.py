"""PnP-Flow: a step to what was published, noise, and the flow's clear picture, again and again.

Martin, Gagneux, Hagemann and Steidl, "PnP-Flow: Plug-and-Play Image Restoration with Flow
Matching" (ICLR 2025, arXiv 2410.02423). The step shrinks as (1 - t)^alpha. It looks for one good
picture; samples differ by the noise alone.
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
from efface.attack.diffusion.proximal import pseudo_inverse, strongest

ALPHA = 0.5
"""The paper takes .3 to 1."""


class PnpFlow(Solver):
    """Its first step is as long as the operator allows."""

    name = "pnp-flow"

    def __init__(self, *, alpha: float = ALPHA, side: int = FACE_PX) -> None:
        self._alpha, self._side = alpha, side

    def solve(self, given: FaceMeasurement, prior: FlowPrior, options: SolverOptions) -> Faces:
        """As in ``Solver``."""
        rng = np.random.default_rng(options.seed)
        shape = (options.samples, 3, self._side, self._side)
        start = pseudo_inverse(given, given.seen, (1, *shape[1:]), options.rounds)
        x = np.repeat(start, options.samples, axis=0)
        longest = 1 / max(strongest(given, (1, *shape[1:])), 1e-12)
        for step in range(options.steps):
            now = step / options.steps
            off = given.nearest(given.forward(x)) - given.forward(x)
            length = np.float32(longest * (1 - now) ** self._alpha)
            nearer = x + length * given.adjoint(np.asarray(off, np.float32))
            mixed = now * nearer + (1 - now) * rng.standard_normal(shape, np.float32)
            x = prior.clear(np.asarray(mixed, np.float32), now)
        return x
