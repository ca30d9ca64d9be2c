"""What the detectors' looks and the head check together say of a candidate.

A logistic regression on the log-odds of both, and on the best that CenterFace saw at any one scale:
a covered face often looks like one at a small scale alone. Its weights were fitted on crowds drawn
for it (``bench/detect/weigh.py``): AI-generated heads, hidden, turned and spoiled, over pictures
without people; people and pictures that the head check was not trained on.

It is asked only about what the looks alone would leave out, so that it can cost no face.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.fusion import Fused, largeness, log_odds
from efface.detect.headcheck import head_odds
from efface.detect.tiling import Pyramid

FAINT_FIRST = 0.07
FAINT_SECOND = 0.2
"""What neither network saw so well is no face, whatever the head check says."""

HEAD_LIMIT = 4.0
"""Its log-odds count so far, either way: on what it was never shown it can be sure and wrong."""

WEIGHTS = np.array([-0.235, 1.189, 0.143, 0.669, 0.916])
BIAS = 1.295
"""Of the looks, the head check, YuNet, the best single look, and how large the face is."""

_SECOND_LIMITS = (0.02, 0.999)


def weighed(
    pyramid: Pyramid, fused: Fused, ask: NDArray[np.bool_], quarter_turns: int = 0
) -> NDArray[np.float64]:
    """Probability of a face of those groups that are asked about; shape (number of them,).

    Args:
        pyramid: the picture.
        fused: what the looks saw in it.
        ask: which groups, shape (n,).
        quarter_turns: counter-clockwise, as the looks were turned.
    """
    boxes, second, best = fused.boxes[ask], fused.second[ask], fused.best[ask]
    heads = head_odds(pyramid, boxes, quarter_turns)
    columns = features(boxes[:, 4], second, best, boxes[:, 3], heads)
    probability = 1 / (1 + np.exp(-(columns @ WEIGHTS + BIAS)))
    faint = (best < log_odds(np.array([FAINT_FIRST]))) & (second < FAINT_SECOND)
    return np.where(faint, 0.0, probability)


def features(
    looks: NDArray[np.float64],
    second: NDArray[np.float64],
    best: NDArray[np.float64],
    heights: NDArray[np.float64],
    heads: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What the regression weighs, shape (n, 5).

    Args:
        looks: probability by the looks, shape (n,).
        second: YuNet's score.
        best: log-odds of the best single look of CenterFace.
        heights: of the boxes, pixels.
        heads: log-odds by the head check.
    """
    p = np.clip(looks, 1e-9, 1 - 1e-9)
    s = np.clip(second, *_SECOND_LIMITS)
    return np.column_stack(
        [
            np.log(p / (1 - p)),
            np.clip(heads, -HEAD_LIMIT, HEAD_LIMIT),
            np.log(s / (1 - s)),
            best,
            largeness(heights),
        ]
    )
