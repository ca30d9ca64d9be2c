"""A photo or a video taken apart for a commitment, a proof or a check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from efface.evidence.commitment import Content, HiddenLeaves
from efface.evidence.commitment.opening import content_of
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.video.interface import MovieFrame, as_movie
from efface.zones.zone import Zone

Copies = Callable[[str, str], bool]


def taken_apart(media: MediaFile, see: Callable[[MovieFrame], None] = lambda _: None) -> Content:
    """What can be committed to of an opened file; a video is decoded for that.

    Args:
        see: is shown every frame of a video on the way.

    Raises:
        InputError: it cannot be decoded whole.
    """
    if isinstance(media, Photo):
        return content_of(media)
    from efface.evidence.commitment.filming import film  # noqa: PLC0415 - not needed for photos

    return film(as_movie(media), see=see)


def hidden_by(content: Content, zones: Sequence[Zone], *, copies: Copies) -> HiddenLeaves:
    """The leaves of an original that its redaction hides.

    Args:
        copies: whether the redacted file has a track of the original bit for bit, by its kind
            (``audio``, ``subtitle``) and codec.
    """
    from efface.evidence.commitment.movies import Film  # noqa: PLC0415 - not needed for photos

    return (
        content.hidden(zones, copies=copies) if isinstance(content, Film) else content.hidden(zones)
    )
