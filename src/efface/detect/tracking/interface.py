"""What the steps of tracking hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.turned import Turned
from efface.media.file import Gray, Picture
from efface.sphere.picture import Sphere

Look = Literal["none", "light", "full", "deep"]
"""How a frame was looked at: not by a detector, by the second detector in a smaller copy, by it at
full size, or by all that a photo gets."""


@dataclass(frozen=True, slots=True)
class SeenFrame:
    """What was seen in one frame."""

    frame: int
    pts: int
    look: Look
    boxes: Boxes = field(default_factory=no_boxes)
    """Candidates, in pixels of the upright picture; shape (n, 5)."""
    deep: int = 0
    """So many of them, the first, are faces by the word of the other network; the others are what
    the second detector alone saw."""
    cut: bool = False
    """A scene begins with this frame."""
    gray: Gray | None = None
    """The picture for following points, smaller."""
    picture: Picture | None = None
    """What was looked at, the frame or a smaller copy."""
    shrunk: int = 1
    """Pixels of the frame, along one axis, for each of ``picture``."""
    turned: Turned | None = None
    """How each candidate lies; left out, all are upright."""

    sphere: Sphere | None = None
    """Where the frame lies on the sphere; boxes are those of its map then. ``None``: it is flat."""

    @property
    def lie(self) -> Turned:
        """How each of the candidates lies."""
        return np.zeros(len(self.boxes), np.int8) if self.turned is None else self.turned


@dataclass(frozen=True, slots=True)
class Path:
    """One face followed through consecutive frames; n of them from ``first`` on."""

    first: int
    boxes: NDArray[np.float64]
    """x, y, width, height in pixels of the upright picture; shape (n, 4)."""
    scores: NDArray[np.float64]
    """The detector's, 0 to 1; not a number where the face was followed and not seen. Shape (n,)."""
    asked: int
    """Times that the other network was asked about it."""
    vouched: int
    """Times that it saw a face too."""
    scene: int
    """Number of the scene it lies in."""
    deep: int = 0
    """Times that it was seen by the word of the other network in a deep look."""

    @property
    def last(self) -> int:
        """Its last frame."""
        return self.first + len(self.boxes) - 1

    @property
    def seen(self) -> NDArray[np.intp]:
        """Offsets from ``first`` of the frames in which a detector saw it."""
        return np.flatnonzero(~np.isnan(self.scores))
