"""The JSON schema of every document that efface reads or writes, by a short name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from efface.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Published:
    """A document, and where its models are."""

    title: str
    """As documents of this kind call themselves, or what they are."""
    says: str
    """What it is for, in a few words."""
    models: tuple[str, ...]
    """``module:class``; a document follows one of them."""


DOCUMENTS: Mapping[str, Published] = {
    "regions": Published(
        "efface.regions/1",
        "where the faces of a file, or of several, are",
        ("efface.regions.form:RegionsDocument", "efface.regions.form:RegionsFiles"),
    ),
    "policy": Published(
        "efface.policy/1", "what to do with a file", ("efface.policy:PolicyDocument",)
    ),
    "error": Published(
        "efface.error/1",
        "what went wrong, and what to do",
        ("efface.documents.error:ErrorDocument",),
    ),
}
"""What there is, in the order in which it is listed."""


def schema(name: str) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a document.

    Args:
        name: of ``DOCUMENTS``: ``regions``.

    Raises:
        RefusedError: there is no document of this name.
    """
    from efface.documents.schema import schema_of  # noqa: PLC0415 - the list needs no models

    document = DOCUMENTS.get(name)
    if document is None:
        raise RefusedError(
            f"there is no document {name!r}.", hint=f"There are: {', '.join(DOCUMENTS)}."
        )
    return schema_of([_loaded(place) for place in document.models], document.title)


def _loaded(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
