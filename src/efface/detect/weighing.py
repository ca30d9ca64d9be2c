"""What the detectors' looks and the head check together say of a candidate.

A weighted sum of the log-odds of both, and of the best that CenterFace saw at any one scale: a
covered face often looks like one at a small scale alone. The weights were chosen, among four sets,
on photographed crowds and on drawn covers (docs/bench-photos.md); those that drawn crowds alone ask
for (``bench/detect/weigh.py``) give the looks none.

It is asked about what the looks alone are not sure of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.fusion import Fused
from efface.detect.headcheck import head_odds
from efface.detect.tiling import Pyramid

HEAD_LIMIT = 6.0
"""Its log-odds count so far, either way: on what it was never shown it can be sure and wrong."""

WEIGHTS = np.array([0.5, 0.6, 0.4])
"""Of the looks, the head check, and the best single look."""


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
    boxes = fused.boxes[ask]
    heads = head_odds(pyramid, boxes, quarter_turns)
    columns = features(boxes[:, 4], heads, fused.best[ask])
    return np.asarray(1 / (1 + np.exp(-(columns @ WEIGHTS))))


def features(
    looks: NDArray[np.float64], heads: NDArray[np.float64], best: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What is weighed, shape (n, 3).

    Args:
        looks: probability by the looks, shape (n,).
        heads: log-odds by the head check.
        best: log-odds of the best single look of CenterFace.
    """
    p = np.clip(looks, 1e-9, 1 - 1e-9)
    return np.column_stack([np.log(p / (1 - p)), np.clip(heads, -HEAD_LIMIT, HEAD_LIMIT), best])
