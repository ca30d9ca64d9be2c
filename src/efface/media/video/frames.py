"""Decoded frames, converted for the detectors."""

from __future__ import annotations

import av
import numpy as np

from efface.media.interface import Picture
from efface.media.orientation import Orientation
from efface.media.video.interface import Frame, Gray


class DecodedFrame(Frame):
    """A frame as PyAV decoded it."""

    def __init__(
        self,
        index: int,
        pts: int,
        native: av.VideoFrame,
        orientation: Orientation,
        *,
        key: bool,
        damaged: bool = False,
    ) -> None:
        self.index = index
        self.pts = pts
        self.native = native
        self.key = key
        self.damaged = damaged
        self._orientation = orientation

    def picture(self, halvings: int = 0) -> Picture:
        """RGB, upright, uint8, at 1 / 2**halvings of the size (each side rounded up)."""
        step = 1 << halvings
        width, height = (-(-side // step) for side in (self.native.width, self.native.height))
        rgb = self.native.reformat(width, height, "rgb24", interpolation="AREA").to_ndarray()
        return np.ascontiguousarray(self._orientation.upright(rgb))

    def gray(self, width: int, height: int) -> Gray:
        """Luma of the upright picture, scaled to width x height pixels, uint8."""
        stored = self._orientation.upright_size(width, height)
        small = self.native.reformat(*stored, "gray", interpolation="AREA").to_ndarray()
        return np.ascontiguousarray(self._orientation.upright(small))
