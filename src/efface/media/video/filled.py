"""Zones filled in the samples of a decoded frame.

The samples outside the zones are never touched: what is filled in is converted, the frame is not. A
filling that looks at its surroundings is shown the frame with its zones blank: they are blanked in
the samples themselves, before anything is converted, so that not even a chroma sample that reaches
across a zone's edge tells of what is covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import PixelLayout, PlaneComponent, stored_rect
from efface.media.video.signal import Signal
from efface.policy import Colour
from efface.zones.filling import BLANK, Filling, Parts, Surroundings
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class PlaneFill:
    """A filling in the samples of a layout."""

    filling: Filling
    layout: PixelLayout
    signal: Signal
    orientation: Orientation
    values: tuple[int, ...]
    """The constant colour, or that of blank zones, in use bits, one a component."""

    @classmethod
    def of(
        cls, filling: Filling, layout: PixelLayout, signal: Signal, orientation: Orientation
    ) -> PlaneFill:
        """What fills the zones of frames that are stored turned, in a layout."""
        colour = filling.constant or Colour(BLANK, BLANK, BLANK)
        peak = (1 << layout.bits) - 1
        wanted = {"a": peak, **signal.encode(colour, layout.bits, layout.coloured_by_matrix)}
        values = tuple(wanted[c.role] for c in layout.components)
        return cls(filling, layout, signal, orientation, values)

    @property
    def constant(self) -> bool:
        """Every zone has one colour."""
        return self.filling.constant is not None

    def paint(self, frame: av.VideoFrame, zones: Sequence[Zone]) -> None:
        """Fill upright zones in a writable frame.

        A chroma sample is filled as soon as a pixel of it lies in a zone: with the mean of its
        pixels that do.

        Raises:
            ValueError: the filling gives pixels of another shape than it is asked for.
        """
        if self.constant:
            self._paint_values(frame, zones)
            return
        around = self.surroundings(frame, zones)
        asked = [self.filling.pixels(zone, around) for zone in zones]
        for zone, pixels in zip(zones, asked, strict=True):
            self._paint_pixels(frame, zone, pixels)

    def surroundings(self, frame: av.VideoFrame, zones: Sequence[Zone]) -> Surroundings:
        """What a filling may see of a writable frame, whose zones are blank from then on."""
        self._paint_values(frame, zones)
        upright = self.orientation.upright_size(frame.width, frame.height)
        parts = Parts(upright, lambda rect: self._part(frame, rect))
        return Surroundings(lambda: self._part(frame, Rect(0, 0, *upright)), zones, parts)

    def apart(
        self, frame: av.VideoFrame, cores: Sequence[Rect]
    ) -> Iterator[tuple[Rect, int, float]]:
        """How far the samples in stored rectangles lie from the constant, component by component.

        Returns:
            The rectangle; of the farthest sample, and of their mean, in use bits. Rectangles
            without a whole sample are left out.
        """
        layout = self.layout
        for component, value in zip(layout.components, self.values, strict=True):
            x, y = component.log2_x, component.log2_y
            samples = layout.samples(frame, component)
            for core in cores:
                part = samples[-(-core.y0 >> y) : core.y1 >> y, -(-core.x0 >> x) : core.x1 >> x]
                if not part.size:
                    continue
                low, high, *_ = cv2.minMaxLoc(part)
                ends = (int(low) >> layout.shift, int(high) >> layout.shift)
                mean = abs(cv2.mean(part)[0] / (1 << layout.shift) - value)
                yield core, max(value - ends[0], ends[1] - value), mean

    def touched(
        self, zone: Zone, component: PlaneComponent, width: int, height: int
    ) -> tuple[Rect, NDArray[np.bool_] | None]:
        """The samples of a component that a zone fills.

        Args:
            width: of the stored frame, pixels; ``height`` as well.

        Returns:
            Their rectangle, and which of it; ``None``: all.
        """
        return _subsampled(*_stored(zone, self.orientation, width, height), component)

    def _paint_values(self, frame: av.VideoFrame, zones: Iterable[Zone]) -> None:
        stored = [_stored(zone, self.orientation, frame.width, frame.height) for zone in zones]
        for component, value in zip(self.layout.components, self.values, strict=True):
            samples = self.layout.samples(frame, component)
            for rect, mask in stored:
                part, touched = _subsampled(rect, mask, component)
                target = samples[part.y0 : part.y1, part.x0 : part.x1]
                if touched is None:
                    target[...] = value << self.layout.shift
                else:
                    target[touched] = value << self.layout.shift

    def _part(self, frame: av.VideoFrame, upright: Rect) -> NDArray[np.uint8]:
        """The pixels of a rectangle, RGB, upright."""
        rect = stored_rect(upright, self.orientation, frame.width, frame.height)
        samples: dict[str, NDArray[Any]] = {}
        for component in self.layout.components:
            x, y = component.log2_x, component.log2_y
            own, _ = _subsampled(rect, None, component)
            part = self.layout.samples(frame, component)[own.y0 : own.y1, own.x0 : own.x1]
            whole = (part >> self.layout.shift).repeat(1 << y, 0).repeat(1 << x, 1)
            top, left = rect.y0 - (own.y0 << y), rect.x0 - (own.x0 << x)
            samples[component.role] = whole[top : top + rect.height, left : left + rect.width]
        rgb = self.signal.decode(samples, self.layout.bits)
        return np.ascontiguousarray(self.orientation.upright(rgb))

    def _paint_pixels(self, frame: av.VideoFrame, zone: Zone, pixels: NDArray[np.uint8]) -> None:
        if pixels.shape != (zone.rect.height, zone.rect.width, 3):
            raise ValueError(f"expected pixels for {zone.rect}, got an array of {pixels.shape}")
        rgb = self.orientation.stored(pixels)
        parts = self.signal.components(rgb, self.layout.coloured_by_matrix)
        rect, mask = _stored(zone, self.orientation, frame.width, frame.height)
        for component in self.layout.components:
            part, touched = _subsampled(rect, mask, component)
            target = self.layout.samples(frame, component)[part.y0 : part.y1, part.x0 : part.x1]
            exact = parts.get(component.role)
            if exact is None:  # opaque
                values = np.full((part.height, part.width), (1 << self.layout.bits) - 1)
            else:
                shrunk = _means(exact, rect, mask, part, component)
                values = self.signal.quantised(component.role, shrunk, self.layout.bits)
            where = ... if touched is None else touched
            target[where] = values[where] << self.layout.shift


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
    cells = _cells(mask, rect, part, component)
    return part, np.asarray(cells.any(axis=(1, 3)))


def _means(
    values: NDArray[np.float64],
    rect: Rect,
    mask: NDArray[np.bool_] | None,
    part: Rect,
    component: PlaneComponent,
) -> NDArray[np.float64]:
    """Means over the pixels of each sample of a component that lie in the zone; 0 of none."""
    if not (component.log2_x or component.log2_y):
        return values
    inside = np.ones(values.shape, bool) if mask is None else mask
    sums = _cells(values * inside, rect, part, component).sum(axis=(1, 3))
    counts = _cells(inside, rect, part, component).sum(axis=(1, 3))
    return np.asarray(sums / np.maximum(counts, 1))


def _cells(values: NDArray[Any], rect: Rect, part: Rect, component: PlaneComponent) -> NDArray[Any]:
    """Pixels of a stored zone by the sample of a component that they share, shape (rows, pixels,
    columns, pixels); 0 beside the zone."""
    x, y = component.log2_x, component.log2_y
    padded = np.zeros((part.height << y, part.width << x), values.dtype)
    top, left = rect.y0 - (part.y0 << y), rect.x0 - (part.x0 << x)
    padded[top : top + rect.height, left : left + rect.width] = values
    return padded.reshape(part.height, 1 << y, part.width, 1 << x)
