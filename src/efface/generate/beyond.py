"""What lies around a zone, going on into it, smoothly: what a network begins from.

Means of ever larger squares of what is known; where nothing is, those of the next larger ones
(pull-push, Gortler et al. 1996).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LEVELS = 6

Floats = NDArray[np.float32]


def filled(colours: Floats, known: Floats) -> Floats:
    """Colours everywhere; those that are known stay as they are.

    Args:
        colours: shape (height, width, 3).
        known: 1 where they are, else 0, shape (height, width).

    Returns:
        As ``colours``; 0 where nothing is known anywhere.
    """
    levels = [np.dstack([colours * known[..., None], known]).astype(np.float32)]
    for _ in range(LEVELS):
        height, width = levels[-1].shape[:2]
        size = max(1, (width + 1) // 2), max(1, (height + 1) // 2)
        small = cv2.resize(levels[-1], size, interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(small, np.float32))
    share = levels[-1][..., 3:]
    out = levels[-1][..., :3] / np.maximum(share, 1e-6) * (share > 0)
    for level in reversed(levels[:-1]):
        height, width = level.shape[:2]
        under = cv2.resize(out, (width, height), interpolation=cv2.INTER_LINEAR)
        share = level[..., 3:]
        out = level[..., :3] + (1 - share) * under
    return np.asarray(out, np.float32)
