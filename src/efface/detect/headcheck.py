"""A head seen with its surroundings: whether a candidate is one with a face, however hidden.

The two detectors look for what a face shows. Where a mask, sunglasses, a hand or the dark hide
that, the hair above it, the neck and the shoulders below it still say that a face is there. A small
network judges each candidate by a crop of more than twice its size, at one scale. Its first layers
are CenterFace's, which were trained on photographs; what they see is weighed anew.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.network import Network, Outputs
from efface.detect.tiling import Pyramid

CROP_PX = 64
"""Side of a crop."""

CONTEXT = 2.4
"""Side of a crop, in longer sides of the candidate's box: a face is 27 pixels high in it."""

STRIP = 32
"""Crops that are judged at once, below each other in one picture."""

_OUTPUT = "odds"


def crops(
    pyramid: Pyramid,
    boxes: NDArray[np.float64],
    side_px: int = CROP_PX,
    context: float = CONTEXT,
) -> NDArray[np.uint8]:
    """Candidates with their surroundings.

    Args:
        pyramid: the picture.
        boxes: x, y, width, height, …; shape (n, 4 or more), in the picture's pixels.
        side_px: of a crop.
        context: side of a crop in longer sides of a box.

    Returns:
        RGB, shape (n, side_px, side_px, 3); grey past the picture's edge.
    """
    out = np.empty((len(boxes), side_px, side_px, 3), np.uint8)
    for crop, (x, y, width, height) in zip(out, boxes[:, :4], strict=True):
        side = context * max(width, height)
        view = pyramid.view(max(0, int(np.floor(np.log2(side / side_px)))))
        scale = side_px / (side * view.scale)
        middle = np.array([x + width / 2, y + height / 2]) * view.scale
        shift = side_px / 2 - middle * scale
        # Pixel centres lie at whole numbers there, at halves here.
        matrix = np.array([[scale, 0, shift[0] + (scale - 1) / 2], [0, scale, 0]])
        matrix[1, 2] = shift[1] + (scale - 1) / 2
        cv2.warpAffine(
            view.pixels,
            matrix,
            (side_px, side_px),
            crop,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(127, 127, 127),
        )
    return out


@cache
def head_check(precision: str | None = None) -> Network:
    """The network; compiled once a process.

    Args:
        precision: ``f32`` or ``bf16``; left out, the best for this processor.
    """
    return Network("headcheck", "head check", outputs=(_OUTPUT,), precision=precision)


def head_odds(
    pyramid: Pyramid, boxes: NDArray[np.float64], quarter_turns: int = 0
) -> NDArray[np.float64]:
    """Log-odds of a face in each box, by the head check alone; shape (n,).

    Args:
        pyramid: the picture.
        boxes: x, y, width, height, …; shape (n, 4 or more), in the picture's pixels.
        quarter_turns: counter-clockwise, before looking.
    """
    cut = (crops(pyramid, boxes[i : i + STRIP]) for i in range(0, len(boxes), STRIP))
    if quarter_turns % 4:
        cut = (np.rot90(few, quarter_turns, axes=(1, 2)) for few in cut)
    strips = (np.ascontiguousarray(few).reshape(-1, CROP_PX, 3) for few in cut)
    return np.concatenate([np.zeros(0), *head_check().run(strips, decoded)])


def decoded(outputs: Outputs, _: tuple[int, int]) -> NDArray[np.float64]:
    """The network's log-odds of a strip of crops, shape (n,)."""
    return outputs[_OUTPUT].astype(np.float64)
