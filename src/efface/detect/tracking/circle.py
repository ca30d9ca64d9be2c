"""Places across an all-round video, which go on at the left where they end at the right.

A face that goes over the seam is followed as if the picture went on, so that its boxes move
steadily, round and round if need be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.media.file import Gray

Vector = NDArray[np.float64]

PAD = 0.25
"""Share of the whole by which luma pictures are continued at either side."""


@dataclass(frozen=True, slots=True)
class Circle:
    """How wide the whole is."""

    turn: float | None = None
    """Pixels all round; ``None``: the picture ends at its edges."""

    def apart(self, across: Vector) -> Vector:
        """Distances across, the short way round."""
        if self.turn is None:
            return across
        return np.asarray((across + self.turn / 2) % self.turn - self.turn / 2)

    def near(self, boxes: Vector, to: Vector) -> Vector:
        """Boxes moved by one and the same number of turns, so that the first is nearest to another.

        Args:
            boxes: x, y, width, height, …; shape (n, 4 or more) or (4 or more,).
            to: shape (4 or more,).
        """
        if self.turn is None:
            return boxes
        first = boxes if boxes.ndim == 1 else boxes[0]
        off = (first[0] + first[2] / 2) - (to[0] + to[2] / 2)
        moved = boxes.copy()
        moved[..., 0] -= np.round(off / self.turn) * self.turn
        return moved

    def home(self, boxes: Vector) -> Vector:
        """Boxes, each moved so that its centre lies in the picture."""
        if self.turn is None:
            return boxes
        moved = boxes.copy()
        middle = boxes[..., 0] + boxes[..., 2] / 2
        moved[..., 0] -= np.floor(middle / self.turn) * self.turn
        return moved

    def continued(self, gray: Gray) -> Gray:
        """A luma picture, continued at both sides."""
        if self.turn is None:
            return gray
        pad = round(gray.shape[1] * PAD)
        return np.pad(gray, ((0, 0), (pad, pad)), mode="wrap")

    def before_it(self, width: int) -> float:
        """Pixels of the video that a luma picture of so many pixels is continued at the left."""
        return 0.0 if self.turn is None else round(width * PAD) / width * self.turn


FLAT = Circle()
"""Of a usual picture, which ends at its edges."""
