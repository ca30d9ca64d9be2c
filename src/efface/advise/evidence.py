"""How likely the directions of a zone are: a blurred face, what a lossy file left, and noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.operators.likelihood import ROUNDING

USUAL = (2000.0, 0.5)
"""Variance of a clear face's luma, in steps of 255 squared, and how far its logarithm strays."""

MODEL = 1e-3
"""Share of a zone's variance below which the model is not believed: no face is a field of normal
values, and tools round where a filter of an even width begins."""

_STEPS = 1.5
"""Directions whose powers differ by less than a factor of e to the one over this are one group."""

_SCALES = np.geomspace(60.0, 20000.0, 14)
_CODEC = np.array([0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 8.0])
_WHITE = np.array([1.0, 4.0, 16.0, 80.0, 500.0, 5000.0]) * ROUNDING


@dataclass(frozen=True, slots=True)
class Mixture:
    """The likeliest mixture."""

    cost: float
    """Twice the negative logarithm of the likelihood, up to a constant of the data."""
    scale: float
    """Variance of the clear face."""
    codec: float
    """Variance of what a lossy file left."""
    white: float
    """Variance of noise for each pixel."""


def mixture(
    face: NDArray[np.float64], codec: NDArray[np.float64], square: NDArray[np.float64]
) -> Mixture:
    """Scale and noises that explain the squares best.

    Args:
        face: power of a blurred face of variance 1 in each direction, shape (n,).
        codec: likewise of what a lossy file leaves, of variance 1.
        square: of what is there, in each direction.
    """
    of_face = np.clip(np.log(np.maximum(face / face.max(), 1e-12)), -16, 0)
    of_codec = np.log(np.maximum(codec, 1e-12))
    a = np.rint(of_face * _STEPS).astype(np.intp)
    b = np.rint((of_codec - of_codec.min()) * _STEPS).astype(np.intp)
    _, group = np.unique((a - a.min()) * (b.max() + 1) + b, return_inverse=True)
    count = np.bincount(group)
    gains, codecs, squares = (np.bincount(group, v) / count for v in (face, codec, square))
    white = _WHITE * max(1.0, MODEL * float(square.mean()) / _WHITE[0])
    noise = _CODEC[:, None, None] * codecs + white[None, :, None]
    variance = _SCALES[:, None, None, None] * gains + noise
    costs = (count * (np.log(variance) + squares / variance)).sum(axis=3)
    costs += (np.log(_SCALES / USUAL[0]) / USUAL[1])[:, None, None] ** 2
    i, j, k = np.unravel_index(np.argmin(costs), costs.shape)
    return Mixture(float(costs[i, j, k]), float(_SCALES[i]), float(_CODEC[j]), float(white[k]))
