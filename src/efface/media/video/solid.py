"""Frames that stand for those that cannot be decoded."""

from __future__ import annotations

import av
import numpy as np

from efface.media.video.interface import Coding

_GREY = 128


def solid_frame(coding: Coding, like: av.VideoFrame | None) -> av.VideoFrame:
    """A new grey frame of the video's size and format, with the colour tags of another."""
    grey = np.full((coding.height, coding.width), _GREY, np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, "gray").reformat(format=coding.pixel_format)
    frame.time_base = coding.time_base
    if like is not None:
        frame.colorspace = like.colorspace
        frame.color_range = like.color_range
        frame.color_primaries = like.color_primaries
        frame.color_trc = like.color_trc
    return frame
