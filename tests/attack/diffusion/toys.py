"""A prior and a measurement whose posterior is known in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.diffusion.interface import Faces, Seen

SIDE = 8


@dataclass(frozen=True)
class NormalPrior:
    """Pixels that are independent and normal."""

    mean: NDArray[np.float32]
    """Shape (3, SIDE, SIDE)."""
    deviation: float

    def clear(self, faces: Faces, time: float) -> Faces:
        """E[x | t x + (1 - t) noise]."""
        own = self.deviation**2
        gain = time * own / (time**2 * own + (1 - time) ** 2)
        return np.asarray(self.mean + gain * (faces - time * self.mean), np.float32)

    def error(self, time: float) -> float:
        own = self.deviation**2
        return float(np.sqrt(own * (1 - time) ** 2 / (time**2 * own + (1 - time) ** 2)))


@dataclass(frozen=True)
class MatrixMeasurement:
    """A matrix that works on each colour's pixels, shape (m, SIDE * SIDE)."""

    matrix: NDArray[np.float32]
    seen: Seen
    """Shape (3, 1, m)."""
    noise: float

    def forward(self, faces: Faces) -> Seen:
        flat = faces.reshape(*faces.shape[:2], 1, -1)
        return np.asarray(flat @ self.matrix.T)

    def adjoint(self, seen: Seen) -> Faces:
        return np.asarray((seen @ self.matrix).reshape(*seen.shape[:2], SIDE, SIDE))

    def nearest(self, made: Seen) -> Seen:
        return np.broadcast_to(self.seen, made.shape)

    def posterior(self, prior: NormalPrior) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean, shape (3, SIDE, SIDE), and variance of each pixel, shape (SIDE, SIDE)."""
        a = self.matrix.astype(np.float64)
        precision = np.eye(a.shape[1]) / prior.deviation**2 + a.T @ a / self.noise**2
        covariance = np.linalg.inv(precision)
        told = prior.mean.reshape(3, -1) / prior.deviation**2
        told = told + self.seen.reshape(3, -1) @ a / self.noise**2
        return (told @ covariance).reshape(3, SIDE, SIDE), np.diag(covariance).reshape(SIDE, SIDE)


def toy(seed: int = 0, noise: float = 0.2) -> tuple[NormalPrior, MatrixMeasurement]:
    """Half of the pixels' blurred values, of a face drawn from the prior."""
    rng = np.random.default_rng(seed)
    prior = NormalPrior(rng.uniform(-0.5, 0.5, (3, SIDE, SIDE)).astype(np.float32), 0.7)
    place = np.arange(SIDE * SIDE)
    y, x = np.divmod(place, SIDE)
    apart = (y[:, None] - y) ** 2 + (x[:, None] - x) ** 2
    blur = np.exp(-apart / 2.0)
    matrix = (blur / blur.sum(axis=1, keepdims=True))[::2].astype(np.float32)
    clear = prior.mean + prior.deviation * rng.standard_normal(prior.mean.shape)
    seen = clear.reshape(3, 1, -1) @ matrix.T + noise * rng.standard_normal((3, 1, len(matrix)))
    return prior, MatrixMeasurement(matrix, seen.astype(np.float32), noise)
