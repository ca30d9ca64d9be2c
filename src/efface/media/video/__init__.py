"""Video: reading every frame, writing the same video back with zones filled, and checking it.

FFmpeg's own lines on stderr are switched off for the process: what they say comes out as efface's
errors, each with its file and frame.
"""

import av.logging

from efface.media.video.opening import open_video

__all__ = ["open_video"]

av.logging.set_libav_level(av.logging.PANIC)
