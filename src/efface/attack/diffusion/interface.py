"""What a solver of this room must do, what it is given of the face, and what of the prior.

Pictures are aligned faces of ``FACE_PX``, RGB from -1 to 1, as arrays (n, 3, FACE_PX, FACE_PX) of
single precision. Time goes from 0, noise, to 1, the picture: a picture at time t is t times the
picture and 1 - t times noise.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

FACE_PX = 48
"""Side of the aligned square, in the recognisers' geometry (``attack/alignment.py``)."""

Faces = NDArray[np.float32]
"""Shape (n, 3, FACE_PX, FACE_PX), about -1 to 1."""

Seen = NDArray[np.float32]
"""Published pixels on the same scale, shape (..., 3, rows, columns)."""


class FlowPrior(Protocol):
    """What faces look like."""

    def clear(self, faces: Faces, time: float) -> Faces:
        """The mean of all clear pictures that such a noisy one may come from.

        Args:
            faces: at this time, of any number.
            time: 0 to below 1.
        """
        ...

    def error(self, time: float) -> float:
        """How far those clear pictures are off: root of the mean square, a pixel."""
        ...


class FaceMeasurement(Protocol):
    """What was published of one face: a linear operator, and noise."""

    @property
    def seen(self) -> Seen:
        """What was published, less what does not depend on the face; 0 where it is no evidence."""
        ...

    @property
    def noise(self) -> float:
        """Standard deviation of what the operator does not explain."""
        ...

    def forward(self, faces: Faces) -> Seen:
        """The operator; 0 where there is no evidence."""
        ...

    def adjoint(self, seen: Seen) -> Faces:
        """Its transpose."""
        ...

    def nearest(self, made: Seen) -> Seen:
        """What may have been published before it was rounded and compressed, nearest to what was
        made of some faces; as ``seen``."""
        ...


@dataclass(frozen=True, slots=True)
class SolverOptions:
    """How much is computed."""

    samples: int = 16
    steps: int = 16
    """Of time, each of which asks the prior once."""
    rounds: int = 60
    """Of conjugate gradients in each, at most."""
    seed: int = 0


class Solver(ABC):
    """Draws faces that agree with a measurement and with the prior."""

    name: ClassVar[str]

    @abstractmethod
    def solve(self, given: FaceMeasurement, prior: FlowPrior, options: SolverOptions) -> Faces:
        """Faces, one a sample; the same for the same seed on one machine."""
