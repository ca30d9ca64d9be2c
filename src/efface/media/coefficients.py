"""The quantised DCT coefficients of a photo that is coded block by block (ITU-T T.81)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.media.orientation import Orientation


@dataclass(frozen=True, slots=True)
class JpegComponent:
    """One colour component of the frame."""

    id: int
    h: int
    """Horizontal sampling factor, 1 to 4."""
    v: int
    table: int
    """Number of its quantisation table."""


@dataclass(frozen=True, slots=True)
class JpegFrame:
    """What the frame header says."""

    marker: int
    width: int
    """Stored size in pixels."""
    height: int
    components: tuple[JpegComponent, ...]

    @property
    def progressive(self) -> bool:
        return self.marker in (0xC2, 0xCA)

    @property
    def arithmetic(self) -> bool:
        return self.marker in (0xC9, 0xCA)

    @property
    def mcu(self) -> tuple[int, int]:
        """Width and height of a minimum coded unit, pixels.

        A single component has units of one block whatever its sampling factors (T.81, A.2.2).
        """
        if len(self.components) == 1:
            return 8, 8
        return 8 * max(c.h for c in self.components), 8 * max(c.v for c in self.components)

    def blocks_per_mcu(self, component: int) -> tuple[int, int]:
        """Blocks of a component in a unit, across and down."""
        if len(self.components) == 1:
            return 1, 1
        return self.components[component].h, self.components[component].v

    @property
    def layout(self) -> tuple[tuple[int, int, int], ...]:
        """Id and sampling factors of each component (a single one's factors mean nothing)."""
        if len(self.components) == 1:
            return ((self.components[0].id, 1, 1),)
        return tuple((c.id, c.h, c.v) for c in self.components)

    @property
    def spill(self) -> tuple[int, int]:
        """How far a subsampled colour sample reaches when a reader smooths it, pixels: one sample
        of the coarsest component, and nothing along an axis that is not subsampled."""
        wide = max(c.h for c in self.components) / min(c.h for c in self.components)
        high = max(c.v for c in self.components) / min(c.v for c in self.components)
        return (math.ceil(wide) if wide > 1 else 0), (math.ceil(high) if high > 1 else 0)


Take = Callable[[int, int, NDArray[np.int16]], None]
"""Given a component, a row of its blocks from the top and these blocks, shape (blocks, 64) in
natural order (not zigzag); valid during the call and not to be changed. Rows that only fill up the
last units (T.81, A.2.4) come, too."""


@dataclass(frozen=True, slots=True, eq=False)
class DctCoefficients:
    """The coefficients of one photo, and what decides what they look like."""

    frame: JpegFrame
    orientation: Orientation
    """What turns the stored picture upright."""
    tables: tuple[tuple[int, ...], ...]
    """Quantisation table of each component: 64 steps in zigzag order."""
    transform: int | None
    """Adobe's colour transform; ``None``: it is not stated."""
    jfif: bool
    """There is a JFIF segment."""
    adobe_rgb: bool
    """EXIF says that the colours are Adobe RGB."""
    profile: bytes | None
    """The cleaned ICC profile."""
    walk: Callable[[Take], None]
    """Decode them all, component by component within a row of units.

    Raises ``InputError`` where the file cannot be decoded whole.
    """

    @property
    def is_rgb(self) -> bool:
        """Three components are RGB and not YCbCr, by libjpeg's rules (jdapimin.c)."""
        if self.jfif:
            return False
        if self.transform is not None:
            return self.transform == 0
        return bytes(c.id for c in self.frame.components) == b"RGB"
