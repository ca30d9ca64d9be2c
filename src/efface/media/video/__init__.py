"""Video: reading every frame, writing the same video back with zones filled, and checking it.

FFmpeg's libraries are loaded when a video is opened: rooms that only name a video's types, and
photos, do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from efface.media.video.opening import open_video

__all__ = ["open_video"]


def __getattr__(name: str) -> Any:
    """Import on first use."""
    if name == "open_video":
        from efface.media.video.opening import open_video  # noqa: PLC0415

        return open_video
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
