"""Richardson and Lucy's iteration, stopped where the residual is as small as the noise.

Multiplicative, so that no pixel turns negative (Richardson 1972, Lucy 1974); sped up by
extrapolation along the last step (Biggs & Andrews 1997).
"""

from __future__ import annotations

import numpy as np

from efface.attack.interface import Knowledge
from efface.attack.inversion.base import LinearInversion
from efface.attack.inversion.forward import Planes, Task
from efface.attack.inversion.regularised import prior

MAX_ROUNDS = 60
_DARKEST = np.float32(1e-3)


class RichardsonLucy(LinearInversion):
    """Blurs, the operator given."""

    name = "richardson-lucy"
    title = "a blur undone step by step, until only noise is left unexplained"
    knowledge = Knowledge.EXACT
    kinds = frozenset({"gaussian", "box"})

    def estimate(self, work: Task, face_px: float) -> Planes:
        """The last iterate."""
        noise = prior(work, face_px, work.seen).noise
        known = work.known.astype(np.float32)
        weight = np.maximum(work.adjoint(known[None]), _DARKEST)
        clear = np.maximum(work.seen, _DARKEST)
        before, last_step = clear, np.zeros_like(clear)
        for _ in range(MAX_ROUNDS):
            # the next guess lies further along the last step, as far as steps keep their direction
            start = np.maximum(
                clear + _momentum(clear - before, last_step) * (clear - before), _DARKEST
            )
            last_step = clear - before
            before = clear
            made = np.maximum(work.redacted(start), _DARKEST)
            if float(np.mean(np.square(made - work.seen)[:, work.known])) <= noise:
                return start
            clear = start * work.adjoint(np.asarray(known * work.seen / made)) / weight
            # pixels that no evidence depends on stay as they were
            clear = np.where(weight > 10 * _DARKEST, clear, start)
        return clear


class BlindRichardsonLucy(RichardsonLucy):
    """The same, the operator guessed."""

    name = "richardson-lucy-blind"
    title = "a blur of guessed strength undone step by step"
    knowledge = Knowledge.METHOD


def _momentum(step: Planes, last_step: Planes) -> np.float32:
    size = float(np.sum(np.square(last_step)))
    if size == 0:
        return np.float32(0)
    return np.float32(np.clip(np.sum(step * last_step) / size, 0, 0.95))
