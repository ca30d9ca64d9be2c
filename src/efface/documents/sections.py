"""A dataclass with annotated fields as a section of a document: unknown keys are refused, and what
is left out keeps its default."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import msgspec


def section_of(cls: Any, instead: dict[Any, Any] | None = None) -> type[msgspec.Struct]:
    """The model of a section.

    Args:
        cls: a dataclass whose fields all have defaults.
        instead: types that documents write otherwise, and as what.
    """
    hints = get_type_hints(cls, include_extras=True)
    rows = []
    for item in fields(cls):
        assert item.default is not MISSING, "a section may be left out"
        kind = (instead or {}).get(hints[item.name], hints[item.name])
        default = item.default if kind is hints[item.name] else str(item.default)
        rows.append((item.name, kind, default))
    return msgspec.defstruct(
        cls.__name__,
        rows,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": cls.__doc__},
    )
