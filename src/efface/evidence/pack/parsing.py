"""Values of documents that somebody else wrote: of the right type and size, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from efface.errors import VerificationError
from efface.evidence.custody.entry import TIME

_HEX = re.compile(r"[0-9a-f]+")


def expect_schema(document: Mapping[str, Any], schema: str) -> None:
    """
    Raises:
        VerificationError: another document, or of another version.
    """
    found = document.get("schema")
    if found != schema:
        raise VerificationError(
            f"expected a document {schema}, found {found!r:.60}.",
            hint="It was made by another version of efface: check it with that one.",
        )


def text(document: Mapping[str, Any], name: str, most: int = 1000) -> str:
    """
    Raises:
        VerificationError: no text, or longer than ``most`` characters.
    """
    value = document.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise wrong(name)
    return value


def digest(document: Mapping[str, Any], name: str, size: int = 32) -> str:
    """``size`` bytes in hexadecimal.

    Raises:
        VerificationError: something else.
    """
    value = text(document, name)
    if len(value) != 2 * size or not _HEX.fullmatch(value):
        raise wrong(name)
    return value


def whole(document: Mapping[str, Any], name: str, most: int = 1 << 53) -> int:
    """A whole number from 0 to ``most``.

    Raises:
        VerificationError: something else.
    """
    value = document.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise wrong(name)
    return value


def table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object.

    Raises:
        VerificationError: something else.
    """
    value = document.get(name)
    if not isinstance(value, dict):
        raise wrong(name)
    return value


def time(document: Mapping[str, Any], name: str = "time") -> datetime:
    """In UTC, to the second.

    Raises:
        VerificationError: something else.
    """
    try:
        return datetime.strptime(text(document, name, 20), TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong(name) from error


def written(when: datetime) -> str:
    """As ``time`` reads it."""
    return when.astimezone(UTC).strftime(TIME)


def wrong(name: str) -> VerificationError:
    """The error for a value that is not what it must be."""
    return VerificationError(f"the document has no usable {name!r}: it is damaged, or a forgery.")
