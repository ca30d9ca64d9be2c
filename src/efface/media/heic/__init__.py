"""HEIC: HEVC pictures in a HEIF file, one or several."""

from __future__ import annotations

from efface.errors import RefusedError
from efface.media.heic.codec import HeicCodec
from efface.media.interface import Photo
from efface.media.isobmff.photo import CodecFamily, open_stills, read_file
from efface.media.source import Source
from efface.policy import Limits

_FAMILY = CodecFamily(HeicCodec(), lambda encode: encode.heic_quality)


def open_heic(source: Source, limits: Limits) -> Photo:
    """Open a HEIC file.

    Raises:
        InputError: unreadable, truncated or damaged.
        RefusedError: a sequence, another feature that cannot be kept, or a limit is exceeded.
    """
    file = read_file(source)
    if file.movie is not None:
        raise RefusedError(
            "this is an image sequence (or holds one), which cannot be kept.",
            path=source.path,
            hint="Export the pictures you need as single files, and redact those.",
        )
    return open_stills(source, file, _FAMILY, limits)
