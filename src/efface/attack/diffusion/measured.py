"""A redacted face as a measurement of the aligned face: pasted into its picture, and redacted.

What lies around the aligned face is computed back as ``tikhonov`` does it, and taken as known.
Pixels that hang on it more than on the face are no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from efface.attack.alignment import similarity
from efface.attack.diffusion.interface import FACE_PX, Faces, Seen
from efface.attack.diffusion.pasting import pasting
from efface.attack.interface import Look
from efface.attack.inversion.forward import Task, task
from efface.attack.inversion.least_squares import nearest_compressed
from efface.attack.inversion.regularised import first_guess, mean, picture
from efface.attack.operator import Operator
from efface.attack.operators.likelihood import ROUNDING

FINER = 1.25
"""Pixels at work for each of the aligned face's, at most: more say no more of it."""
ROUNDS = 40
"""Of conjugate gradients for what lies around, at most."""
MOSTLY = 0.5
"""Of a pixel, that has to come from the aligned face."""
SLACK = 0.1
"""Steps of 255: standard deviation of what a face of FACE_PX and its surroundings leave
unexplained, beside noise. Chosen on 25 people of CFP under a Gaussian of .10: with .1, .3, .7 and 2
the solver that does not draw found 13, 12, 11 and 5 of them."""
HALF = np.float32(127.5)


@dataclass(frozen=True)
class RedactedFaceMeasurement:
    """One look."""

    work: Task
    pasted: csr_array
    """Of the aligned face into ``work``'s picture."""
    evidence: NDArray[np.float32]
    """1 for pixels that are, shape (rows, columns)."""
    rest: Seen
    """What the surroundings give when redacted, shape (3, rows, columns)."""
    noise: float

    @cached_property
    def seen(self) -> Seen:
        """As in ``FaceMeasurement``."""
        return np.asarray((self.work.seen / HALF - 1 - self.rest) * self.evidence)

    def forward(self, faces: Faces) -> Seen:
        """As in ``FaceMeasurement``."""
        rows, columns = self.evidence.shape
        flat = self.pasted @ faces.reshape(-1, FACE_PX**2).T
        planes = np.ascontiguousarray(flat.T, np.float32).reshape(*faces.shape[:2], rows, columns)
        return np.asarray(self.work.redacted(planes) * self.evidence)

    def adjoint(self, seen: Seen) -> Faces:
        """As in ``FaceMeasurement``."""
        planes = self.work.adjoint(seen * self.evidence)
        flat = self.pasted.T @ planes.reshape(-1, self.evidence.size).T
        shape = (*seen.shape[:2], FACE_PX, FACE_PX)
        return np.ascontiguousarray(flat.T, np.float32).reshape(shape)

    def nearest(self, made: Seen) -> Seen:
        """As in ``FaceMeasurement``: within half a step of 255, or of a JPEG's tables."""
        quality, grid = self.work.operator.jpeg_quality, self.work.operator.grid_px
        if quality is None:
            gap = self.seen - made
            within = np.float32(0.5) / HALF
            return np.asarray(made + np.sign(gap) * np.maximum(np.abs(gap) - within, 0))
        levels = (made + self.rest + 1) * HALF
        levels = np.where(self.evidence > 0, levels, self.work.seen)
        place = grid[0] % 8, grid[1] % 8
        found = [nearest_compressed(one, self.work.seen, quality, place) for one in levels]
        return np.asarray((np.stack(found) / HALF - 1 - self.rest) * self.evidence, np.float32)


def measured(look: Look, operator: Operator) -> RedactedFaceMeasurement:
    """The measurement that a look is.

    Args:
        look: as published.
        operator: linear (``inversion.forward.LINEAR``), in pixels of the look.

    Raises:
        ValueError: another kind, or an empty zone.
    """
    to_face = similarity(look.points, FACE_PX)
    scale = float(np.hypot(to_face[0, 0], to_face[1, 0]))
    work = task(look, operator, FINER * scale)
    guess, expected = first_guess(work, look.box.width * work.scale, ROUNDS)
    around = picture(guess, expected) + mean(work)
    transform = _from_work(to_face, work)
    pasted, covered = pasting(transform, work.known.shape, FACE_PX)
    share = work.redacted(covered)
    evidence = np.asarray(work.known & (share > MOSTLY), np.float32)
    rest = work.redacted((1 - covered) * (np.clip(around, 0, 255) / HALF - 1))
    variance = expected.noise + SLACK**2 + _of_cells(work.operator)
    return RedactedFaceMeasurement(
        work, pasted, evidence, np.asarray(rest, np.float32), float(np.sqrt(variance) / HALF)
    )


def _of_cells(operator: Operator) -> float:
    """Variance that a mosaic's pixels have in common with their cell, as if each pixel had it anew:
    a cell of many pixels says no more than one."""
    if operator.kind not in ("mosaic", "sampled-mosaic"):
        return 0.0
    across, down = operator.sides_px
    return float((ROUNDING + operator.cell_noise**2) * across * down)


def _from_work(to_face: NDArray[np.float64], work: Task) -> NDArray[np.float64]:
    """From coordinates in ``work``'s picture to those in the aligned face."""
    rows, columns = work.known.shape
    factors = np.array([(work.part.x1 - work.part.x0) / columns,
                        (work.part.y1 - work.part.y0) / rows])  # fmt: skip
    turn = to_face[:, :2] * factors
    shift = to_face[:, 2] + to_face[:, :2] @ np.array([work.part.x0, work.part.y0], float)
    return np.concatenate([turn, shift[:, None]], axis=1)
