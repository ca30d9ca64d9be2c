"""Flower: where the flow leads to, drawn towards what was published, and on along the flow.

Pourya, El Rawas and Unser, "Flower: A Flow-Matching Solver for Inverse Problems" (ICLR 2026, arXiv
2509.26287). At each time: (1) the clear picture that the flow expects; (2) a draw from what is
likely of it given the measurement, both taken as normal; (3) that picture mixed with new noise.
Where the paper takes faces as of unit variance and independent pixels, which gives the flow's
expectation an error of (1 - t) / sqrt(t^2 + (1 - t)^2), the error here is the one that the prior
was measured to have; for a prior that is so they are the same, and what is drawn is the posterior.
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
from efface.attack.diffusion.proximal import proximal


class Flower(Solver):
    """With ``drawing`` (the paper's gamma of 1) samples, else what is most probable at each step
    (0, as in its tables)."""

    name = "flower"

    def __init__(self, *, drawing: bool = True, side: int = FACE_PX) -> None:
        self._drawing, self._side = drawing, side

    def solve(self, given: FaceMeasurement, prior: FlowPrior, options: SolverOptions) -> Faces:
        """As in ``Solver``."""
        rng = np.random.default_rng(options.seed)
        shape = (options.samples, 3, self._side, self._side)

        def noise(like: tuple[int, ...] = shape) -> Faces:
            return rng.standard_normal(like, np.float32)

        x = noise()
        for step in range(options.steps):
            now, then = step / options.steps, (step + 1) / options.steps
            near = prior.clear(x, now)
            seen = given.nearest(given.forward(near))
            spread = prior.error(now)
            if self._drawing and then < 1:  # what is left at the end would be grain alone
                near = near + np.float32(spread) * noise()
                seen = seen + np.float32(given.noise) * noise(seen.shape)
            weight = (given.noise / spread) ** 2
            refined = proximal(given, seen, near, weight, options.rounds)
            x = np.float32(then) * refined + np.float32(1 - then) * noise()
        return x
