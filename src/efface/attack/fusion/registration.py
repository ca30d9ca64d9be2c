"""Where the face lies in each frame, and in what light, more exactly than its points say.

Gauss and Newton's method on the measurements themselves: a frame is moved, turned, scaled and lit
until what the common picture would give there agrees with what was measured. The points are
believed to within ``POSE_DEVIATION``: coarse cells say little about the pose, and the prior keeps
it in place then. What all frames do together cannot be told from the picture and is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from efface.attack.fusion.canvas import (
    CENTRE_PX,
    FACE_PX,
    Canvas,
    Pose,
    gradient,
    on_canvas,
    sampling,
)
from efface.attack.fusion.solving import Observation, predicted, summed

Parameters = NDArray[np.float64]
"""Shape (6,): shift across and down in pixels of the canvas, turn, growth, contrast, brightness."""

POSE_DEVIATION: Parameters = np.array([0.02 * FACE_PX, 0.02 * FACE_PX, 0.03, 0.03, 0.05, 6.0])
"""How far points found in a frame may be off, and the light of frames differ."""

STRAY = 3.0
"""A frame whose error is larger than so many times the median frame's is left out."""

MOST_VARIANCE = 9.0
"""Of a middling frame's measurements, in steps of 255 squared: what is left of misplacement."""


@dataclass(frozen=True, slots=True)
class Start:
    """A frame as it came: by its points, in its own light."""

    pose: Pose
    view: Observation
    moved: Parameters
    """From there to where it is now."""


def begin(view: Observation) -> Start:
    return Start(view.pose, view, np.zeros(6))


def refined(starts: Sequence[Start], canvas: Canvas) -> list[Start]:
    """One step of registration for every frame, and the variances that their errors show."""
    across, down = gradient(canvas)
    slopes = np.concatenate([canvas, across, down], axis=1)
    moved = [_step(start, slopes) for start in starts]
    counted = [m for m, s in zip(moved, starts, strict=True) if np.isfinite(s.view.variance)]
    common = np.mean(counted, axis=0)
    return _appraised([_placed(s, m - common) for s, m in zip(starts, moved, strict=True)], canvas)


def _step(start: Start, slopes: NDArray[np.float32]) -> Parameters:
    """The most likely parameters given the picture, shape (6,)."""
    view, measurement = start.view, start.view.measurement
    places = on_canvas(measurement, view.pose)
    read = sampling(places) @ slopes
    x, y = (places - CENTRE_PX).T.astype(np.float32)[..., None]
    now, across, down = read[:, :3], read[:, 3:6], read[:, 6:]
    turn, growth = x * down - y * across, x * across + y * down
    planes = summed(measurement, np.concatenate([now, across, down, turn, growth], axis=1))
    seen = measurement.weights > 0
    here = planes[seen].reshape(-1, 5, 3).transpose(0, 2, 1).reshape(-1, 5).astype(np.float64)
    error = view.values[seen].reshape(-1) - here[:, 0]
    level = here[:, 0] - here[:, 0].mean()
    jacobian = np.column_stack([here[:, 1:], level, np.ones(len(level))])
    variance = view.variance if np.isfinite(view.variance) else float(np.mean(error**2)) + 1e-6
    believed = 1 / POSE_DEVIATION**2
    normal = jacobian.T @ jacobian / variance + np.diag(believed)
    right = jacobian.T @ error / variance - believed * start.moved
    return np.asarray(start.moved + np.linalg.solve(normal, right), np.float64)


def _placed(start: Start, moved: Parameters) -> Start:
    """The frame with its parameters, counted from where it started."""
    shift_x, shift_y, turn, growth = np.clip(
        moved[:4], -3 * POSE_DEVIATION[:4], 3 * POSE_DEVIATION[:4]
    )
    linear = np.array([[1 + growth, -turn], [turn, 1 + growth]])
    centre = np.full(2, CENTRE_PX)
    pose = np.column_stack(
        [
            linear @ start.pose[:, :2],
            linear @ (start.pose[:, 2] - centre) + centre + (shift_x, shift_y),
        ]
    )
    measured = start.view.measurement.values
    seen = start.view.measurement.weights > 0
    level = float(measured[seen].mean()) if seen.any() else 0.0
    values = level + (measured - level - moved[5]) / (1 + moved[4])
    view = replace(start.view, pose=pose, values=values.astype(np.float32))
    return replace(start, view=view, moved=moved)


def _appraised(starts: Sequence[Start], canvas: Canvas) -> list[Start]:
    """Each frame with the variance of its error; strays are left out."""
    errors = np.array([unexplained(start.view, canvas) for start in starts])
    median = float(np.median(errors))
    # few frames are explained badly because the prior smooths them, and not for their errors
    trusted = min(1.0, MOST_VARIANCE / max(median, 1e-9))
    out = []
    for start, error in zip(starts, errors, strict=True):
        variance = max(trusted * error, start.view.measurement.variance)
        if error > max(STRAY**2 * median, start.view.measurement.variance):
            variance = np.inf
        out.append(replace(start, view=replace(start.view, variance=float(variance))))
    return out


def unexplained(view: Observation, canvas: Canvas) -> float:
    """Mean square of what a picture does not explain of a frame, in steps of 255 squared."""
    seen = view.measurement.weights > 0
    if not seen.any():
        return float("inf")
    return float(np.mean((predicted(view, canvas) - view.values)[seen] ** 2))
