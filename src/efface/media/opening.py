"""Opening a file, photo or video: by its first bytes."""

from __future__ import annotations

from pathlib import Path

from efface.media.file import MediaFile
from efface.media.sniff import is_video, photo_of
from efface.media.source import Source
from efface.policy import Limits


def open_media(path: Path, limits: Limits, track: int = 0) -> MediaFile:
    """Open a photo or a video.

    Args:
        track: of a video, which of several tracks, from 1; 0: the main one.

    Raises:
        InputError: missing, not readable, empty, damaged, or neither.
        RefusedError: its format cannot be handled, or a limit is exceeded.
    """
    return media_of(Source(path), limits, track)


def media_of(source: Source, limits: Limits, track: int = 0) -> MediaFile:
    """The photo or video in a file.

    Args:
        track: of a video, which of several tracks, from 1; 0: the main one.

    Raises:
        InputError: empty, damaged, or neither.
        RefusedError: its format cannot be handled, or a limit is exceeded.
    """
    if is_video(source):
        from efface.media.video.opening import video_of  # noqa: PLC0415 - not needed for photos

        return video_of(source, limits, track)
    return photo_of(source, limits)
