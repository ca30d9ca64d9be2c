"""Documents that somebody else wrote: as their models, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec import Struct

from efface.documents.reading import as_model, schema_in
from efface.errors import VerificationError
from efface.evidence.forms import TIME

Model = TypeVar("Model", bound=Struct)


def understood(document: Mapping[str, Any], model: type[Model], *, secret: bool = False) -> Model:
    """A document as its model.

    Args:
        secret: messages repeat no value.

    Raises:
        VerificationError: another document, of another version, or damaged; with the place.
    """
    wanted, found = schema_in(model), document.get("schema")
    if found != wanted:
        raise VerificationError(
            f"expected a document {wanted}, found {found!r:.60}.",
            hint="It was made by another version of efface: check it with that one.",
        )
    try:
        return as_model(document, model, secret=secret)
    except ValueError as error:
        raise VerificationError(f"the document is damaged, or a forgery: {error}.") from error


def time(text: str) -> datetime:
    """In UTC, to the second.

    Raises:
        VerificationError: there is no such time.
    """
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong("time") from error


def written(when: datetime) -> str:
    """As ``time`` reads it."""
    return when.astimezone(UTC).strftime(TIME)


def wrong(name: str) -> VerificationError:
    """The error for a value that is not what it must be."""
    return VerificationError(f"the document has no usable {name!r}: it is damaged, or a forgery.")
