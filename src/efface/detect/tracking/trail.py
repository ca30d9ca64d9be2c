"""A face followed out of sight, forwards or back, frame by frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.tracking.flow import follow
from efface.media.file import Gray

PATCH = 16
"""Side of the pictures of faces that are compared, pixels."""

ALIKE = 0.5
"""Correlation from which a followed box still shows the face and not what passes before it."""

LEARNT = 0.2
"""Share by which the picture of a face follows its changes from frame to frame."""

GROWN = 1.3
"""A face is lost when it seems to have grown or shrunk by this factor since it was seen."""

SLOWING = 0.9
"""Share of its speed that a face keeps from frame to frame once its points are lost."""

Vector = NDArray[np.float64]


class Trail:
    """Where a face goes from where it was seen."""

    def __init__(self, gray: Gray, box: Vector, velocity: Vector, scale: Vector) -> None:
        """
        Args:
            gray: luma of the frame in which it was seen.
            box: x, y, width, height in pixels of the frame.
            velocity: pixels of the frame from frame to frame, x and y.
            scale: pixels of the luma picture for each of the frame, x and y.
        """
        self.box, self.velocity = box, velocity
        self.coasted = 0
        """Frames since its points were lost: it goes on as it moved."""
        self._scale = np.tile(scale, 2)
        self._size = box[2:]
        self._patch = self._shown(gray, box)

    def step(self, before: Gray, after: Gray) -> Vector:
        """Its box in the next frame.

        Args:
            before: luma of the frame that it has come to.
            after: luma of the next one.
        """
        moved = None
        if not self.coasted:
            moved = follow(before, after, self.box * self._scale)
        if moved is not None and self._holds(after, moved / self._scale):
            there = moved / self._scale
            self.velocity = centre(there) - centre(self.box)
        else:
            self.coasted += 1
            self.velocity = self.velocity * SLOWING
            there = np.concatenate([self.box[:2] + self.velocity, self.box[2:]])
        self.box = there
        return there

    def _holds(self, gray: Gray, box: Vector) -> bool:
        """Whether a followed box still shows the face; what a face shows changes slowly."""
        if np.abs(np.log(box[2:] / self._size)).max() > np.log(GROWN):
            return False
        patch = self._shown(gray, box)
        if float(patch @ self._patch) < ALIKE:
            return False
        mixed = self._patch + LEARNT * (patch - self._patch)
        self._patch = np.asarray(mixed / np.linalg.norm(mixed))
        return True

    def _shown(self, gray: Gray, box: Vector) -> NDArray[np.float32]:
        """What a box shows, without its mean and of unit length; shape (n,)."""
        x, y, width, height = box * self._scale
        size = max(2, round(float(width))), max(2, round(float(height)))
        shown = cv2.getRectSubPix(gray, size, (float(x + width / 2), float(y + height / 2)))
        small = cv2.resize(shown, (PATCH, PATCH), interpolation=cv2.INTER_AREA).ravel()
        plain = small.astype(np.float32) - small.mean()
        return np.asarray(plain / max(float(np.linalg.norm(plain)), 1e-3))


def centre(box: Vector) -> Vector:
    """The middle of a box, x and y."""
    return np.asarray(box[:2] + box[2:4] / 2)
