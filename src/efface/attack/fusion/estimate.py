"""One clear picture from many redacted frames: solve, register, and solve again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import between_centres, similarity
from efface.attack.fusion.canvas import FACE_PX, ROOM_PX, SIDE_PX, Canvas, Pose, the_chip
from efface.attack.fusion.measurements import Measurement, measure
from efface.attack.fusion.registration import MOST_VARIANCE, Start, begin, refined, unexplained
from efface.attack.fusion.solving import Observation, System
from efface.attack.interface import Look, Points
from efface.attack.looks import constant
from efface.attack.operator import Operator

_Item = TypeVar("_Item")

MOST_FRAMES = 50
INFORMATIVE = 0.6
"""Frames redacted more strongly than the weakest one, by more than this, are left out."""
ROUNDS = 3
"""Of solving and registering before the last solution."""
COMMON_VARIANCE = 0.5
"""Of the error that all blurred frames have in common, in steps of 255 squared: what interpolation
and a kernel drawn in blocks miss of them. It does not fall with the number of frames; left out of
the sum, it is amplified into rings where frames are many and nearly free of noise."""
FIRST_STEPS, STEPS, LAST_STEPS = 20, 10, 40
"""Of conjugate gradients: in the first round, in those after it, and in the last solution."""


def chosen(looks: Sequence[Look], operators: Sequence[Operator]) -> list[int]:
    """Indices of the frames to fuse: those redacted least, spread evenly over time."""
    strengths = [op.size_px / look.box.width for look, op in zip(looks, operators, strict=True)]
    told = [i for i, look in enumerate(looks) if _tells(look, operators[i])]
    if not told:
        return []
    weakest = min(strengths[i] for i in told)
    good = [i for i in told if strengths[i] * INFORMATIVE <= weakest]
    return spread(good)


def spread(items: Sequence[_Item]) -> list[_Item]:
    """At most ``MOST_FRAMES`` of them, evenly spread."""
    if len(items) <= MOST_FRAMES:
        return list(items)
    return [items[k] for k in np.linspace(0, len(items) - 1, MOST_FRAMES).round().astype(int)]


def fuse(looks: Sequence[Look], operators: Sequence[Operator]) -> NDArray[np.uint8] | None:
    """The face as an aligned chip, shape (FACE_PX, FACE_PX, 3).

    Args:
        looks: frames of one face.
        operators: what was done to each; one for each look.

    Returns:
        ``None`` when no frame says anything (every zone solid, or nothing known to undo).
    """
    starts = _begun(looks, operators)
    return the_chip(_solved(starts)) if starts else None


def misfit(looks: Sequence[Look], operators: Sequence[Operator]) -> float:
    """How badly one half of the frames foretells the other, in steps of 255 squared: smallest for
    the operators that were used. Infinite where there are not frames enough."""
    starts = _begun(looks, operators)
    known, others = starts[::2], starts[1::2]
    if not others:
        return float("inf")
    canvas = _solved(known)
    for _ in range(2):
        others = refined(others, canvas)
    return float(np.median([unexplained(start.view, canvas) for start in others]))


def _begun(looks: Sequence[Look], operators: Sequence[Operator]) -> list[Start]:
    measured = [
        (measure(looks[i], operators[i]), looks[i].points) for i in chosen(looks, operators)
    ]
    return [
        begin(_view(measurement, points))
        for measurement, points in measured
        if measurement is not None and measurement.weights.any()
    ]


def _solved(starts: list[Start]) -> Canvas:
    canvas = _flat([start.view for start in starts])
    for round_ in range(ROUNDS):
        steps = STEPS if round_ else FIRST_STEPS
        canvas = System(_tempered([s.view for s in starts])).solve(canvas, steps)
        starts = refined(starts, canvas)
    return System(_tempered([s.view for s in starts])).solve(canvas, LAST_STEPS)


def _tempered(views: Sequence[Observation]) -> list[Observation]:
    """The views with the error that they have in common; pixels of a mosaic's cells, which differ
    from frame to frame, have none."""
    common = len(views) * COMMON_VARIANCE
    return [
        replace(view, variance=view.variance + common) if view.measurement.overlapping else view
        for view in views
    ]


def pose(points: Points) -> Pose:
    """From a look to the canvas, by the face's points."""
    matrix = between_centres(similarity(points, FACE_PX))
    matrix[:, 2] += ROOM_PX
    return matrix


def _view(measurement: Measurement, points: Points) -> Observation:
    variance = max(measurement.variance, MOST_VARIANCE)
    return Observation(measurement, pose(points), measurement.values, variance)


def _flat(views: Sequence[Observation]) -> Canvas:
    """A canvas in the mean colour of all frames."""
    colours = np.concatenate([view.values[view.measurement.weights > 0] for view in views])
    return np.tile(colours.mean(axis=0, dtype=np.float32), (SIDE_PX**2, 1))


def _tells(look: Look, operator: Operator) -> bool:
    return operator.kind not in ("solid", "other") and not constant(look)
