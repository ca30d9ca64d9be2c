"""What photos and videos have in common, once they are opened."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from efface.media.families import Kind
from efface.media.source import Source
from efface.media.trace import Trace
from efface.regions import Media

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3), upright, 0 to 255."""

Gray = NDArray[np.uint8]
"""Luma, shape (height, width), upright, 0 to 255."""


class Frame(ABC):
    """One page, or one frame that is shown; pictures are decoded when they are asked for."""

    index: int

    @property
    @abstractmethod
    def time(self) -> Fraction | None:
        """When it begins to show by the file's own clock, seconds; ``None``: a photo has no
        times."""

    @abstractmethod
    def picture(self, halvings: int = 0) -> Picture:
        """RGB, upright, uint8, at 1 / 2**halvings of the size (each side rounded up).

        Raises:
            InputError: the frame cannot be decoded whole.
        """

    @abstractmethod
    def gray(self, width: int, height: int) -> Gray:
        """Luma of the upright picture, scaled to width x height pixels, uint8.

        Raises:
            InputError: the frame cannot be decoded whole.
        """


class MediaFile(ABC):
    """A photo or a video, opened: its sizes are known and within the limits."""

    source: Source
    """The file it is read from."""
    kind: ClassVar[Kind]
    format: str
    """Name of the format as a person says it: ``JPEG``, ``Matroska``, …"""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.source.path

    @property
    def sha256(self) -> str:
        """Of the file, hexadecimal; taken once.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        return self.source.sha256

    @abstractmethod
    def media(self) -> Media:
        """As a regions document names it; of a video as many ``frames`` as its index says.

        Raises:
            InputError: the file cannot be read, or changed since it was opened.
        """

    @abstractmethod
    def frames(self, *, allow_damaged: bool = False) -> Iterator[Frame]:
        """Every page or shown frame, in order.

        Args:
            allow_damaged: of a video, yield a solid frame for one that cannot be decoded whole.

        Raises:
            InputError: a frame of a video is missing or cannot be decoded whole; the message names
                the frame and its time.
        """

    @abstractmethod
    def findings(self) -> tuple[Trace, ...]:
        """What the file carries besides its visible pixels, and its sound."""
