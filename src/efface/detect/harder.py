"""The last looks at a picture in which no face was found, before anyone is told so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect.boxes import Boxes, no_boxes, suppress
from efface.detect.light import stretched
from efface.detect.passes import CENTERFACE, SAME_FACE, YUNET, look
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid

LAST_THRESHOLD = 0.8
"""Score from which a face counts here. These looks see what the networks were not trained on, so
that lower ones would mostly be false."""

LAST_MEGAPIXELS = 1.5
"""The picture is halved until it has at most this many."""

SLANT_DEGREES = 45.0
"""Between two quarter turns; YuNet and CenterFace find heads slanted by less on their own."""


def last_looks(pyramid: Pyramid) -> Boxes:
    """Faces in the picture stretched to full contrast, enlarged, and slanted either way.

    Args:
        pyramid: the picture.

    Returns:
        Boxes in the picture's pixels. For a slanted head the box is as large as that of the same
        head upright, about the same centre.
    """
    view = pyramid.view(pyramid.within(LAST_MEGAPIXELS))
    clear = stretched(view.pixels)
    plain = Pyramid(clear)
    found = [look(model, plain.enlarged(2.0), LAST_THRESHOLD) for model in (CENTERFACE, YUNET)]
    slanted = Pyramid(_slanted(clear))
    for turns in range(4):
        boxes = second_look(slanted, LAST_THRESHOLD, quarter_turns=turns)
        found.append(_straightened(boxes, slanted.picture, clear))
    boxes = suppress(np.concatenate([no_boxes(), *found]), SAME_FACE)
    boxes[:, :4] /= view.scale
    return boxes


def _slanted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    turned = Image.fromarray(np.ascontiguousarray(picture)).rotate(
        SLANT_DEGREES, Image.Resampling.BILINEAR, expand=True, fillcolor=(127, 127, 127)
    )
    return np.asarray(turned)


def _straightened(boxes: Boxes, slanted: NDArray[np.uint8], picture: NDArray[np.uint8]) -> Boxes:
    """Boxes of a slanted picture about the same points of the straight one."""
    angle = np.deg2rad(SLANT_DEGREES)
    centre = boxes[:, :2] + boxes[:, 2:4] / 2 - np.array(slanted.shape[1::-1]) / 2
    x = centre[:, 0] * np.cos(angle) - centre[:, 1] * np.sin(angle) + picture.shape[1] / 2
    y = centre[:, 0] * np.sin(angle) + centre[:, 1] * np.cos(angle) + picture.shape[0] / 2
    out = boxes.copy()
    out[:, 0], out[:, 1] = x - boxes[:, 2] / 2, y - boxes[:, 3] / 2
    return out
