"""What photos and videos have in common, once they are opened."""

from __future__ import annotations

from abc import ABC
from pathlib import Path
from typing import ClassVar

from efface.media.families import Kind
from efface.media.source import Source


class MediaFile(ABC):
    """A photo or a video, opened."""

    source: Source
    """The file it is read from."""
    kind: ClassVar[Kind]
    format: str
    """Name of the format as a person says it: ``JPEG``, ``Matroska``, …"""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.source.path

    @property
    def sha256(self) -> str:
        """Of the file, hexadecimal; taken once.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        return self.source.sha256
