"""From what several looks saw to faces: one box and one probability each.

The looks are CenterFace at half size and below (``coarse``), at the picture's own size (``native``)
and at twice its size (``fine``). A small face is judged by the fine look first, a large one by the
coarse one; a logistic regression says how much each counts. Its few weights, and the choice to give
the second detector's score no weight of its own (it says nothing that CenterFace at three scales
does not), were cross-validated on crowd pictures and on the same pictures at half size, blurred,
and in grey with strong compression: bench/detect/fit.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes, overlaps

SAME_FACE = 0.4
"""Boxes of different looks that overlap this much show the same face."""

GROWTH = 1.05
"""Fused boxes are drawn this much larger: between two looks an edge differs by 5 to 10 % of the
face, and a box a little too large covers a face that one a little too small would not."""

_UNSEEN = -3.5
"""Log-odds given to a face by a look that did not see it (its score is below the looks' floor)."""

_WEIGHTS = np.array([0.491, 0.535, 1.149])
_WEIGHTS_LARGE = np.array([0.218, -0.329, -0.883])
_BIAS, _BIAS_LARGE = 4.19, -1.949
"""Coarse, native, fine: weights for faces up to 16 px high, and what is added to them in proportion
to the logarithm of the height until 64 px."""

_SECOND_OFFSET = -1.5
"""YuNet's scores run higher than CenterFace's; this much is taken off its log-odds where the two
are compared (which box leads a group, and how much each counts in the common box)."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Candidates of every look at one picture, in the picture's pixels."""

    coarse: Boxes = field(default_factory=no_boxes)
    native: Boxes = field(default_factory=no_boxes)
    fine: Boxes = field(default_factory=no_boxes)
    second: Boxes = field(default_factory=no_boxes)
    """The second detector's."""
    fine_areas: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4)))
    """Where the fine look looked (x, y, width, height); elsewhere the native look's score stands in
    for the fine one's. Shape (n, 4)."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Groups of candidates, each as one box."""

    boxes: Boxes
    """The score is the probability of a face."""
    second: NDArray[np.float64]
    """The second detector's highest score in each group, 0 where it saw nothing; shape (n,)."""
    best: NDArray[np.float64]
    """Log-odds of the best single look of CenterFace; shape (n,)."""


def log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(p / (1 - p)), with p kept within 0.001 and 0.999."""
    p = np.clip(scores, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(p / (1 - p)))


@dataclass(frozen=True, slots=True)
class Groups:
    """Candidates that show the same face, before they are judged."""

    boxes: NDArray[np.float64]
    """Common box of each group, shape (n, 4)."""
    seen: NDArray[np.float64]
    """Log-odds of the coarse, the native and the fine look, shape (n, 3)."""
    second: NDArray[np.float64]
    """The second detector's highest score, 0 where it saw nothing; shape (n,)."""


def fuse(looks: Looks) -> Fused:
    """Group the candidates that show the same face and judge each group."""
    groups = grouped(looks)
    probability = 1 / (1 + np.exp(-judged(groups.seen, groups.boxes[:, 3])))
    boxes = grown(np.column_stack([groups.boxes, probability]))
    return Fused(boxes, groups.second, groups.seen.max(axis=1, initial=_UNSEEN))


def grouped(looks: Looks) -> Groups:
    """Group the candidates of all looks, the surest first."""
    parts = [looks.coarse, looks.native, looks.fine, looks.second]
    boxes = np.concatenate(parts)
    if not len(boxes):
        return Groups(np.zeros((0, 4)), np.zeros((0, 3)), np.zeros(0))
    look = np.repeat(np.arange(4), [len(part) for part in parts])
    strength = log_odds(boxes[:, 4]) + np.where(look == 3, _SECOND_OFFSET, 0.0)
    order = np.lexsort((boxes[:, 1], boxes[:, 0], look, -strength))
    boxes, look, strength = boxes[order], look[order], strength[order]

    free = np.ones(len(boxes), bool)
    fused, scores = [], []
    for lead in range(len(boxes)):
        if not free[lead]:
            continue
        near = np.nonzero(free)[0]
        group = near[overlaps(boxes[lead : lead + 1], boxes[near])[0] >= SAME_FACE]
        group = group if len(group) else np.array([lead])
        free[group] = False
        fused.append(_common_box(boxes[group], strength[group]))
        best = np.zeros(4)
        np.maximum.at(best, look[group], boxes[group, 4])
        scores.append(best)
    together, best_scores = np.array(fused), np.array(scores)
    seen = np.maximum(log_odds(best_scores[:, :3]), _UNSEEN)
    blind = ~_in_areas(together, looks.fine_areas)
    seen[blind, 2] = np.maximum(seen[blind, 2], seen[blind, 1])
    return Groups(together, seen, best_scores[:, 3])


def _in_areas(boxes: NDArray[np.float64], areas: NDArray[np.float64]) -> NDArray[np.bool_]:
    centre = (boxes[:, :2] + boxes[:, 2:4] / 2)[:, None]
    inside = (centre >= areas[None, :, :2]) & (centre < areas[None, :, :2] + areas[None, :, 2:4])
    return np.asarray(np.any(np.all(inside, axis=2), axis=1))


def largeness(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 up to 16 px of height, 1 from 64 px on, in proportion to the logarithm between."""
    return np.asarray(np.clip(np.log2(np.maximum(heights, 4.0) / 16) / 2, 0.0, 1.0))


def judged(seen: NDArray[np.float64], heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of a face, from the looks' log-odds, shape (n, 3), and heights in pixels."""
    large = largeness(heights)
    return np.asarray(
        seen @ _WEIGHTS + large * (seen @ _WEIGHTS_LARGE) + _BIAS + large * _BIAS_LARGE
    )


def _common_box(boxes: Boxes, strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Averaged with the scores as weights: x, y, width, height, and with them all four edges."""
    weight = 1 / (1 + np.exp(-strength))
    return np.asarray(weight @ boxes[:, :4] / weight.sum())


def repeats(boxes: Boxes, faces: Boxes) -> NDArray[np.bool_]:
    """Which boxes show a face that is among ``faces``, shape (len(boxes),)."""
    return np.asarray(overlaps(boxes, faces).max(axis=1, initial=0.0) >= SAME_FACE)


def grown(boxes: Boxes) -> Boxes:
    """Boxes drawn ``GROWTH`` times as large about their centres."""
    out = boxes.copy()
    out[:, :2] -= boxes[:, 2:4] * (GROWTH - 1) / 2
    out[:, 2:4] *= GROWTH
    return out
