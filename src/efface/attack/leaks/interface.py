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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Leak, Pixels
from efface.errors import InputError
from efface.geometry import Rect
from efface.media.interface import Photo
from efface.media.video.damage import clock
from efface.media.video.interface import Movie
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


@dataclass(frozen=True, slots=True)
class LeakFrames:
    """One frame of both files."""

    index: int
    pts: int | None
    """In the original's time base; ``None`` for photos."""
    original: Pixels
    redacted: Pixels


@dataclass(frozen=True)
class LeakPair:
    """A redacted file and its original, known to belong together."""

    redacted: Photo | Movie
    original: Photo | Movie
    zones: Mapping[int, tuple[Changed, ...]]
    """By frame: what was changed, told from the pixels of both files and not from what a redaction
    was meant to do. Holes are filled: a pixel that happens to have had the fill's colour belongs to
    the zone. A frame without zones may be missing."""
    faces: tuple[Track, ...]
    """Face boxes (not zones) in the original, through all frames; ``keep``: left on purpose."""

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

    @property
    def is_video(self) -> bool:
        """Whether the files are videos."""
        return isinstance(self.original, Movie)

    def covered(self, frame: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Pixels in any zone of a frame.

        Args:
            shape: (height, width) of the frame.
        """
        out = np.zeros(shape, bool)
        for zone in self.zones.get(frame, ()):
            r = zone.rect
            out[r.y0 : r.y1, r.x0 : r.x1] |= zone.mask
        return out

    def frames(self) -> Iterator[LeakFrames]:
        """Both files' frames in step.

        Raises:
            InputError: one of them cannot be decoded whole, or they have not as many frames.
        """
        if isinstance(self.original, Movie) and isinstance(self.redacted, Movie):
            yield from _in_step(self.original, self.redacted)
        elif isinstance(self.original, Photo) and isinstance(self.redacted, Photo):
            if len(self.original.sizes) != len(self.redacted.sizes):
                raise _uneven(self.redacted)
            for index in range(len(self.original.sizes)):
                pictures = self.original.picture(index), self.redacted.picture(index)
                yield LeakFrames(index, None, *pictures)
        else:
            raise InputError("one is a photo, the other a video.", path=self.redacted.path)

    def place(self, frame: int, pts: int | None = None) -> str:
        """A frame as a person finds it: ``frame 112 (0:00:04.480)``, ``page 2``."""
        if isinstance(self.original, Movie):
            if pts is None:
                return f"frame {frame}"
            return f"frame {frame} ({clock(pts * self.original.coding.time_base)})"
        return f"page {frame + 1}" if len(self.original.sizes) > 1 else "the picture"


def _in_step(original: Movie, redacted: Movie) -> Iterator[LeakFrames]:
    ours, theirs = original.frames(), redacted.frames()
    while True:
        one, other = next(ours, None), next(theirs, None)
        if one is None and other is None:
            return
        if one is None or other is None:
            raise _uneven(redacted)
        yield LeakFrames(one.index, one.pts, one.picture(), other.picture())


def _uneven(redacted: Photo | Movie) -> InputError:
    return InputError("it has not as many frames as its original.", path=redacted.path)


class FileAttack(ABC):
    """An attack on the file as a whole."""

    name: ClassVar[str]
    """Stable machine name, such as ``carried``."""
    title: ClassVar[str]
    """For people: what it does, in a few words."""

    def applies(self, pair: LeakPair) -> bool:
        """Whether there is anything for it to do."""
        return True

    @abstractmethod
    def search(self, pair: LeakPair) -> Sequence[Leak]:
        """Everything it found.

        Raises:
            InputError: a file cannot be read whole.
        """
