"""A filling in the samples of a file: painted into a frame, and held against one that was written.

Every format has one rule that turns RGB into its samples; this is where it meets zones, turned
pictures and zones that overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.file import Picture
from efface.media.layers import View
from efface.media.orientation import Orientation
from efface.media.raster import UPRIGHT, as_stored, covered, same_outside, stripes
from efface.zones import painting
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

Convert = Callable[[NDArray[np.uint8]], NDArray[Any]]
"""From RGB, shape (..., 3), to the samples of a file: shape (...), or (..., channels). Each pixel
follows from its own colour alone."""

_WORKING_BYTES = 64
"""A pixel, while it is converted."""


@dataclass(frozen=True, slots=True)
class FilledZone:
    """What stands in one zone."""

    zone: Zone
    seen: NDArray[np.bool_]
    """Pixels of its rectangle that show it: of its shape, less what later zones cover."""
    colours: NDArray[np.uint8]
    """RGB of its rectangle, shape (height, width, 3), upright."""

    def converted(self, rows: slice, convert: Convert) -> NDArray[Any]:
        """The pixels that are seen in some rows, in the samples of a file, one after the other."""
        return np.asarray(convert(self.colours[rows][self.seen[rows]][None])[0])


class FrameFill:
    """What a filling puts into the zones of one frame."""

    def __init__(
        self, zones: Sequence[Zone], filling: Filling, picture: Callable[[], Picture]
    ) -> None:
        """Nothing is asked for before it is needed, and for a constant nothing but its colour.

        Args:
            zones: all of the frame, as they are filled.
            picture: the frame before it is filled, upright; outside the zones it must not follow
                from anything in them.
        """
        self.zones = tuple(zones)
        self.constant = filling.constant
        self._filling, self._picture = filling, picture

    @cached_property
    def parts(self) -> tuple[FilledZone, ...]:
        """Every zone with its picture.

        Raises:
            ValueError: the filling gave something else than a picture of the zone's size.
        """
        around = Surroundings(self._picture, self.zones)
        return tuple(
            FilledZone(zone, self._seen(place), self._pixels(zone, around))
            for place, zone in enumerate(self.zones)
            if not zone.rect.empty
        )

    def paint(
        self, samples: NDArray[Any], convert: Convert, orientation: Orientation = UPRIGHT
    ) -> None:
        """Paint the zones into a stored array in place."""
        if not self.zones:
            return
        upright = orientation.upright(samples)
        if self.constant is not None:
            painting.fill(upright, self.zones, self.value(convert))
            return
        for part in self.parts:
            r = part.zone.rect
            place = upright[r.y0 : r.y1, r.x0 : r.x1]
            for rows in stripes(r.height, r.width * _WORKING_BYTES):
                place[rows][part.seen[rows]] = part.converted(rows, convert)

    def holds(
        self,
        samples: NDArray[Any],
        convert: Convert,
        orientation: Orientation = UPRIGHT,
        view: View = as_stored,
    ) -> bool:
        """Whether the zones of a stored array show just this.

        Args:
            convert: into what ``view`` makes of samples.
        """
        upright = orientation.upright(samples)
        if self.constant is not None and self.zones:
            constant = self.value(convert)
            for zone in self.zones:
                r = zone.rect
                shown = view(upright[r.y0 : r.y1, r.x0 : r.x1])[zone.mask()]
                if (shown != constant).any():
                    return False
            return True
        for part in self.parts:
            r = part.zone.rect
            place = upright[r.y0 : r.y1, r.x0 : r.x1]
            for rows in stripes(r.height, r.width * _WORKING_BYTES):
                shown = view(place[rows])[part.seen[rows]]
                if (shown != part.converted(rows, convert)).any():
                    return False
        return True

    def check(
        self,
        samples: NDArray[Any],
        frame: int,
        convert: Convert,
        orientation: Orientation = UPRIGHT,
        view: View = as_stored,
    ) -> None:
        """
        Raises:
            VerificationError: the zones show something else.
        """
        if not self.holds(samples, convert, orientation, view):
            raise not_meant(frame)

    def value(self, convert: Convert) -> NDArray[Any]:
        """The constant in the samples of a file."""
        if self.constant is None:
            raise ValueError("this filling is no constant")
        return np.asarray(convert(np.array([[self.constant.rgb]], np.uint8))[0, 0])

    def colours(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Every colour that is seen, packed and ascending, and how many pixels have it."""
        if self.constant is not None and self.zones:
            return packed(np.array([self.constant.rgb], np.uint8)), np.ones(1, np.int64)
        seen = [packed(part.colours[part.seen]) for part in self.parts]
        together = np.concatenate([np.empty(0, np.uint32), *seen])
        found, counts = np.unique(together, return_counts=True)
        return found, counts.astype(np.int64)

    def _seen(self, place: int) -> NDArray[np.bool_]:
        zone = self.zones[place]
        r, out = zone.rect, zone.mask().copy()
        for later in self.zones[place + 1 :]:
            both, own = r.intersection(later.rect), later.rect
            if not both.empty:
                over = later.mask()[both.y0 - own.y0 : both.y1 - own.y0]
                over = over[:, both.x0 - own.x0 : both.x1 - own.x0]
                out[both.y0 - r.y0 : both.y1 - r.y0, both.x0 - r.x0 : both.x1 - r.x0] &= ~over
        return out

    def _pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        pixels = self._filling.pixels(zone, around)
        shape = (zone.rect.height, zone.rect.width, 3)
        if pixels.shape != shape or pixels.dtype != np.uint8:
            raise ValueError(
                f"expected a filling of {shape} uint8, got {pixels.shape} {pixels.dtype}"
            )
        return pixels


