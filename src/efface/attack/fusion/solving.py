"""The smoothest picture that explains all measurements: least squares by conjugate gradients.

Minimises ``sum_i |left_i (S_i x) right_i' - y_i|^2 / variance_i + |grad x|^2 / GRADIENT_VARIANCE``:
the most likely picture when errors are Gaussian and pictures are like photographs, whose spectrum
falls as one over frequency squared (Field 1987). Preconditioned by the cosine transform, in which
the prior, and on the average the measurements too, are diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.sparse import csr_array, vstack

from efface.attack.fusion.canvas import SIDE_PX, Canvas, Pose, on_canvas, sampling
from efface.attack.fusion.measurements import Measurement

GRADIENT_VARIANCE = 250.0
"""Of the differences of neighbouring pixels of a chip 96 px wide, in steps of 255 squared."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A frame's measurements, and how the face lies in the frame as far as is known."""

    measurement: Measurement
    pose: Pose
    values: NDArray[np.float32]
    """The measured colours, brought to the light that the frames have in common."""
    variance: float
    """Of their errors; infinite for a frame that is left out."""

    @property
    def scale(self) -> float:
        """Pixels of the canvas per pixel of the look."""
        return float(np.sqrt(np.abs(np.linalg.det(self.pose[:, :2]))))


class System:
    """The equations of all views."""

    def __init__(self, views: Sequence[Observation]) -> None:
        self.views = [view for view in views if np.isfinite(view.variance)]
        samples = [sampling(on_canvas(v.measurement, v.pose)) for v in self.views]
        self._sampling: csr_array = csr_array(vstack(samples, format="csr"))
        self._back: csr_array = csr_array(self._sampling.T.tocsr())
        ends = np.cumsum([s.shape[0] for s in samples])
        self._parts = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
        self._spectrum = self._preconditioner()

    def solve(self, start: Canvas, steps: int) -> Canvas:
        """The best picture after so many steps of conjugate gradients."""
        x = start.copy()
        residual = self._right_side() - self._normal(x)
        direction = ahead = self._precondition(residual)
        power = float(np.vdot(residual, ahead))
        first = power
        for _ in range(steps):
            if power <= _CONVERGED * first or power <= 0:
                break
            image = self._normal(direction)
            step = power / float(np.vdot(direction, image))
            x += step * direction
            residual -= step * image
            ahead = self._precondition(residual)
            power, before = float(np.vdot(residual, ahead)), power
            direction = ahead + (power / before) * direction
        return x

    def _right_side(self) -> Canvas:
        return self._adjoint([v.values * _precision(v) for v in self.views])

    def _normal(self, x: Canvas) -> Canvas:
        read = self._sampling @ x
        out = []
        for view, part in zip(self.views, self._parts, strict=True):
            out.append(summed(view.measurement, read[part]) * _precision(view))
        return np.asarray(self._adjoint(out) + _roughness(x) / GRADIENT_VARIANCE, np.float32)

    def _adjoint(self, values: Sequence[NDArray[np.float32]]) -> Canvas:
        read = [
            _spread(view.measurement, one) for view, one in zip(self.views, values, strict=True)
        ]
        return np.asarray(self._back @ np.concatenate(read), np.float32)

    def _preconditioner(self) -> NDArray[np.float32]:
        frequency = np.arange(SIDE_PX) / (2 * SIDE_PX)  # cycles a pixel
        roughness = 2 - 2 * np.cos(2 * np.pi * frequency)
        spectrum = (roughness[:, None] + roughness) / GRADIENT_VARIANCE
        for view in self.views:
            across, down = (
                np.exp(-2 * (np.pi * frequency * s * view.scale) ** 2)
                for s in view.measurement.sigma_px
            )
            mass = view.measurement.weights.sum() / view.variance / SIDE_PX**2
            spectrum = spectrum + mass * np.square(down[:, None] * across)
        return np.asarray(1 / spectrum, np.float32)

    def _precondition(self, x: Canvas) -> Canvas:
        picture = dctn(x.reshape(SIDE_PX, SIDE_PX, 3), axes=(0, 1), norm="ortho")
        picture = idctn(picture * self._spectrum[..., None], axes=(0, 1), norm="ortho")
        return np.asarray(picture.reshape(-1, 3), np.float32)


_CONVERGED = 1e-8
"""Of the residual's power at the start."""


def summed(measurement: Measurement, read: NDArray[np.float32]) -> NDArray[np.float32]:
    """What would be measured where the places show ``read``, shape (rows * columns, channels)."""
    rows, columns = measurement.places.shape[:2]
    planes = read.T.reshape(-1, rows, columns)
    return np.asarray(
        np.moveaxis(measurement.left @ planes @ measurement.right.T, 0, -1), np.float32
    )


def predicted(view: Observation, canvas: Canvas) -> NDArray[np.float32]:
    """What a view would show of a picture, shape (measured rows, measured columns, 3)."""
    places = sampling(on_canvas(view.measurement, view.pose))
    return summed(view.measurement, np.asarray(places @ canvas, np.float32))


def _precision(view: Observation) -> NDArray[np.float32]:
    return view.measurement.weights[..., None] / np.float32(view.variance)


def _spread(measurement: Measurement, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The adjoint of ``summed``."""
    planes = measurement.left.T @ np.moveaxis(values, -1, 0) @ measurement.right
    return np.asarray(planes.reshape(values.shape[-1], -1).T, np.float32)


def _roughness(x: Canvas) -> Canvas:
    """The prior's normal equations: minus the Laplacian, nothing flowing over the borders."""
    picture = x.reshape(SIDE_PX, SIDE_PX, 3)
    down, across = np.diff(picture, axis=0), np.diff(picture, axis=1)
    out = np.zeros_like(picture)
    out[:-1] -= down
    out[1:] += down
    out[:, :-1] -= across
    out[:, 1:] += across
    return np.asarray(out.reshape(-1, 3), np.float32)
