"""Following a box from one frame to the next by the points in it (Lucas and Kanade 1981).

The box is covered with a grid of points; it moves by their median shift and grows by the median
change of their distances (median flow, Kalal, Mikolajczyk and Matas 2010). It is lost when its
points, followed back again, do not return to where they came from. Both frames are cut to the
surroundings of the box and shrunk to one size, so that large faces cost no more than small ones.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.media.file import Gray

FACE_PX = 28.0
"""Larger boxes are shrunk to this size before they are followed."""
SURROUNDINGS = 3.0
"""Side of what is cut out, in box sizes."""
GRID = 5
"""Points a side."""
INNER = 0.8
"""Share of the box, about its centre, that the points cover."""
WINDOW_PX = 9
LEVELS = 2
RETURN_SHARE = 0.12
"""How far a point may come back from where it started, in box sizes; further, and it is ignored."""
RETURN_PX = 0.7
"""The same in pixels; the larger counts."""
MIN_POINTS = 8
"""Points that must return."""
MAX_SCALE = 1.12
"""A face hardly grows or shrinks by more than this from one frame to the next."""

_LK: dict[str, Any] = {
    "winSize": (WINDOW_PX, WINDOW_PX),
    "maxLevel": LEVELS,
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03),
}
_STEPS = np.linspace(0.5 - INNER / 2, 0.5 + INNER / 2, GRID)
_PLACES = np.stack(np.meshgrid(_STEPS, _STEPS), axis=-1).reshape(-1, 2)


def follow(before: Gray, after: Gray, box: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Where a box of one frame is in another; ``None`` when it is lost.

    Args:
        before: luma of the frame the box is in.
        after: luma of the other frame, the same size.
        box: x, y, width, height in pixels of the luma pictures; shape (4,).
    """
    height, width = before.shape
    across, along = box[2] * (SURROUNDINGS - 1) / 2, box[3] * (SURROUNDINGS - 1) / 2
    part = Rect.covering(
        box[0] - across, box[1] - along, box[2] + 2 * across, box[3] + 2 * along
    ).clipped(width, height)
    shrunk = min(1.0, FACE_PX / float(np.sqrt(box[2] * box[3])))
    step = 1 << int(-np.log2(shrunk))
    part = Rect(
        part.x0, part.y0, part.x1 - part.width % step, part.y1 - part.height % step
    )  # what is halved is even
    if part.width < WINDOW_PX or part.height < WINDOW_PX:
        return None
    first, second = _shrunk(before, part, shrunk), _shrunk(after, part, shrunk)
    scale = np.array([first.shape[1] / part.width, first.shape[0] / part.height])
    start = ((box[:2] - (part.x0, part.y0) + _PLACES * box[2:]) * scale).astype(np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(first, second, start, start.copy(), **_LK)
    back, again, _ = cv2.calcOpticalFlowPyrLK(second, first, there, start.copy(), **_LK)
    astray = np.abs(back - start).max(axis=1)
    limit = max(RETURN_PX, RETURN_SHARE * float((box[2:] * scale).min()))
    good = (found.ravel() > 0) & (again.ravel() > 0) & (astray <= limit)
    if np.count_nonzero(good) < MIN_POINTS:
        return None
    return _moved(box, start[good] / scale, there[good] / scale)


def _shrunk(gray: Gray, part: Rect, scale: float) -> Gray:
    """Halved as long as that goes, which OpenCV does much faster than anything else."""
    cut = gray[part.y0 : part.y1, part.x0 : part.x1]
    if scale == 1.0:
        return np.ascontiguousarray(cut)
    size = (max(WINDOW_PX, round(part.width * scale)), max(WINDOW_PX, round(part.height * scale)))
    for _ in range(int(-np.log2(scale))):
        halves = cut.shape[1] // 2, cut.shape[0] // 2
        cut = np.asarray(cv2.resize(cut, halves, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)


def _moved(
    box: NDArray[np.float64], start: NDArray[np.float64], there: NDArray[np.float64]
) -> NDArray[np.float64]:
    shift = _median(there - start)
    before = np.hypot(*(start - start.mean(axis=0)).T)
    after = np.hypot(*(there - there.mean(axis=0)).T)
    far = before > 0
    scale = float(_median(after[far] / before[far])) if far.any() else 1.0
    scale = min(max(scale, 1 / MAX_SCALE), MAX_SCALE)
    size = box[2:] * scale
    centre = box[:2] + box[2:] / 2 + shift
    return np.concatenate([centre - size / 2, size])


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the first axis; numpy's own takes ten times as long for so few."""
    ordered, half = np.sort(values, axis=0), len(values) // 2
    return np.asarray((ordered[half] + ordered[-half - 1]) / 2)
