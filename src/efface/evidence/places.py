"""Zones as Content Credentials name them: where, and in a video when."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from efface.evidence.credentials import Region, photo_regions, video_regions
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.zones.zone import Zone


def regions_of(
    media: MediaFile, zones: Sequence[Zone], starts: Sequence[Fraction]
) -> tuple[Region, ...]:
    """Regions of the zones of a file.

    Args:
        starts: when each frame of a video begins to show, seconds from the first.
    """
    if isinstance(media, Photo):
        return photo_regions(zones, len(media.sizes))
    return video_regions(zones, starts)
