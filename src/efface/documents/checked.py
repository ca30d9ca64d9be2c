"""Values that Python code gives, held against the annotations of their dataclass as a document's
would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from efface.documents.faults import fault


def check_fields(thing: Any, name: str, *, without: tuple[str, ...] = ()) -> None:
    """Hold the fields of a dataclass against what they are annotated as.

    NumPy's ``float64`` counts as a number, since it is one of Python's.

    Args:
        name: what messages call it: ``box``.
        without: fields that are no plain values.

    Raises:
        ValueError: one is of another type or out of range.
    """
    kind: Any = type(thing)
    values_of, row = _row(kind, without)
    try:
        msgspec.convert(values_of(thing), row)
    except msgspec.ValidationError:
        _check_slowly(thing, name, without)


def _check_slowly(thing: object, name: str, without: tuple[str, ...]) -> None:
    """As ``check_fields``, with NumPy's numbers as Python's, and a fault by its name."""
    typed = _typed(type(thing), without)
    values = {key: getattr(thing, key) for key, _ in typed}
    values = {key: float(v) if isinstance(v, float) else v for key, v in values.items()}
    kind = msgspec.defstruct(name, typed)
    try:
        msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise ValueError(fault(str(error), values, kind, root=name)) from error


@cache
def _row(
    cls: type, without: tuple[str, ...]
) -> tuple[Callable[[object], tuple[object, ...]], type[msgspec.Struct]]:
    """What gets the values, and what they must be, one after the other."""
    typed = _typed(cls, without)
    row = msgspec.defstruct(cls.__name__, typed, array_like=True)
    names = [name for name, _ in typed]
    if len(names) == 1:
        return lambda thing: (getattr(thing, names[0]),), row
    return attrgetter(*names), row


def _typed(cls: Any, without: tuple[str, ...]) -> list[tuple[str, Any]]:
    hints = get_type_hints(cls, include_extras=True)
    return [(item.name, hints[item.name]) for item in fields(cls) if item.name not in without]
