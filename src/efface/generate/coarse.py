"""A linear model of heads seen coarsely: where hair, skin and neck lie, and in which colours.

Fitted to AI-generated portraits (``training/coarse.py``), cut out and without what lies around
them. Given where a face is and how it is turned, numbers drawn at random say what stands around
it: a few colours in a few cells, in the light of a studio. What they look like in a scene's own
light, and how hair ends, is left to the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.weights import weight

WEIGHTS = "coarse"

COLUMNS, ROWS = 12, 16
"""Cells of a canvas."""
CHANNELS = 4
"""Premultiplied red, green and blue, and how much of a cell is head; 0 to 1."""

SPREAD = 1.0
"""Of the numbers that are drawn: as portraits have them."""
LONGEST = 2.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class CoarseHeads:
    """The model; arrays as ``training/coarse.py`` writes them."""

    mean: Floats
    """Of heads, shape (CHANNELS * ROWS * COLUMNS,)."""
    axes: Floats
    """Along which heads vary, of length 1, shape (k, CHANNELS * ROWS * COLUMNS)."""
    follows: Floats
    """From a face seen as coarsely to numbers along the axes, shape (2 * ROWS * COLUMNS + 1, k)."""
    free: Floats
    """From independent numbers to what of them does not follow from the face, shape (k, k)."""

    @classmethod
    def read(cls, data: dict[str, NDArray[np.generic]]) -> CoarseHeads:
        """From the arrays of the model's file."""
        return cls(**{name: np.asarray(data[name], np.float32) for name in data})

    def kept(self, head: Floats) -> Floats:
        """What the axes keep of a head, shape (CHANNELS, ROWS, COLUMNS) as it is given."""
        return self._head(self.axes @ (head.ravel() - self.mean))

    def drawn(self, light: Floats, cover: Floats, random: np.random.Generator) -> Floats:
        """A head for a face, drawn at random.

        Args:
            light: of the face on its canvas, as ``likeness`` draws it.
            cover: 1 where the face is.
            random: where the numbers come from.

        Returns:
            Shape (CHANNELS, ROWS, COLUMNS).
        """
        numbers = random.standard_normal(len(self.axes)).astype(np.float32)
        drawn = np.clip(SPREAD * numbers, -LONGEST, LONGEST) @ self.free
        return self._head(face_coarsely(light, cover) @ self.follows + drawn)

    def _head(self, numbers: Floats) -> Floats:
        out = (self.mean + numbers @ self.axes).reshape(CHANNELS, ROWS, COLUMNS)
        return np.asarray(np.clip(out, 0, 1), np.float32)


def face_coarsely(light: Floats, cover: Floats) -> Floats:
    """A face as the model is told of it, shape (2 * ROWS * COLUMNS + 1,)."""
    both = np.dstack([light * cover, cover]).astype(np.float32)
    small = cv2.resize(both, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.append(small.transpose(2, 0, 1).ravel(), np.float32(1))


def on_canvas(head: Floats, size: tuple[int, int]) -> Floats:
    """A coarse head as large as a canvas, smooth, shape (height, width, CHANNELS).

    Args:
        head: shape (CHANNELS, ROWS, COLUMNS).
        size: (width, height).
    """
    cells = np.ascontiguousarray(head.transpose(1, 2, 0))
    return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR), np.float32)


@cache
def coarse_heads() -> CoarseHeads:
    """The model that efface carries; read once a process."""
    with np.load(BytesIO(weight(WEIGHTS).read_bytes())) as data:
        return CoarseHeads.read(dict(data))
