"""AVIF: AV1 pictures in a HEIF file, one or several, or a sequence of them."""

from __future__ import annotations

from efface.media.avif.codec import AvifCodec
from efface.media.avif.sequence import open_sequence
from efface.media.interface import Photo
from efface.media.isobmff.photo import CodecFamily, open_stills, read_file
from efface.media.source import Source
from efface.policy import Limits

_FAMILY = CodecFamily(AvifCodec(), lambda encode: encode.avif_quality)


def open_avif(source: Source, limits: Limits) -> Photo:
    """Open an AVIF file.

    Raises:
        InputError: unreadable, truncated or damaged.
        RefusedError: a feature that cannot be kept, or a limit is exceeded.
    """
    file = read_file(source)
    if file.movie is not None:
        return open_sequence(source, file, limits)
    return open_stills(source, file, _FAMILY, limits)
