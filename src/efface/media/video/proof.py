"""What is kept of the pictures while they are written, to hold the written file against.

Memory does not grow with the pictures' size: every frame leaves 64 bytes of its coarse look, its
time, and the middle of each of its zones (the zones themselves where they have more than one
colour); a bounded number of frames leave one window of pixels.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.facts import StreamFacts
from efface.media.video.filled import PlaneFill
from efface.media.video.hearing import Heard
from efface.media.video.planes import PixelLayout, stored_rect
from efface.zones.zone import Zone

GRID = 8
"""The coarse look has 8 x 8 means."""
POINTS = 128
"""Rows and columns of samples that the means are taken of."""
WINDOW_PX = 256
MOST_WINDOWS = 96
FIRST_STRIDE = 4
CORE_INSETS_PX = (8, 4)
"""Next to a zone's edge the codec's filters mix in what lies outside. The second is for zones of up
to 16 pixels; those of 8 or fewer, which only the border of the picture makes, have no middle."""


@dataclass(slots=True)
class Window:
    """Luma of a part of one frame."""

    rect: Rect
    """Stored orientation, pixels."""
    luma: NDArray[Any]
    covered: NDArray[np.bool_]
    """Pixels in a zone."""


@dataclass(frozen=True, slots=True)
class ExpectedTrack:
    """A track beside the pictures, as it must be found in the written file."""

    kind: str
    """``audio`` or ``subtitle``."""
    codec: str
    language: str
    disposition: int
    packets: int
    digest: str
    """SHA-256 over times and bytes of its packets."""
    heard: Heard | None = None
    """What is to be heard, of sound that was encoded anew."""

    @classmethod
    def of(cls, stream: Any, packets: int, digest: str, heard: Heard | None) -> ExpectedTrack:
        """A sound or subtitle stream as it is held against another."""
        return cls(
            stream.type,
            stream.codec_context.name,
            stream.metadata.get("language", "und"),
            int(stream.disposition),
            packets,
            digest,
            heard,
        )


@dataclass(frozen=True, slots=True)
class ExpectedVideo:
    """What the written file must be."""

    pictures: Pictures
    facts: StreamFacts
    """Of the input."""
    codec: str
    damaged: bool
    """Some frames were replaced by solid ones."""
    tracks: tuple[ExpectedTrack, ...]
    min_ssim: float


@dataclass(slots=True)
class Pictures:
    """Of all frames, in order."""

    fill: PlaneFill
    step: float
    """Of the coder's quantiser, in steps of 255; 0: it loses nothing."""
    pts: array[int] = field(default_factory=lambda: array("q"))
    looks: bytearray = field(default_factory=bytearray)
    windows: dict[int, Window] = field(default_factory=dict)
    lasting: int = 0
    """How long the last frame is shown, ticks, where the container states it of each; else 0."""
    keys: bytearray = field(default_factory=bytearray)
    """1 for a key frame."""
    zones: list[tuple[Zone, ...]] = field(default_factory=list)
    """Of each frame, where they have more than one colour."""
    _cores: array[int] = field(default_factory=lambda: array("H"))
    _ends: array[int] = field(default_factory=lambda: array("Q"))
    _stride: int = FIRST_STRIDE

    @property
    def frames(self) -> int:
        return len(self.pts)

    def keep(self, frame: av.VideoFrame, pts: int, *, key: bool, zones: Sequence[Zone]) -> None:
        """Keep the next frame, with its upright zones filled already."""
        index = len(self.pts)
        self.pts.append(pts)
        self.keys.append(key)
        self.lasting = frame.duration
        luma = luma_of(frame, self.fill.layout)
        self.looks += coarse(luma, self.fill.layout).tobytes()
        if self.fill.constant:
            self._keep_cores(zones, frame.width, frame.height)
        else:
            self.zones.append(tuple(zones))
        if index % self._stride == 0:
            self.windows[index] = _window(index, luma, zones, self.fill.orientation)
            if len(self.windows) > MOST_WINDOWS:
                self._stride *= 2
                self.windows = {i: w for i, w in self.windows.items() if i % self._stride == 0}

    def _keep_cores(self, zones: Sequence[Zone], width: int, height: int) -> None:
        insets = CORE_INSETS_PX if self.step else (0,)
        for core in _cores(zones, self.fill.orientation, width, height, insets):
            self._cores.extend((core.x0, core.y0, core.x1, core.y1))
        self._ends.append(len(self._cores))

    def looks_near(self, index: int, reach: int) -> tuple[int, NDArray[np.uint8]]:
        """Means of frames around one, shape (frames, 64), and the number of the first."""
        size = GRID * GRID
        first, last = max(index - reach, 0), min(index + reach + 1, self.frames)
        looks = np.frombuffer(self.looks, np.uint8, (last - first) * size, first * size)
        return first, looks.reshape(-1, size)

    def cores(self, index: int) -> Iterator[Rect]:
        """Stored rectangles well inside the zones of a frame."""
        start = self._ends[index - 1] if index else 0
        values = self._cores[start : self._ends[index]]
        for at in range(0, len(values), 4):
            yield Rect(*values[at : at + 4])


def luma_of(frame: av.VideoFrame, layout: PixelLayout) -> NDArray[Any]:
    """A view of luma (or green), stored orientation, shape (height, width)."""
    return layout.samples(frame, layout.main)


def coarse(luma: NDArray[Any], layout: PixelLayout) -> NDArray[np.uint8]:
    """Means over 8 x 8 parts of a picture, taken of 128 x 128 of its samples, 0 to 255."""
    points = cv2.resize(luma, (POINTS, POINTS), interpolation=cv2.INTER_NEAREST)
    means: NDArray[Any] = cv2.resize(points, (GRID, GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(means >> (layout.shift + layout.bits - 8), np.uint8)


def _cores(
    zones: Iterable[Zone],
    orientation: Orientation,
    width: int,
    height: int,
    insets: Sequence[int],
) -> Iterator[Rect]:
    for zone in zones:
        rect = stored_rect(zone.inscribed, orientation, width, height)
        for inset in insets:
            if min(rect.width, rect.height) > 2 * inset:
                yield rect.padded(-inset, -inset)
                break


def _window(
    index: int, luma: NDArray[Any], zones: Sequence[Zone], orientation: Orientation
) -> Window:
    """The window, of a few at scattered places, that zones cover least."""
    height, width = luma.shape
    side_x, side_y = min(WINDOW_PX, width), min(WINDOW_PX, height)
    stored = [stored_rect(zone.rect, orientation, width, height) for zone in zones]

    def overlap(rect: Rect) -> int:
        return sum(rect.intersection(zone).area for zone in stored)

    places = []
    for attempt in range(8):
        step = 8 * index + attempt
        x = round((step * _SPREAD_X) % 1 * (width - side_x))
        y = round((step * _SPREAD_Y) % 1 * (height - side_y))
        places.append(Rect(x, y, x + side_x, y + side_y))
    best = min(places, key=overlap)
    covered = np.zeros((side_y, side_x), bool)
    for zone in stored:
        part = best.intersection(zone)
        covered[part.y0 - best.y0 : part.y1 - best.y0, part.x0 - best.x0 : part.x1 - best.x0] = True
    return Window(best, luma[best.y0 : best.y1, best.x0 : best.x1].copy(), covered)


_SPREAD_X, _SPREAD_Y = 0.754877666, 0.569840291
"""Multiples of these, modulo one, fill a square evenly (Roberts' R2 sequence)."""
