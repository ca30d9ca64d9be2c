"""Where a head lies from frame to frame: along its face's boxes, without their jitter.

A detector's boxes jump by some pixels where a face moves smoothly, which a zone of one colour hides
and a head does not. Each number of a box is taken as the median of five frames, then as a mean
with weights of a normal distribution; both look as far back as ahead, so that a head does not lag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.artwork import UNITS
from efface.regions import Box

MEDIAN = 2
"""Frames to each side."""
SPREAD = 2.0
"""Of the weights, frames; they reach three times as far."""

_REACH = round(3 * SPREAD)
_WEIGHTS = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / SPREAD) ** 2)


def steady(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The boxes of one face of a video, smoothed over frames that follow on each other.

    Args:
        boxes: one a frame at most, in any order.
    """
    ordered = sorted(boxes, key=lambda box: box.frame)
    return tuple(box for run in _runs(ordered) for box in _smoothed(run))


def _runs(ordered: Sequence[Box]) -> Iterator[list[Box]]:
    run: list[Box] = []
    for box in ordered:
        if run and box.frame != run[-1].frame + 1:
            yield run
            run = []
        run.append(box)
    if run:
        yield run


def _smoothed(run: Sequence[Box]) -> Iterator[Box]:
    rows = np.array(
        [(b.x + b.width / 2, b.y + b.height / 2, b.width, b.height) for b in run], np.float64
    )
    middle = np.median([_moved(rows, n) for n in range(-MEDIAN, MEDIAN + 1)], axis=0)
    parts = [
        w * _moved(middle, n) for n, w in zip(range(-_REACH, _REACH + 1), _WEIGHTS, strict=True)
    ]
    mean = np.sum(parts, axis=0) / _WEIGHTS.sum()
    corners = mean - np.pad(mean[:, 2:] / 2, ((0, 0), (0, 2)))
    whole = np.rint(corners * UNITS) / UNITS
    for box, (x, y, width, height) in zip(run, whole.tolist(), strict=True):
        yield replace(box, x=x, y=y, width=width, height=height)


def _moved(rows: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    """Each row's so many frames on; past the ends, what lies as far from them, turned about them,
    so that what moves goes on moving."""
    count = len(rows)
    at = np.arange(count) + frames
    inside = np.clip(at, 0, count - 1)
    beyond = np.clip(2 * inside - at, 0, count - 1)
    past = (at != inside)[:, None]
    return np.where(past, 2 * rows[inside] - rows[beyond], rows[inside])
