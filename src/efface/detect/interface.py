"""What a detector must do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes


@dataclass(frozen=True, slots=True)
class Detection:
    """One face: its box in pixels of the given picture, and how sure the detector is."""

    x: float
    y: float
    width: float
    height: float
    score: float
    """0 to 1."""
    quarter_turns: int = 0
    """Counter-clockwise turns of the picture in which it was seen."""
    surmised: bool = False
    """Its surroundings alone speak for it: the looks saw next to nothing of a face there."""


def detections(
    boxes: NDArray[np.float64],
    lie: NDArray[np.integer[Any]] | None = None,
    surmised: NDArray[np.bool_] | None = None,
) -> tuple[Detection, ...]:
    """Candidates as detections.

    Args:
        boxes: x, y, width, height, score; shape (n, 5).
        lie: quarter turns of the picture in which each was seen, shape (n,); left out, none.
        surmised: which of them are, likewise.
    """
    turns = np.zeros(len(boxes), int) if lie is None else lie
    marks = np.zeros(len(boxes), bool) if surmised is None else surmised
    return tuple(
        Detection(x, y, width, height, score, int(quarters), bool(mark))
        for (x, y, width, height, score), quarters, mark in zip(
            boxes.tolist(), turns, marks, strict=True
        )
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What one picture shows."""

    faces: tuple[Detection, ...] = ()
    """Best first."""
    doubtful: tuple[Detection, ...] = ()
    """What was nearly taken for a face, and lies in none: the likeliest first."""


class Detector(Protocol):
    """Finds faces in one picture."""

    @property
    def name(self) -> str:
        """Model, backend and precision as the report names them."""
        ...

    def detect(
        self, picture: NDArray[np.uint8], second: Boxes | None = None
    ) -> tuple[Detection, ...]:
        """Faces, best first.

        Args:
            picture: RGB, shape (height, width, 3), upright, 0 to 255.
            second: what ``second_look`` saw in it from ``SECOND_FLOOR`` on, by whoever has looked.
        """
        ...

    def findings(self, picture: NDArray[np.uint8], second: Boxes | None = None) -> Findings:
        """The same faces, and what was nearly taken for one."""
        ...
