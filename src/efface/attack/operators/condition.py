"""What a trained network is told of the redaction (K2): the operator as a short vector."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from efface.attack.operator import KINDS, Operator

CONDITION_SIZE = len(KINDS) + 7

_NOISE_SCALE = 25.0
"""Steps of 255 that count as one unit, so that inputs are of the order of one."""


def condition(operator: Operator, face_width_px: float) -> NDArray[np.float32]:
    """The operator relative to the face, shape (CONDITION_SIZE,).

    In order: one-hot of the kind (``KINDS``); log2 of the size across and down in face widths,
    divided by 4 (0 for a redaction without a size); angle over pi; noise and noise per cell in
    units of 25 steps; the share of quality lost to JPEG; whether the tool saw the cut-out alone.
    """
    vector = np.zeros(CONDITION_SIZE, np.float32)
    vector[KINDS.index(operator.kind)] = 1
    sizes = [math.log2(side / face_width_px) / 4 if side > 0 else 0 for side in operator.sides_px]
    quality = 100 if operator.jpeg_quality is None else operator.jpeg_quality
    vector[len(KINDS) :] = (
        *sizes,
        operator.angle / math.pi,
        operator.noise / _NOISE_SCALE,
        operator.cell_noise / _NOISE_SCALE,
        1 - quality / 100,
        operator.within is not None,
    )
    return vector
