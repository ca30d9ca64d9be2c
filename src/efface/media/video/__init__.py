"""Video: reading every frame, writing the same video back with zones filled, and checking it."""

from efface.media.video.opening import open_video

__all__ = ["open_video"]
