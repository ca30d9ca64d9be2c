"""Looking through a file by its container."""

from __future__ import annotations

from efface.errors import InputError
from efface.files.paths import unreadable
from efface.media.families import AVI, MATROSKA, MPEG_TS, WEBM, Family
from efface.media.source import Source
from efface.media.video.carried import iso, matroska, riff, transport
from efface.media.video.carried.interface import Survey

_LOOKS = {
    MATROSKA: matroska.survey,
    WEBM: matroska.survey,
    AVI: riff.survey,
    MPEG_TS: transport.survey,
}


def survey_of(source: Source, family: Family, *, deep: bool) -> Survey:
    """Look through a file: its headers, and if ``deep`` all of it.

    Raises:
        InputError: it cannot be read, or its structure is damaged.
    """
    look = _LOOKS.get(family, iso.survey)
    with source.reader() as file:
        try:
            return look(file, deep)
        except OSError as error:
            raise unreadable(source.path, error) from error
        except InputError as error:
            error.path = error.path or source.path
            raise
