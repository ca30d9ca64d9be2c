"""Documents that somebody else wrote: of their model, or refused with the place of the fault."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec

from efface.documents.faults import fault

Model = TypeVar("Model", bound=msgspec.Struct)


def from_json(text: str | bytes) -> Any:
    """What JSON says, strictly (RFC 8259): no NaN, and no key twice in an object, which readers
    understand differently.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def as_model(
    value: object, model: type[Model], *, named: str = "key", secret: bool = False
) -> Model:
    """A plain value as a model; nothing is taken for something else.

    Args:
        named: what messages call the document's own keys.
        secret: messages repeat no value.

    Raises:
        ValueError: it does not fit; the message names the place, as ``tracks[3].boxes[2].frame``.
            A document of another schema is told as such, whatever else is in it.
    """
    wanted = schema_in(model)
    if wanted is not None and isinstance(value, dict) and value.get("schema") != wanted:
        raise ValueError(f"expected schema {wanted!r}, got {value.get('schema')!r:.60}")
    try:
        return msgspec.convert(value, model)
    except msgspec.ValidationError as error:
        words = fault(str(error), value, model, named=named, secret=secret)
        raise ValueError(words) from (None if secret else error)
    except UnicodeEncodeError as error:
        raise ValueError("a key is no text") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


@cache
def schema_in(model: type[msgspec.Struct]) -> str | None:
    """What a document says that it is."""
    kinds = {item.name: item.type for item in msgspec.structs.fields(model)}
    known = get_args(kinds.get("schema"))
    return known[0] if known else None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is there twice in one object")
    return made


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
