"""Where scenes begin, by PySceneDetect's content detector on small luma pictures."""

from __future__ import annotations

import cv2
from scenedetect import ContentDetector, FrameTimecode  # type: ignore[import-untyped]

from efface.media.video.interface import Gray, Movie

SIDE_PX = 160
"""Longer side of the pictures that are compared."""

THRESHOLD = 27.0
"""Mean change of luma between two frames from which a scene begins; PySceneDetect's default."""


class Cuts:
    """Says of each frame, in order, whether a scene begins with it."""

    def __init__(self, movie: Movie) -> None:
        self._detector = ContentDetector(threshold=THRESHOLD, min_scene_len=1, luma_only=True)
        self._rate = float(movie.coding.frame_rate)
        width, height = movie.size
        scale = min(1.0, SIDE_PX / max(height, width))
        self.size = max(1, round(width * scale)), max(1, round(height * scale))
        """(width, height) of the pictures that are compared."""

    def begins(self, frame: int, gray: Gray) -> bool:
        """Whether a scene begins with a frame; the first one begins a scene.

        Args:
            frame: its index, one more than at the last call.
            gray: its luma, of ``size``.
        """
        picture = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
        cut = self._detector.process_frame(FrameTimecode(frame, self._rate), picture)
        return frame == 0 or bool(cut)
