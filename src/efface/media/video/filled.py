"""Zones filled in the samples of a decoded frame.

The samples outside the zones are never touched: no conversion to RGB takes place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import PixelLayout, PlaneComponent, stored_rect
from efface.media.video.signal import Signal
from efface.policy import Colour
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class PlaneFill:
    """One constant colour in the samples of a layout."""

    layout: PixelLayout
    values: tuple[int, ...]
    """In use bits, one a component."""

    @classmethod
    def of(cls, colour: Colour, layout: PixelLayout, signal: Signal) -> PlaneFill:
        """An sRGB colour in a layout."""
        peak = (1 << layout.bits) - 1
        wanted = {"a": peak, **signal.encode(colour, layout.bits, layout.coloured_by_matrix)}
        return cls(layout, tuple(wanted[c.role] for c in layout.components))

    def paint(self, frame: av.VideoFrame, zones: Iterable[Zone], orientation: Orientation) -> None:
        """Fill upright zones in a writable frame that is stored turned.

        A chroma sample is filled as soon as a pixel of it lies in a zone.
        """
        stored = [_stored(zone, orientation, frame.width, frame.height) for zone in zones]
        for component, value in zip(self.layout.components, self.values, strict=True):
            samples = self.layout.samples(frame, component)
            for rect, mask in stored:
                part, touched = _subsampled(rect, mask, component)
                target = samples[part.y0 : part.y1, part.x0 : part.x1]
                if touched is None:
                    target[...] = value << self.layout.shift
                else:
                    target[touched] = value << self.layout.shift


def _stored(
    zone: Zone, orientation: Orientation, width: int, height: int
) -> tuple[Rect, NDArray[np.bool_] | None]:
    rect = stored_rect(zone.rect, orientation, width, height)
    return rect, None if zone.shape == "box" else orientation.stored(zone.mask())


def _subsampled(
    rect: Rect, mask: NDArray[np.bool_] | None, component: PlaneComponent
) -> tuple[Rect, NDArray[np.bool_] | None]:
    """A stored zone on the samples of a component, grown to all that it touches."""
    x, y = component.log2_x, component.log2_y
    part = Rect(rect.x0 >> x, rect.y0 >> y, -(-rect.x1 >> x), -(-rect.y1 >> y))
    if mask is None or not (x or y):
        return part, mask
    padded = np.zeros((part.height << y, part.width << x), bool)
    top, left = rect.y0 - (part.y0 << y), rect.x0 - (part.x0 << x)
    padded[top : top + rect.height, left : left + rect.width] = mask
    cells = padded.reshape(part.height, 1 << y, part.width, 1 << x)
    return part, np.asarray(cells.any(axis=(1, 3)))
