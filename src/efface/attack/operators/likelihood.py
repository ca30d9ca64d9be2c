"""How well a model of power explains coefficients, scale and noise fitted (empirical Bayes).

Each coefficient is taken as normal with mean 0 and variance ``scale * power + noise``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1 / 12
"""Variance of rounding to whole steps."""

_GROUPS = 200
_SCALES = np.geomspace(1.0, 1e5, 41)
_NOISES = np.geomspace(ROUNDING, 1000.0, 33)


@dataclass(frozen=True, slots=True)
class Fit:
    """The likeliest scale and noise."""

    cost: float
    """Twice the negative logarithm of the likelihood, up to a constant of the data."""
    scale: float
    noise: float
    """Variance; at least that of rounding."""


def fit(
    power: NDArray[np.floating],
    square: NDArray[np.floating],
    usual: tuple[float, float] | None = None,
    most_noise: float = 1000.0,
) -> Fit:
    """Fit scale and noise on a grid.

    Args:
        power: of the model, for each coefficient.
        square: of the coefficients, same shape.
        usual: a scale, and how far scales stray from it as a standard deviation of the logarithm;
            ``None``: every scale is as likely.
        most_noise: largest variance of noise.
    """
    gain = power.ravel().astype(np.float64)
    data = square.ravel().astype(np.float64)
    # coefficients of alike gain are taken together: 200 groups say as much as 40,000 numbers
    order = np.argsort(gain)
    edges = np.linspace(0, len(gain), min(_GROUPS, len(gain)) + 1).astype(np.intp)
    sizes = np.diff(edges)
    gains, squares = (np.add.reduceat(one[order], edges[:-1]) / sizes for one in (gain, data))
    noises = _NOISES[most_noise >= _NOISES]
    variance = _SCALES[:, None, None] * gains + noises[:, None]
    costs = (sizes * (np.log(variance) + squares / variance)).sum(axis=2)
    if usual is not None:
        costs += (np.log(_SCALES / usual[0]) / usual[1])[:, None] ** 2
    i, j = np.unravel_index(np.argmin(costs), costs.shape)
    return Fit(float(costs[i, j]), float(_SCALES[i]), float(noises[j]))
