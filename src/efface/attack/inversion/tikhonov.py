"""Tikhonov regularisation: the smoothest face whose redaction is what was published.

Its weight against the noise is the one under which the published pixels are likeliest.
"""

from __future__ import annotations

from efface.attack.interface import Knowledge
from efface.attack.inversion.base import LinearInversion
from efface.attack.inversion.forward import LINEAR, Planes, Task
from efface.attack.inversion.regularised import first_guess, mean, picture

ROUNDS = 40
"""Of conjugate gradients, at most."""


class Tikhonov(LinearInversion):
    """Blurs and mosaics, the operator given."""

    name = "tikhonov"
    title = "a blur or mosaic computed back, with a smooth face as the first guess"
    knowledge = Knowledge.EXACT
    kinds = LINEAR

    def estimate(self, work: Task, face_px: float) -> Planes:
        """The posterior mean."""
        z, expected = first_guess(work, face_px, ROUNDS)
        return picture(z, expected) + mean(work)


class BlindTikhonov(Tikhonov):
    """The same, the operator guessed."""

    name = "tikhonov-blind"
    title = "a blur or mosaic of guessed strength computed back"
    knowledge = Knowledge.METHOD
