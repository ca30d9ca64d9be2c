"""Zones as Content Credentials name them: where, and in a video when."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from efface.evidence.credentials import Region, photo_regions, video_regions
from efface.media.interface import Photo
from efface.media.video.interface import Movie
from efface.redact.interface import Zone


def regions_of(
    media: Photo | Movie, zones: Sequence[Zone], starts: Sequence[Fraction] | None = None
) -> tuple[Region, ...]:
    """Regions of the zones of a file.

    Args:
        starts: of a video's frames, as ``starts_of`` gives them; found by decoding if left out.

    Raises:
        InputError: a video cannot be decoded whole.
    """
    if isinstance(media, Photo):
        return photo_regions(zones, len(media.sizes))
    if not zones:
        return ()
    return video_regions(zones, starts_of(media) if starts is None else starts)


def starts_of(movie: Movie) -> tuple[Fraction, ...]:
    """When each frame begins to show, seconds from the first, by decoding.

    Raises:
        InputError: it cannot be decoded whole.
    """
    base = movie.coding.time_base
    times = [frame.pts for frame in movie.frames()]
    return tuple((pts - times[0]) * base for pts in times)
