"""How a head is turned, in coarse steps: all that a drawn head may know of the one it covers.

Read off the five points that a detector gives, by trying every turn of the mean face in steps of
``STEP`` degrees: what is left of a face is one of a few thousand turns, however its points lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.generate.likeness import linear_faces

STEP = 5
"""Degrees between two turns that are told apart."""

FARTHEST = 60
"""Degrees of yaw beyond which no head is drawn: docs/drawn-heads.md shows what they look like."""

LOWEST, MOST_ROLL = 30, 45
"""Of pitch and roll, likewise."""

USUAL_PITCH, USUAL_YAW = 12.0, 40.0
"""Standard deviations of what heads in pictures do, which settle what five points leave open."""

PLACED = 0.04
"""How far from their place points are found, in distances of eyes and mouth."""

EYES = ((33, 133), (362, 263))
"""Corners of the eyes among the mesh's points, as they stand in the picture from left to right."""
NOSE, MOUTH = 4, (61, 291)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees. Turned by pitch first, then yaw, then roll."""

    yaw: float = 0.0
    """Positive to the right of the picture."""
    pitch: float = 0.0
    """Positive downwards."""
    roll: float = 0.0
    """Positive clockwise."""

    @property
    def far(self) -> bool:
        """Whether the head is turned farther than heads are drawn."""
        return abs(self.yaw) > FARTHEST or abs(self.pitch) > LOWEST or abs(self.roll) > MOST_ROLL

    def matrix(self) -> Floats:
        """What points (x to the right, y down, z away), as columns, are multiplied by."""
        yaw, pitch, roll = np.radians([self.yaw, self.pitch, self.roll])
        cy, sy, cp, sp, cr, sr = (
            np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll),
        )  # fmt: skip
        nod = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        turn = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
        lean = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        return np.asarray(lean @ turn @ nod)


FRONTAL = Pose()


def pose_of(points: NDArray[np.floating]) -> Pose:
    """The turn that explains five points best.

    Args:
        points: eyes, nose, corners of the mouth, each pair as it stands in the picture from left
            to right, in pixels; shape (5, 2).
    """
    turns, shapes = _turned()
    seen = points[:, 0] + 1j * points[:, 1]
    seen = seen - seen.mean()
    factors = (shapes.conj() @ seen) / (np.abs(shapes) ** 2).sum(axis=1)
    off = (np.abs(seen - factors[:, None] * shapes) ** 2).sum(axis=1)
    size = max(float((np.abs(seen) ** 2).sum()), 1e-9)
    rolls = np.degrees(np.angle(factors))
    usual = (turns[:, 0] / USUAL_YAW) ** 2 + (turns[:, 1] / USUAL_PITCH) ** 2
    best = int(np.argmin(off / size / PLACED**2 + usual))
    yaw, pitch = (float(v) for v in turns[best])
    return Pose(yaw, pitch, float(STEP * np.rint(rolls[best] / STEP)))


@cache
def _turned() -> tuple[Floats, NDArray[np.complex128]]:
    """Every yaw and pitch, and where the mean face's five points lie then, around 0."""
    form = linear_faces().points
    five = np.array(
        [
            *(form[list(eye)].mean(axis=0) for eye in EYES),
            form[NOSE],
            form[MOUTH[0]],
            form[MOUTH[1]],
        ]
    )
    yaws, pitches = np.arange(-90, 91, STEP), np.arange(-45, 46, STEP)
    turns = np.array([(yaw, pitch) for yaw in yaws for pitch in pitches], float)
    seen = np.array([five @ Pose(yaw, pitch).matrix().T for yaw, pitch in turns])
    flat = seen[..., 0] + 1j * seen[..., 1]
    return turns, flat - flat.mean(axis=1, keepdims=True)
