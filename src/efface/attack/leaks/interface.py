"""What an attack on the file must do. An implementation is one class in one file of this room.

The redacted file is held against its original: the auditor has both, the attacker only the first.
What is found here needs no recogniser: it is there, or it is not.

Rules for implementations:

* a leak is only claimed when it was seen in the file, never because a tool is known to leave one;
* the secret itself is never repeated in words;
* what is found but tells little by itself is a ``Leak`` that does not fail the gate (``fails``);
* no exception is swallowed: an attack that could not run is a failed run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Leak
from efface.attack.pair import Pair
from efface.geometry import Rect
from efface.media.file import MediaFile
from efface.regions import Box, Track


@dataclass(frozen=True, slots=True)
class Changed:
    """Pixels of one frame that the redaction changed: one zone."""

    rect: Rect
    """Smallest rectangle around them, inside the picture."""
    mask: NDArray[np.bool_]
    """Which pixels of ``rect``, shape (rect.height, rect.width)."""

    def __post_init__(self) -> None:
        if self.mask.shape != (self.rect.height, self.rect.width):
            raise ValueError(
                f"expected a mask of shape {(self.rect.height, self.rect.width)}, "
                f"got {self.mask.shape}"
            )


@dataclass(frozen=True)
class FileCase:
    """A redacted file and its original, known to belong together, and what is known of both."""

    pair: Pair
    zones: Mapping[int, tuple[Changed, ...]]
    """By frame: what was changed, told from the pixels of both files and not from what a redaction
    was meant to do. Holes are filled: a pixel that happens to have had the fill's colour belongs to
    the zone. A frame without zones may be missing."""
    faces: tuple[Track, ...]
    """Face boxes (not zones) in the original, through all frames; ``keep``: left on purpose."""

    @property
    def original(self) -> MediaFile:
        """The original file."""
        return self.pair.files[0]

    @property
    def redacted(self) -> MediaFile:
        """The redacted file."""
        return self.pair.files[1]

    @cached_property
    def _boxes(self) -> dict[int, list[tuple[str, Box]]]:
        out: dict[int, list[tuple[str, Box]]] = {}
        for track in self.faces:
            if track.action == "redact":
                for box in track.every_box():
                    out.setdefault(box.frame, []).append((track.id, box))
        return out

    def boxes(self, frame: int) -> tuple[tuple[str, Box], ...]:
        """Track and box of each face in a frame that is not to be kept."""
        return tuple(self._boxes.get(frame, ()))

    def covered(self, frame: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Pixels in any zone of a frame.

        Args:
            frame: its index.
            shape: (height, width) of the frame.
        """
        out = np.zeros(shape, bool)
        for zone in self.zones.get(frame, ()):
            r = zone.rect
            out[r.y0 : r.y1, r.x0 : r.x1] |= zone.mask
        return out


class FileAttack(ABC):
    """An attack on the file as a whole."""

    name: ClassVar[str]
    """Stable machine name, such as ``carried``."""
    title: ClassVar[str]
    """For people: what it does, in a few words."""

    def applies(self, case: FileCase) -> bool:
        """Whether there is anything for it to do."""
        return True

    @abstractmethod
    def search(self, case: FileCase) -> Sequence[Leak]:
        """Everything it found.

        Raises:
            InputError: a file cannot be read whole.
            RefusedError: one file has more frames than the other.
        """
