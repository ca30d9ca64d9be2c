"""Zones of a written video against what they were filled with.

One colour is looked for well inside each zone. Any other filling is asked again, with the input's
frames decoded once more, and every sample in a zone is held against what it gives: over cells of
8 x 8 samples, in which a coder's errors all but cancel out and a foreign picture's do not. Of
codecs that lose nothing, each sample must be the one that was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.planes import PlaneComponent
from efface.media.video.proof import Pictures
from efface.zones.zone import Zone

FILL_MEAN, FILL_MOST = 2.0, 24.0
"""How far samples well inside a zone may lie from one colour, in steps of 255."""

CELL = 8
"""Samples across and down."""
INSIDE, EDGE_LEAST, EDGE = 0.75, 16.0, 1.0
"""How far a cell's mean may lie from what was meant, in steps of the quantiser: inside a zone, but
``FILL_MEAN`` at least; and in cells along its edge, into which coders mix what lies beside it."""
LONE, LONE_IN = 2.0, 1000
"""One cell inside a zone, or one in so many, may lie up to so many times as far as the others:
encoders quantise coarsely where a picture is busy. Of what was covered, far more cells would show.

In cuts of two clips, the farthest cell under each of 6 drawn heads lay at .73 to .97 of the bound
alone, and 5 more heads passed. A cut whose times are a thirtieth of what they should be, so that
its encoder saves as in fast scenes, had up to 2 of 3,000 cells beyond it, at 1.75 times at most; of
6 more heads in it, 2 are refused all the same."""
RMS, RMS_LEAST = 2.0, 6.0
"""How large the root mean square of a cell's differences may be: so many steps of the quantiser,
and so many of 255 on top. A transform's error is no larger than its quantiser's step, but for what
encoders leave out on purpose.

A portrait, soft stripes and white noise that filled moving zones, written by every encoder with its
default quality, a better and far worse ones, stayed below three quarters of all three; noise in
ProRes Proxy and DNxHR LB below .92 of the last."""


class ZoneCheck:
    """Fed with every frame of the written file, in order."""

    def __init__(self, movie: Movie, pictures: Pictures, *, damaged: bool) -> None:
        """
        Args:
            movie: the input; decoded again where zones have more than one colour.
            pictures: as they were written.
            damaged: some frames of the input were replaced.
        """
        self._pictures, self._fill = pictures, pictures.fill
        self._again: Iterator[MovieFrame] | None = None
        if not self._fill.constant:
            self._again = movie.frames(allow_damaged=damaged)

    def see(self, index: int, native: av.VideoFrame) -> None:
        """Look at the zones of the next frame, whose format is that of the input.

        Raises:
            InputError: the input cannot be decoded as before.
            VerificationError: something else stands in a zone.
        """
        if self._again is None:
            self._see_colour(index, native)
            return
        frame, zones = next(self._again, None), self._pictures.zones[index]
        if frame is None or frame.pts != self._pictures.pts[index]:
            raise VerificationError("the input has other frames than when it was written.")
        if zones:
            meant = frame.native
            meant.make_writable()
            self._fill.paint(meant, zones)
            for zone, component in product(zones, self._fill.layout.components):
                self._hold(index, zone, component, native, meant)

    def _see_colour(self, index: int, native: av.VideoFrame) -> None:
        """Look for the one colour."""
        cores = list(self._pictures.cores(index))
        if not cores:
            return
        scale = (1 << (self._fill.layout.bits - 8)) if self._pictures.step > 0 else 0
        in_cell = max(FILL_MEAN, INSIDE * self._pictures.step)
        for core, most, mean in self._fill.apart(native, cores):
            small = min(core.width, core.height) <= CELL
            if most > FILL_MOST * scale or mean > (in_cell if small else FILL_MEAN) * scale:
                raise VerificationError(
                    f"a zone in frame {index} of the written video is not the constant fill: "
                    f"its samples are up to {most} away.",
                    hint="Ask for a better quality (a lower number).",
                )

    def _hold(
        self,
        index: int,
        zone: Zone,
        component: PlaneComponent,
        native: av.VideoFrame,
        meant: av.VideoFrame,
    ) -> None:
        """Hold the samples of one component in one zone against those that were meant."""
        layout, step = self._fill.layout, self._pictures.step
        part, touched = self._fill.touched(zone, component, native.width, native.height)
        at = np.s_[part.y0 : part.y1, part.x0 : part.x1]
        shown, wanted = (layout.samples(frame, component)[at] for frame in (native, meant))
        inside = np.ones(shown.shape, bool) if touched is None else touched
        apart = (shown.astype(np.int32) - wanted.astype(np.int32)) * inside
        if step == 0:
            wrong = bool(apart.any())
        else:
            scale = 255 / ((1 << layout.bits) - 1) / (1 << layout.shift)
            wrong = beyond_coding(apart * scale, inside, step)
        if wrong:
            raise VerificationError(
                f"a zone in frame {index} of the written video does not show what it was filled "
                f"with (track {zone.track!r}).",
                hint="Ask for a better quality (a lower number).",
            )


def beyond_coding(apart: NDArray[Any], inside: NDArray[np.bool_], step: float) -> bool:
    """Whether samples are farther from what was meant than a coder makes them.

    Args:
        apart: differences, in steps of 255; 0 beside the zone; shape (height, width).
        inside: which samples lie in the zone; of the same shape.
        step: of the coder's quantiser, in steps of 255.
    """
    counts = _summed(inside)
    counted = counts >= counts.max() / 2
    edge = np.ones(counts.shape, bool)
    edge[1:-1, 1:-1] = ~_whole(counts)
    most = np.where(edge, max(EDGE_LEAST, EDGE * step), max(FILL_MEAN, INSIDE * step))
    number = np.maximum(counts, 1)
    means = np.abs(_summed(apart)) / number
    rms = np.sqrt(_summed(apart**2) / number)
    far = counted & (means > most)
    lone = far & ~edge & (means <= LONE * most)
    many = lone.sum() > max(1, int(counted.sum()) // LONE_IN)
    return bool(many or (far & ~lone).any() or (counted & (rms > RMS * step + RMS_LEAST)).any())


def _whole(counts: NDArray[Any]) -> NDArray[np.bool_]:
    """Of the cells that are not at the border, those that lie in the zone with all around them."""
    full = (counts >= CELL * CELL).astype(np.uint8)
    return cv2.erode(full, np.ones((3, 3), np.uint8))[1:-1, 1:-1].astype(bool)


def _summed(values: NDArray[Any]) -> NDArray[Any]:
    """Sums over cells; what is left over at the end belongs to the last one."""
    down, across = (np.arange(0, max(side - CELL + 1, 1), CELL) for side in values.shape)
    wide = values.astype(np.float64)
    return np.add.reduceat(np.add.reduceat(wide, down, axis=0), across, axis=1)
