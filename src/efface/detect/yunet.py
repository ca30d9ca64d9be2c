"""YuNet, release 2023mar (Wu et al. 2023, MIT): small, and independent of CenterFace.

For each stride 8, 16, 32 it has heads ``cls_*`` and ``obj_*`` (their geometric mean is the score),
``bbox_*`` (centre's place in the cell, log size in cells) and ``kps_*`` (landmarks, unused), with
one row for each cell, row by row.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from efface.detect.boxes import Boxes, no_boxes, suppress
from efface.detect.network import Network, Outputs

STRIDES_PX = (8, 16, 32)

HEADS = tuple(f"{head}_{stride}" for head in ("cls", "obj", "bbox") for stride in STRIDES_PX)

DUPLICATE_OVERLAP = 0.4

_ROUNDING = 0.999
"""What a square root may lose to rounding, and more."""


@cache
def yunet() -> Network:
    """The network; compiled once a process. It was trained on BGR."""
    return Network("yunet", "YuNet 2023mar", outputs=HEADS, reverse_channels=True)


def decode(outputs: Outputs, shape: tuple[int, int], floor: float) -> Boxes:
    """Candidates of score ``floor`` and up, in pixels of the tile, duplicates removed.

    Args:
        outputs: the heads, each of shape (1, cells, channels).
        shape: (height, width) of the tile.
        floor: 0 to 1.
    """
    found = [no_boxes()]
    for stride in STRIDES_PX:
        seen, there = outputs[f"cls_{stride}"][0, :, 0], outputs[f"obj_{stride}"][0, :, 0]
        # nearly all cells are far below the floor: the rest of the arithmetic is for the others
        cell = np.flatnonzero(seen * there >= floor**2 * _ROUNDING)
        if not len(cell):
            continue
        scores = np.sqrt(np.clip(seen[cell], 0, 1) * np.clip(there[cell], 0, 1))
        cell, scores = cell[scores >= floor], scores[scores >= floor]
        place = outputs[f"bbox_{stride}"][0, cell].astype(np.float64)
        columns = shape[1] // stride
        centre_x = (cell % columns + place[:, 0]) * stride
        centre_y = (cell // columns + place[:, 1]) * stride
        width, height = np.exp(place[:, 2:4].T) * stride
        found.append(
            np.stack([centre_x - width / 2, centre_y - height / 2, width, height, scores], axis=1)
        )
    return suppress(np.concatenate(found), DUPLICATE_OVERLAP)
