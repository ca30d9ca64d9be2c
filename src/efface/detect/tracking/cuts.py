"""Where scenes begin: small luma pictures that differ much from one frame to the next."""

from __future__ import annotations

import cv2

from efface.media.file import Gray
from efface.media.video.interface import Movie

SIDE_PX = 160
"""Longer side of the pictures that are compared, at most."""

THRESHOLD = 27.0
"""Mean change of luma between two frames, in steps of 255, from which a scene begins: the default
of PySceneDetect's content detector, which computes the same of luma alone."""


class Cuts:
    """Says of each frame, in order, whether a scene begins with it."""

    def __init__(self, movie: Movie) -> None:
        self._last: Gray | None = None
        width, height = movie.size
        scale = min(1.0, SIDE_PX / max(height, width))
        self.size = max(1, round(width * scale)), max(1, round(height * scale))
        """(width, height) of the pictures that are compared."""

    def begins(self, gray: Gray) -> bool:
        """Whether a scene begins with the next frame; the first one begins a scene.

        Args:
            gray: its luma, of ``size``.
        """
        last, self._last = self._last, gray
        return last is None or cv2.norm(last, gray, cv2.NORM_L1) / gray.size >= THRESHOLD
