"""A face that is being followed, and its next sighting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from efface.detect.tracking.interface import Path
from efface.detect.tracking.trail import Trail, centre


@dataclass(slots=True, eq=False)
class Face:
    """A face being followed."""

    first: int
    scene: int
    boxes: list[NDArray[np.float64]]
    scores: list[float]
    asked: int = 0
    vouched: int = 0
    deep: int = 0
    slant: int = 0
    """Degrees by which the picture was turned when it was seen last, counter-clockwise."""
    missed: int = 0
    """Looks that have not seen it since."""
    aided: int = 0
    """Closer looks alone that have seen it since one at the whole picture did."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    """Pixels from frame to frame."""
    trail: Trail | None = None
    """Since it was last seen."""
    unseen: int = 0
    """Frames since it was last seen, as far as it was followed."""
    times_seen: int = 1
    reached_back: bool = False

    @property
    def last(self) -> int:
        return self.first + len(self.boxes) - 1

    def expected(self, frame: int) -> NDArray[np.float64]:
        """Where it should be in a later frame."""
        box = self.boxes[-1].copy()
        box[:2] += self.velocity * (frame - self.last)
        return box

    def path(self) -> Path:
        return Path(
            self.first,
            np.array(self.boxes),
            np.array(self.scores),
            self.asked,
            self.vouched,
            self.scene,
            self.deep,
        )


def saw(face: Face, frame: int, box: NDArray[np.float64]) -> None:
    """Take a candidate as the face's box in a frame; the frames since the last box lie between."""
    away = frame - face.last
    off = box[:4] - face.expected(frame)
    for k in range(1, face.unseen + 1):
        face.boxes[-k] = face.boxes[-k] + off * (face.unseen + 1 - k) / (face.unseen + away)
    last = face.boxes[-1]
    for step in range(1, away):
        face.boxes.append(last + (box[:4] - last) * (step / away))
        face.scores.append(np.nan)
    face.velocity = (centre(box) - centre(last)) / away
    face.boxes.append(box[:4].copy())
    face.scores.append(float(box[4]))
    face.unseen, face.missed, face.trail = 0, 0, None
    face.times_seen += 1
