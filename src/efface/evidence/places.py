"""Zones as Content Credentials name them: where, and in a video when."""

from __future__ import annotations

from collections.abc import Sequence

from efface.evidence.commitment import Content
from efface.evidence.credentials import Region, photo_regions, video_regions
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.zones.zone import Zone


def regions_of(media: MediaFile, content: Content, zones: Sequence[Zone]) -> tuple[Region, ...]:
    """Regions of the zones of a file.

    Args:
        content: the same file, taken apart: of a video it knows when each frame begins to show.
    """
    from efface.evidence.commitment.movies import Film  # noqa: PLC0415 - not needed for photos

    if isinstance(media, Photo):
        return photo_regions(zones, len(media.sizes))
    if not isinstance(content, Film):
        raise TypeError(f"expected a video taken apart, got {content.kind}")
    return video_regions(zones, content.starts)