def not_meant(frame: int) -> VerificationError:
    """What is said when a zone shows something else than it was filled with."""
    return VerificationError(f"a zone of frame {frame} does not show what it was filled with.")


def packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Each colour as one number, shape (...), red highest."""
    red, green, blue = (rgb[..., i].astype(np.uint32) for i in range(3))
    return np.asarray(red << 16 | green << 8 | blue, np.uint32)


def unpacked(colours: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The inverse of ``packed``."""
    return (colours[..., None] >> np.array([16, 8, 0], np.uint32) & 255).astype(np.uint8)


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.int64]:
    """ITU-R BT.601 luma, 0 to 255, shape (...), as ``Colour.luma`` rounds it."""
    red, green, blue = (rgb[..., i].astype(np.float64) for i in range(3))
    return np.rint(0.299 * red + 0.587 * green + 0.114 * blue).astype(np.int64)


def levels(rgb: NDArray[np.uint8], bits: int, *, grey: bool, alpha: bool) -> NDArray[Any]:
    """RGB as unsigned samples of ``bits`` bits, rounded: shape (...), or (..., channels); alpha is
    opaque. The rule of the formats that have no other."""
    peak, kind = (1 << bits) - 1, np.uint8 if bits <= 8 else np.uint16
    colours = luma(rgb)[..., None] if grey else rgb
    out = (colours if bits == 8 else np.rint(colours * float(peak) / 255)).astype(kind, copy=False)
    if alpha:
        opaque = np.full((*out.shape[:-1], 1), peak, kind)
        out = np.concatenate([out, opaque], axis=-1)
    return out if out.shape[-1] > 1 else out[..., 0]


def verify_frame(
    ours: NDArray[Any],
    theirs: NDArray[Any],
    fill: FrameFill,
    frame: int,
    convert: Convert | None,
    *,
    orientation: Orientation = UPRIGHT,
    views: tuple[View, View] = (as_stored, as_stored),
) -> None:
    """Hold one written frame against the input's.

    Args:
        convert: into what theirs is compared by; ``None``: the zones are looked at elsewhere.
        views: by what ours and theirs are compared.

    Raises:
        VerificationError: a sample outside the zones differs, or a zone shows something else than
            it was filled with.
    """
    zones = fill.zones
    mask = covered(zones, ours.shape[1], ours.shape[0], orientation) if zones else None
    if not same_outside(ours, theirs, mask, views):
        raise VerificationError(f"samples of frame {frame} differ outside the zones.")
    if convert is not None:
        fill.check(theirs, frame, convert, orientation, views[1])
