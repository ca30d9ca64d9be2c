"""Iterative feedback for what is not linear: a median is applied to the estimate, and what differs
from the published pixels is added to it (Van Cittert 1931, for any operator that can be repeated).
"""

from __future__ import annotations

import cv2
import numpy as np

from efface.attack.interface import Knowledge, Look, Reconstruction
from efface.attack.inversion.base import Inversion
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, to_bytes

MAX_ROUNDS = 20
RATE = 0.5


class Feedback(Inversion):
    """Medians, the operator given."""

    name = "feedback"
    title = "a median filter undone step by step"
    knowledge = Knowledge.EXACT
    kinds = frozenset({"median"})

    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        seen = look.pixels.astype(np.float32)
        zone = look.zone[..., None]
        estimate, best, least = seen, look.pixels, np.inf
        for _ in range(MAX_ROUNDS):
            made = apply(to_bytes(estimate), look.zone, operator).astype(np.float32)
            gap = np.where(zone, seen - made, 0)
            error = float(np.mean(np.square(gap[look.zone])))
            if error >= least:
                break
            best, least = to_bytes(estimate), error
            # the median of a window says nothing finer than a fraction of it
            smooth = cv2.GaussianBlur(gap, (0, 0), max(operator.size_px / 8, 0.5))
            estimate = estimate + np.float32(RATE) * smooth
        return Reconstruction(np.where(zone, best, look.pixels), look.points)
