"""What a face recogniser must do. An implementation is one class in one file of this room."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray


class Recogniser(ABC):
    """Turns aligned faces into templates that are alike for the same person."""

    name: str
    """Stable machine name, such as ``dlib-resnet``; templates are kept under it."""
    title: str
    """For people."""
    dimensions: int
    """Length of a template."""
    same: float | None = None
    """Cosine from which two pictures are taken to show one person; ``None``: not known."""

    @abstractmethod
    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Templates; what counts is the cosine between two.

        The same chip gives the same template to within rounding, whatever else is in the batch.

        Args:
            chips: RGB, shape (n, CHIP_PX, CHIP_PX, 3), aligned (``attack/alignment.py``).

        Returns:
            Shape (n, ``dimensions``), rows of unit length.

        Raises:
            ValueError: the chips have another shape.
        """


def checked(chips: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The chips, if they are what ``embed`` takes.

    Raises:
        ValueError: they are not.
    """
    if chips.dtype != np.uint8 or chips.shape[1:] != (side, side, 3):
        raise ValueError(
            f"expected 8-bit chips of shape (n, {side}, {side}, 3), got {chips.dtype} {chips.shape}"
        )
    return chips


def unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
