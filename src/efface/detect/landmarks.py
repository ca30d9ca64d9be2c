"""Eyes, nose and mouth corners, by YuNet's heads ``kps_*`` (Wu et al. 2023).

They are read by a network of their own: the search for faces has no use for them and is quicker
without.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.detect.network import Network, Outputs
from efface.detect.yunet import HEADS, STRIDES_PX

POINTS = 5
"""Right eye, left eye, tip of the nose, right and left corner of the mouth; right and left as the
person has them, so that the right eye is on the left of a picture of a face turned towards it."""

_HEADS = (*HEADS, *(f"kps_{stride}" for stride in STRIDES_PX))

Faces = NDArray[np.float64]
"""Shape (n, 15): x, y, width, height, score, then x and y of each point; in pixels of the tile."""


@cache
def landmark_network(precision: str | None = None) -> Network:
    """The network; compiled once a process. It was trained on BGR.

    Args:
        precision: ``f32`` or ``bf16``; left out, the best for this processor.
    """
    return Network(
        "yunet", "YuNet 2023mar", outputs=_HEADS, reverse_channels=True, precision=precision
    )


def decode(outputs: Outputs, shape: tuple[int, int], floor: float) -> Faces:
    """Every candidate of score ``floor`` and up, best first; duplicates are not removed.

    Args:
        outputs: the heads, each of shape (1, cells, channels).
        shape: (height, width) of the tile.
        floor: 0 to 1.
    """
    found = []
    for stride in STRIDES_PX:
        face = outputs[f"cls_{stride}"][0, :, 0]
        thing = outputs[f"obj_{stride}"][0, :, 0]
        scores = np.sqrt(np.clip(face, 0, 1) * np.clip(thing, 0, 1))
        cell = np.nonzero(scores >= floor)[0]
        columns = shape[1] // stride
        corner = np.stack([cell % columns, cell // columns], axis=1)
        place = outputs[f"bbox_{stride}"][0, cell].astype(np.float64)
        points = outputs[f"kps_{stride}"][0, cell].astype(np.float64).reshape(-1, POINTS, 2)
        centre = (corner + place[:, :2]) * stride
        size = np.exp(place[:, 2:4]) * stride
        found.append(
            np.concatenate(
                [
                    centre - size / 2,
                    size,
                    scores[cell, None],
                    ((corner[:, None] + points) * stride).reshape(-1, 2 * POINTS),
                ],
                axis=1,
            )
        )
    faces = np.concatenate(found)
    return faces[np.argsort(-faces[:, 4], kind="stable")]
