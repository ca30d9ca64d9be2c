"""A closer look at what is small and unclear: whether a face is seen there once it is enlarged.

A look at a whole picture sees a small face at one or two sizes, and at twice the picture's size
only where most is open. Cut out with its surroundings and brought to two sizes that CenterFace
knows well, a face shows itself, and most of what only resembled one no longer does. A logistic
regression on these two looks and on what was seen before says how surely it is one. Its weights
were fitted on drawn crowds, of people and over pictures that the head check was not trained on, by
``bench/detect/closer.py``.

It is asked only about what the looks alone would leave out, so that it can cost no face.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, overlaps
from efface.detect.centerface import centerface, decode
from efface.detect.fusion import log_odds
from efface.detect.headcheck import CONTEXT, crops
from efface.detect.tiling import Pyramid

SIDES_PX = (64, 96)
"""Of the windows: the longer side of a candidate's box is 27 and 40 pixels in them. Multiples of
the network's stride."""

SAME_FACE = 0.3
"""A face that is seen in a window is the candidate if their boxes overlap this much."""

FIRST_LEAST = 0.1
"""Score in the first window from which the second is worth its cost."""

WEIGHTS = np.array([0.606, 0.733, 0.791])
BIAS = 3.606
"""Of the looks before, the first window, and the second. How large the face is has no weight: in
drawn crowds large things that look like faces are rare, in photographs they are not."""

_FLOOR = 0.01
"""Lowest score that is told from nothing seen."""


def looked_closer(pyramid: Pyramid, boxes: Boxes, quarter_turns: int = 0) -> NDArray[np.float64]:
    """Probability of a face, once it was looked at more closely; shape (n,).

    Args:
        pyramid: the picture.
        boxes: in the picture's pixels; the score is the probability by the looks before.
        quarter_turns: counter-clockwise, before looking.

    Returns:
        0 where the first window showed next to nothing.
    """
    first = scores_in(SIDES_PX[0], pyramid, boxes, quarter_turns)
    worth = first >= FIRST_LEAST
    second = scores_in(SIDES_PX[1], pyramid, boxes[worth], quarter_turns)
    columns = features(boxes[worth, 4], first[worth], second)
    probability = np.zeros(len(boxes))
    probability[worth] = 1 / (1 + np.exp(-(columns @ WEIGHTS + BIAS)))
    return probability


def features(
    looks: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What the regression weighs, shape (n, 3).

    Args:
        looks: probability by the looks before, shape (n,).
        first: score in the first window.
        second: likewise.
    """
    seen = (log_odds(np.clip(score, _FLOOR, 1 - _FLOOR)) for score in (first, second))
    return np.column_stack([log_odds(looks), *seen])


def scores_in(
    side_px: int, pyramid: Pyramid, boxes: Boxes, quarter_turns: int = 0
) -> NDArray[np.float64]:
    """CenterFace's score of each candidate in a window of its own, 0 where it sees none.

    Args:
        side_px: of the windows; they are ``CONTEXT`` times as wide as a box is long.
        pyramid: the picture.
        boxes: in the picture's pixels.
        quarter_turns: counter-clockwise, before looking.
    """
    windows = np.rot90(crops(pyramid, boxes, side_px), quarter_turns, axes=(1, 2))
    found = centerface().run(windows, lambda out, shape: decode(out, shape, _FLOOR))
    shapes = boxes[:, 2:4] if quarter_turns % 2 == 0 else boxes[:, 3:1:-1]
    sizes = shapes * (side_px / CONTEXT) / shapes.max(axis=1, keepdims=True, initial=1e-9)
    expected = np.column_stack([(side_px - sizes) / 2, sizes])
    scores = np.zeros(len(boxes))
    for number, (there, box) in enumerate(zip(found, expected, strict=True)):
        same = overlaps(box[None], there)[0] >= SAME_FACE
        scores[number] = there[same, 4].max(initial=0.0)
    return scores
