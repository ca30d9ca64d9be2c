"""DiffPIR on a flow: the clear picture drawn to what was published, and noise part old, part new.

Zhu et al., "Denoising Diffusion Models for Plug-and-Play Image Restoration" (CVPR workshops 2023,
arXiv 2305.08995), whose noise levels are those of a flow: (1 - t) / t for a picture of weight 1. It
trusts the clear picture by that level alone, and is here as a check on the others.
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

TRUST = 7.0
"""The paper's lambda."""
NEW = 0.3
"""The paper's zeta: how much of the noise is drawn again."""
FARTHEST = 1e-3
"""Times before this count as it: at 0 the level is infinite."""


class DiffPir(Solver):
    """As the paper has it."""

    name = "diffpir"

    def __init__(self, *, trust: float = TRUST, new: float = NEW, side: int = FACE_PX) -> None:
        self._trust, self._new, self._side = trust, new, side

    def solve(self, given: FaceMeasurement, prior: FlowPrior, options: SolverOptions) -> Faces:
        """As in ``Solver``."""
        rng = np.random.default_rng(options.seed)
        shape = (options.samples, 3, self._side, self._side)
        x = rng.standard_normal(shape, np.float32)
        for step in range(options.steps):
            now, then = step / options.steps, (step + 1) / options.steps
            near = prior.clear(x, now)
            level = (1 - now) / max(now, FARTHEST)
            seen = given.nearest(given.forward(near))
            weight = self._trust * (given.noise / level) ** 2
            refined = proximal(given, seen, near, weight, options.rounds)
            old = (x - np.float32(now) * refined) / np.float32(1 - now)
            drawn = rng.standard_normal(shape, np.float32)
            mixed = np.sqrt(1 - self._new) * old + np.sqrt(self._new) * drawn
            x = np.asarray(then * refined + (1 - then) * mixed, np.float32)
        return x
