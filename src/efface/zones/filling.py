"""What is put into zones. A method of redaction makes one; whoever writes a format takes it.

A filling is asked for upright 8-bit sRGB pixels; each format converts them by the rules that it
has for one colour. It may look at the surroundings alone: what it is shown of the picture is blank
where the zones of that frame lie, so that no filling can depend on what is covered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.geometry import Rect
from efface.zones.painting import fill
from efface.zones.zone import Zone

BLANK = 128
"""What stands in the zones of the surroundings, in every channel."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A frame that need not be had whole."""

    size: tuple[int, int]
    """(width, height), pixels, upright."""
    part: Callable[[Rect], NDArray[np.uint8]]
    """The pixels of a rectangle within it, RGB, writable, shape (rect.height, rect.width, 3)."""


class Surroundings:
    """The picture of one frame as a filling may see it: without what its zones cover."""

    def __init__(
        self,
        picture: Callable[[], NDArray[np.uint8]],
        zones: Sequence[Zone],
        parts: Parts | None = None,
    ) -> None:
        """Nothing is decoded before it is asked for.

        Args:
            picture: the upright frame, RGB, shape (height, width, 3).
            zones: all zones of this frame, as they are filled.
            parts: likewise by parts, where that is cheaper than the whole frame.
        """
        self._picture, self._zones, self._parts = picture, zones, parts
        self._blank: NDArray[np.uint8] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frame, pixels."""
        if self._parts is not None:
            return self._parts.size
        height, width = self.picture.shape[:2]
        return width, height

    def part(self, rect: Rect) -> NDArray[np.uint8]:
        """A part of ``picture``, shape (rect.height, rect.width, 3), read-only.

        Args:
            rect: within the picture.
        """
        if self._parts is None or self._blank is not None:
            return self.picture[rect.y0 : rect.y1, rect.x0 : rect.x1]
        shown = self._parts.part(rect)
        for zone in self._zones:
            both, own = zone.rect.intersection(rect), zone.rect
            if not both.empty:
                rows, columns = (
                    slice(both.y0 - own.y0, both.y1 - own.y0),
                    slice(both.x0 - own.x0, both.x1 - own.x0),
                )
                place = shown[both.y0 - rect.y0 : both.y1 - rect.y0]
                np.copyto(
                    place[:, both.x0 - rect.x0 : both.x1 - rect.x0],
                    np.uint8(BLANK),
                    where=zone.mask()[rows, columns][..., None],
                )
        shown.flags.writeable = False
        return shown

    @property
    def picture(self) -> NDArray[np.uint8]:
        """RGB, shape (height, width, 3), upright, read-only; ``BLANK`` in every zone."""
        if self._blank is None:
            self._blank = self._picture().copy()
            fill(self._blank, self._zones, BLANK)
            self._blank.flags.writeable = False
        return self._blank

    @property
    def zones(self) -> Sequence[Zone]:
        """All zones of the frame, in the order in which they are filled."""
        return self._zones

    def open(self, rect: Rect) -> NDArray[np.bool_]:
        """Which pixels of a rectangle lie in no zone, shape (rect.height, rect.width).

        Args:
            rect: within the picture.
        """
        out = np.ones((rect.height, rect.width), bool)
        for zone in self._zones:
            both, own = zone.rect.intersection(rect), zone.rect
            if not both.empty:
                rows = slice(both.y0 - own.y0, both.y1 - own.y0)
                inside = zone.mask()[rows, both.x0 - own.x0 : both.x1 - own.x0]
                rows = slice(both.y0 - rect.y0, both.y1 - rect.y0)
                out[rows, both.x0 - rect.x0 : both.x1 - rect.x0] &= ~inside
        return out


class Filling(ABC):
    """What stands in zones after a redaction. The same zones and surroundings give the same pixels:
    a file is checked by asking again."""

    @property
    def constant(self) -> Colour | None:
        """The one colour of every zone, if it is one: formats have a fast way for that."""
        return None

    @abstractmethod
    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        """What to paint into a zone's rectangle.

        Args:
            zone: as it is filled (grown to the format's blocks); its frame and track say which.

        Returns:
            Opaque RGB, shape (zone.rect.height, zone.rect.width, 3). What lies outside the zone's
            mask is not used. Where zones overlap, the later one covers the earlier.
        """


@dataclass(frozen=True, slots=True)
class ConstantFilling(Filling):
    """One colour, never computed from the picture."""

    colour: Colour

    @property
    def constant(self) -> Colour:
        return self.colour

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        shape = (zone.rect.height, zone.rect.width, 3)
        return np.broadcast_to(np.array(self.colour.rgb, np.uint8), shape)
