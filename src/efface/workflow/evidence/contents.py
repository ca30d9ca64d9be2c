"""Files opened for their evidence: what they are, and what can be committed to of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from efface.evidence.commitment import Content
from efface.evidence.contents import taken_apart
from efface.media.file import MediaFile
from efface.media.opening import open_media
from efface.policy import Limits
from efface.regions import Kind


@dataclass(frozen=True, slots=True)
class OpenedMedia:
    """A photo or a video."""

    media: MediaFile
    content: Content

    @property
    def kind(self) -> Kind:
        return self.media.kind

    @property
    def format(self) -> str:
        return self.media.format


def open_content(path: Path, limits: Limits) -> OpenedMedia:
    """The same, taken apart.

    Raises:
        InputError: it cannot be read whole.
        RefusedError: efface does not handle its format.
    """
    media = open_media(path, limits)
    return OpenedMedia(media, taken_apart(media))
