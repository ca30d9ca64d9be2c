"""Which formats can hold Content Credentials, and what a sidecar is called."""

from __future__ import annotations

from pathlib import Path

from efface.errors import RefusedError
from efface.files.paths import opened
from efface.media.families import (
    AVI,
    AVIF,
    BMP,
    GIF,
    HEAD_BYTES,
    HEIC,
    JPEG,
    JXL,
    MATROSKA,
    MP4,
    MPEG_TS,
    PNG,
    QUICKTIME,
    TIFF,
    WEBM,
    WEBP,
    Family,
    family_of,
)
from efface.media.jxl.container import BOXED
from efface.media.siblings import CREDENTIALS_SUFFIX
from efface.media.source import Source
from efface.media.tiff.directory import TiffSource

_EMBEDDED = {
    JPEG: "image/jpeg",
    PNG: "image/png",
    GIF: "image/gif",
    TIFF: "image/tiff",
    WEBP: "image/webp",
    AVIF: "image/avif",
    HEIC: "image/heic",
    JXL: "image/jxl",
    MP4: "video/mp4",
    QUICKTIME: "video/quicktime",
    AVI: "video/x-msvideo",
}
"""Media types of the formats into which the library writes."""
_BESIDE = {
    BMP: "image/bmp",
    MATROSKA: "video/x-matroska",
    WEBM: "video/webm",
    MPEG_TS: "video/mp2t",
}
"""Those of the formats for which it signs a manifest that lies beside the file."""


def media_type(path: Path) -> str:
    """Of a file of a format that efface writes, told by its first bytes.

    Raises:
        InputError: it cannot be read.
        RefusedError: another format.
    """
    family = _family(path)
    found = _EMBEDDED.get(family) or _BESIDE.get(family) if family else None
    if found is None:
        raise RefusedError(
            "Content Credentials are made for files of the formats that efface writes.",
            path=path,
            hint="Name a redacted photo or video.",
        )
    return found


def embeds(path: Path) -> bool:
    """Whether the library can find Content Credentials in files of this format. In a JPEG XL file
    without boxes there is no place for them; efface writes none.

    Raises:
        InputError: it cannot be read.
    """
    with opened(path) as file:
        head = file.read(HEAD_BYTES)
    family = family_of(head)
    return family in _EMBEDDED and (family is not JXL or head.startswith(BOXED))


def can_hold(path: Path) -> bool:
    """Whether Content Credentials are written into the file itself; otherwise they go beside it.

    Not into a TIFF with several pages: the library adds a page without a picture, on which other
    programs fail.

    Raises:
        InputError: it cannot be read.
    """
    if not embeds(path) or _family(path) is not TIFF:
        return embeds(path)
    source = TiffSource(Source(path))
    return len(list(source.chain(source.first, 1))) == 1


def sidecar_path(path: Path) -> Path:
    """Where Content Credentials of a file lie that cannot hold them: ``clip.c2pa`` for
    ``clip.mkv``, where other programs look for them, too."""
    return path.with_suffix(CREDENTIALS_SUFFIX)


def _family(path: Path) -> Family | None:
    with opened(path) as file:
        return family_of(file.read(HEAD_BYTES))
