"""Arithmetic on candidate boxes.

``Boxes`` is an array of shape (n, 5): x and y of the top-left corner, width, height, score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]


def no_boxes() -> Boxes:
    """An empty array of shape (0, 5)."""
    return np.zeros((0, 5))


def intersections(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Common area of every pair, shape (len(a), len(b))."""
    left = np.maximum(a[:, None, :2], b[None, :, :2])
    right = np.minimum(a[:, None, :2] + a[:, None, 2:4], b[None, :, :2] + b[None, :, 2:4])
    return np.asarray(np.prod(np.maximum(right - left, 0.0), axis=2))


def overlaps(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Intersection over union of every pair, shape (len(a), len(b))."""
    common = intersections(a, b)
    union = areas(a)[:, None] + areas(b)[None, :] - common
    return np.asarray(common / np.maximum(union, 1e-9))


def areas(boxes: Boxes) -> NDArray[np.float64]:
    """Area of each box, shape (n,)."""
    return np.asarray(boxes[:, 2] * boxes[:, 3])


def by_score(boxes: Boxes) -> Boxes:
    """Best first; ties by place and size, so that the order never depends on the input's. Further
    columns go along."""
    x, y, width, height, score = boxes[:, :5].T
    return np.asarray(boxes[np.lexsort((height, width, x, y, -score))])


def suppress(boxes: Boxes, overlap: float) -> Boxes:
    """Greedy non-maximum suppression: best first, those that overlap a better one are left out.

    ``overlaps`` is written out for one box against the rest: there are thousands of small steps,
    and calling it for each cost more than the arithmetic.
    """
    boxes = by_score(boxes)
    x0, y0, width, height = boxes[:, :4].T
    x1, y1, area = x0 + width, y0 + height, width * height
    kept: list[int] = []
    left = np.arange(len(boxes))
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        across = np.minimum(x1[best], x1[left]) - np.maximum(x0[best], x0[left])
        along = np.minimum(y1[best], y1[left]) - np.maximum(y0[best], y0[left])
        common = np.maximum(across, 0.0) * np.maximum(along, 0.0)
        union = area[best] + area[left] - common
        left = left[common < overlap * np.maximum(union, 1e-9)]
    return boxes[kept]


def clipped(boxes: Boxes, width: int, height: int) -> Boxes:
    """The parts inside a picture; those less than one pixel wide or high are left out. Further
    columns go along."""
    x0 = np.clip(boxes[:, 0], 0, width)
    y0 = np.clip(boxes[:, 1], 0, height)
    x1 = np.clip(boxes[:, 0] + boxes[:, 2], 0, width)
    y1 = np.clip(boxes[:, 1] + boxes[:, 3], 0, height)
    inside = (x1 - x0 >= 1) & (y1 - y0 >= 1)
    return np.column_stack([x0, y0, x1 - x0, y1 - y0, boxes[:, 4:]])[inside]


def turned_back(boxes: Boxes, quarter_turns: int, width: int, height: int) -> Boxes:
    """Boxes found in a picture turned counter-clockwise, as boxes of the picture before turning.

    Args:
        boxes: found in ``numpy.rot90(picture, quarter_turns)``.
        quarter_turns: counter-clockwise quarter turns.
        width: of the picture before turning, pixels.
        height: likewise.
    """
    x, y, across, along, score = boxes.T
    turn = quarter_turns % 4
    if turn == 1:
        x, y, across, along = width - y - along, x, along, across
    elif turn == 2:
        x, y = width - x - across, height - y - along
    elif turn == 3:
        x, y, across, along = y, height - x - across, along, across
    return np.stack([x, y, across, along, score], axis=1)
