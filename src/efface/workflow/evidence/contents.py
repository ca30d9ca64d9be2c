"""Files opened for their evidence: what they are, and what can be committed to of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from efface.evidence.commitment import Content
from efface.evidence.contents import taken_apart
from efface.media.interface import Photo
from efface.media.sniff import is_video, open_photo
from efface.media.video.interface import Movie
from efface.policy import Limits
from efface.regions import Kind


@dataclass(frozen=True, slots=True)
class OpenedMedia:
    """A photo or a video."""

    media: Photo | Movie
    content: Content

    @property
    def kind(self) -> Kind:
        return "image" if isinstance(self.media, Photo) else "video"

    @property
    def format(self) -> str:
        return self.media.format


def open_media(path: Path, limits: Limits) -> Photo | Movie:
    """A photo or a video, by its first bytes.

    Raises:
        InputError: it cannot be read whole.
        RefusedError: efface does not handle its format.
    """
    if is_video(path):
        from efface.media.video.opening import open_video  # noqa: PLC0415 - not for photos

        return open_video(path, limits)
    return open_photo(path, limits)


def open_content(path: Path, limits: Limits) -> OpenedMedia:
    """The same, taken apart.

    Raises:
        InputError: it cannot be read whole.
        RefusedError: efface does not handle its format.
    """
    media = open_media(path, limits)
    return OpenedMedia(media, taken_apart(media))
