"""Following boxes from one frame to the next by the points in them (Lucas and Kanade 1981).

Each box is covered with a grid of points; the box moves by their median shift and grows by the
median change of their distances (median flow, Kalal, Mikolajczyk and Matas 2010). A box is lost
when its points, followed back again, do not return to where they came from.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.media.video.interface import Gray

GRID = 6
"""Points a side."""
INNER = 0.8
"""Share of the box, about its centre, that the points cover."""
WINDOW_PX = 13
LEVELS = 3
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
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03),
}


def follow(before: Gray, after: Gray, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where boxes of one frame are in another.

    Args:
        before: luma of the frame the boxes are in.
        after: luma of the other frame, the same size.
        boxes: x, y, width, height in pixels of the luma pictures; shape (n, 4).

    Returns:
        Boxes, shape (n, 4); a row is not a number where the box was lost.
    """
    out = np.full((len(boxes), 4), np.nan)
    if not len(boxes):
        return out
    steps = np.linspace(0.5 - INNER / 2, 0.5 + INNER / 2, GRID)
    places = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    start = (boxes[:, None, :2] + places[None] * boxes[:, None, 2:]).astype(np.float32)
    flat = np.ascontiguousarray(start.reshape(-1, 1, 2))
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, flat, flat.copy(), **_LK)
    back, again, _ = cv2.calcOpticalFlowPyrLK(after, before, there, flat.copy(), **_LK)
    there, back = there.reshape(start.shape), back.reshape(start.shape)
    good = (found.astype(bool) & again.astype(bool)).reshape(start.shape[:2])
    astray = np.linalg.norm(back - start, axis=2)
    limit = np.maximum(RETURN_PX, RETURN_SHARE * boxes[:, 2:].min(axis=1))
    good &= astray <= limit[:, None]
    for i in range(len(boxes)):
        if good[i].sum() >= MIN_POINTS:
            out[i] = _moved(boxes[i], start[i][good[i]], there[i][good[i]])
    return out


def _moved(
    box: NDArray[np.float64], start: NDArray[np.float32], there: NDArray[np.float32]
) -> NDArray[np.float64]:
    shift = np.median(there - start, axis=0)
    before = np.linalg.norm(start - start.mean(axis=0), axis=1)
    after = np.linalg.norm(there - there.mean(axis=0), axis=1)
    scale = float(np.median(after[before > 0] / before[before > 0]))
    scale = min(max(scale, 1 / MAX_SCALE), MAX_SCALE)
    size = box[2:] * scale
    centre = box[:2] + box[2:] / 2 + shift
    return np.concatenate([centre - size / 2, size])
