"""Timestamps that lie beside a published file, for those who have it without its pack.

``NAME.timestamps``: ``efface.timestamps/1``, a list of answers in base64. The first is of the
SHA-256 of the file or, where its Content Credentials lie beside it, of these; each further one is
of the SHA-256 of the one before it, so that it renews it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from pathlib import Path

from efface.errors import VerificationError
from efface.evidence.statement import decode, encode
from efface.evidence.timestamp.request import MAX_RESPONSE_BYTES
from efface.files.bounded import read_bounded
from efface.files.durable import PUBLIC, replace_durably
from efface.files.paths import exists

SCHEMA = "efface.timestamps/1"
SUFFIX = ".timestamps"
MOST = 64
"""Renewed every five years, enough for three centuries."""
_MAX_BYTES = MOST * MAX_RESPONSE_BYTES


def timestamps_path(path: Path) -> Path:
    """Where a published file's timestamps lie."""
    return path.with_name(f"{path.name}{SUFFIX}")


def read_beside(path: Path) -> tuple[bytes, ...]:
    """The timestamps beside a published file, in order; none where there are none.

    Raises:
        InputError: they cannot be read.
        VerificationError: it is no list of them.
    """
    place = timestamps_path(path)
    if not exists(place):
        return ()
    document = decode(read_bounded(place, _MAX_BYTES), most=_MAX_BYTES)
    answers = document.get("timestamps")
    if document.get("schema") != SCHEMA or not isinstance(answers, list) or len(answers) > MOST:
        raise VerificationError("this is no list of timestamps of this version.", path=place)
    try:
        return tuple(base64.b64decode(answer, validate=True) for answer in answers)
    except (TypeError, ValueError, binascii.Error) as error:
        raise VerificationError("this is no list of timestamps.", path=place) from error


def write_beside(path: Path, answers: Sequence[bytes]) -> None:
    """Put timestamps beside a published file.

    Raises:
        OutputError: they cannot be written.
    """
    texts = [base64.b64encode(answer).decode("ascii") for answer in answers]
    document = encode({"schema": SCHEMA, "timestamps": texts})
    replace_durably(timestamps_path(path), document, mode=PUBLIC)


def digests(first: str, answers: Sequence[bytes]) -> list[str]:
    """What each of them is of: SHA-256, hexadecimal.

    Args:
        first: of what the first is of.
    """
    return [first, *(hashlib.sha256(answer).hexdigest() for answer in answers[:-1])][: len(answers)]
