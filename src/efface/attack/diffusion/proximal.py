"""The picture that agrees with a measurement and stays near another one, by conjugate gradients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.attack.diffusion.interface import FaceMeasurement, Faces, Seen

ENOUGH = 1e-3
"""Of the first residual's length, at which it is solved."""
WEAKEST = 1e-6
"""Weight of nearness in a pseudo-inverse, where any picture is as near."""


def proximal(
    given: FaceMeasurement,
    seen: Seen,
    near: Faces,
    weight: float,
    rounds: int,
    *,
    enough: float = ENOUGH,
) -> Faces:
    """The x that makes ``|seen - H x|^2 + weight |x - near|^2`` least.

    With ``weight`` the variance of the noise over that of ``near``, the mean of the posterior.

    Args:
        given: the operator.
        seen: published pixels.
        near: shape (n, 3, side, side).
        weight: above 0.
        rounds: at most.
        enough: share of the first residual's length.

    Raises:
        ValueError: the weight is not above 0.
    """
    if not weight > 0:
        raise ValueError(f"expected a weight above 0, got {weight}")
    w = np.float32(weight)
    x = np.array(near, np.float32)
    residual = given.adjoint(np.asarray(seen - given.forward(x), np.float32))
    step, size = residual, _dot(residual, residual)
    least = enough**2 * size
    for _ in range(rounds):
        if not (size > least).any():
            break
        ahead = given.adjoint(given.forward(step)) + w * step
        length = np.asarray(size / np.maximum(_dot(step, ahead), 1e-30), np.float32)
        x = x + length * step
        residual = residual - length * ahead
        before, size = size, _dot(residual, residual)
        step = residual + np.asarray(size / np.maximum(before, 1e-30), np.float32) * step
    return np.asarray(x, np.float32)


def pseudo_inverse(
    given: FaceMeasurement, seen: Seen, shape: tuple[int, ...], rounds: int
) -> Faces:
    """The smallest picture that explains the published pixels best; of faint parts, which take many
    rounds, less."""
    return proximal(given, seen, np.zeros(shape, np.float32), WEAKEST, rounds, enough=1e-6)


def strongest(given: FaceMeasurement, shape: tuple[int, ...], rounds: int = 12) -> float:
    """The largest eigenvalue of the operator's transpose times itself, by power iteration; a little
    less than that."""
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    value = 0.0
    for _ in range(rounds):
        x = x / max(float(np.linalg.norm(x)), 1e-30)
        x = given.adjoint(given.forward(x))
        value = float(np.linalg.norm(x))
    return value


def _dot(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each colour of each sample, shape (n, 3, 1, 1): operators keep them apart."""
    return np.asarray((a * b).sum(axis=(2, 3), keepdims=True), np.float32)
