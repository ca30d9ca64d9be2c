"""Tikhonov regularisation: the smoothest face whose redaction is what was published.

Its weight against the noise is the one under which the published pixels are likeliest.
"""

from __future__ import annotations

from efface.attack.interface import Knowledge, Look, Reconstruction
from efface.attack.inversion.base import Inversion
from efface.attack.inversion.forward import LINEAR, Planes, Task, reconstruction, task
from efface.attack.inversion.regularised import first_guess, mean, picture
from efface.attack.operators.interface import Operator

ROUNDS = 40
"""Of conjugate gradients, at most."""


class Tikhonov(Inversion):
    """Blurs and mosaics, the operator given."""

    name = "tikhonov"
    title = "a blur or mosaic computed back, with a smooth face as the first guess"
    knowledge = Knowledge.EXACT
    kinds = LINEAR

    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        work = task(look, operator)
        return reconstruction(look, work, estimate(work, look.box.width * work.scale))


class BlindTikhonov(Tikhonov):
    """The same, the operator guessed."""

    name = "tikhonov-blind"
    title = "a blur or mosaic of guessed strength computed back"
    knowledge = Knowledge.METHOD


def estimate(work: Task, face_px: float) -> Planes:
    """The posterior mean.

    Args:
        work: what is to be inverted.
        face_px: width of the face, in pixels of ``work.seen``.
    """
    z, expected = first_guess(work, face_px, ROUNDS)
    return picture(z, expected) + mean(work)
