"""The faces of a file, photo or video, as regions."""

from __future__ import annotations

from efface.detect.photo import find_faces
from efface.events import Listener, ignore
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.video.interface import as_movie
from efface.policy import Recall
from efface.regions import Regions
from efface.regions.checks import check_regions


def detected(
    media: MediaFile, recall: Recall, *, allow_damaged: bool = False, listen: Listener = ignore
) -> Regions:
    """Find the faces of an opened file.

    Args:
        allow_damaged: of a damaged video, those in what can be read of it.

    Raises:
        InputError: it cannot be decoded whole.
    """
    if isinstance(media, Photo):
        return find_faces(media, recall, listen)[0]
    from efface.detect.video import watch_movie  # noqa: PLC0415 - not needed for photos

    movie = as_movie(media)
    return watch_movie(movie, recall, allow_damaged=allow_damaged, listen=listen).regions


def check_given(regions: Regions, media: MediaFile) -> None:
    """Refuse regions that were made for another file.

    Raises:
        RefusedError: hash, kind or size differ, or a box lies outside the picture.
    """
    counted = media.kind == "image"
    check_regions(regions, media.media(), media.path, counted=counted)
