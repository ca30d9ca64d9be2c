"""Values that Python code gives, held against the annotations of their dataclass as a document's
would be."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from efface.documents.faults import fault


def check_fields(thing: Any, name: str, *fields: str) -> None:
    """Hold fields of a dataclass against what they are annotated as.

    NumPy's ``float64`` counts as a number, since it is one of Python's.

    Args:
        name: what messages call it: ``box``.
        fields: two or more.

    Raises:
        ValueError: one is of another type or out of range.
    """
    kind: Any = type(thing)
    values_of, row = _row(kind, fields)
    try:
        msgspec.convert(values_of(thing), row)
    except msgspec.ValidationError:
        _check_slowly(thing, name, fields)


def _check_slowly(thing: object, name: str, fields: tuple[str, ...]) -> None:
    """As ``check_fields``, with NumPy's numbers as Python's, and a fault by its name."""
    values = {field: getattr(thing, field) for field in fields}
    values = {key: float(v) if isinstance(v, float) else v for key, v in values.items()}
    kind = msgspec.defstruct(name, _typed(type(thing), fields))
    try:
        msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise ValueError(fault(str(error), values, kind, root=name)) from error


@cache
def _row(
    cls: type, fields: tuple[str, ...]
) -> tuple[Callable[[object], tuple[object, ...]], type[msgspec.Struct]]:
    """What gets the values, and what they must be, one after the other."""
    row = msgspec.defstruct(cls.__name__, _typed(cls, fields), array_like=True)
    return attrgetter(*fields), row


def _typed(cls: type, fields: tuple[str, ...]) -> list[tuple[str, Any]]:
    hints = get_type_hints(cls, include_extras=True)
    return [(field, hints[field]) for field in fields]
