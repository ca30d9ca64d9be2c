"""The base of all models of documents, and the kinds of values that many of them hold."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from efface.documents.faults import WORDS

MAX_WHOLE = 1 << 53
"""Up to here every reader of JSON understands whole numbers alike (RFC 8259, section 6)."""

Number = Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
"""Finite: neither NaN nor an infinity compares as inside."""
Amount = Annotated[float, Meta(ge=0, le=sys.float_info.max)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=MAX_WHOLE)]
Positive = Annotated[int, Meta(ge=1, le=MAX_WHOLE)]


def hexadecimal(size: int) -> Meta:
    """So many bytes, in small letters; the length keeps a line feed out that ``$`` lets through."""
    digits = 2 * size
    return Meta(
        pattern=f"^[0-9a-f]{{{digits}}}$",
        max_length=digits,
        extra={WORDS: f"{digits} hexadecimal digits in small letters"},
    )


Sha256 = Annotated[str, hexadecimal(32)]


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A document, or an object in one, that says what is listed and nothing else."""


class Extensible(Struct, frozen=True):
    """A document, or an object in one, to which later versions may add: what is not known is passed
    over."""


def plain(model: Any) -> dict[str, Any]:
    """A model, or a dataclass in one, as plain JSON types, keys in the order of its fields.

    What is no number (NaN, an infinity) is ``None``: JSON has no word for it.
    """
    document: dict[str, Any]
    try:
        document = msgspec.json.decode(msgspec.json.encode(model, enc_hook=_plain))
    except UnicodeEncodeError:  # a file's name that is no text: Python's own JSON can write it
        text = json.dumps(msgspec.to_builtins(model, enc_hook=_plain))
        document = json.loads(text, parse_constant=lambda _: None)
    return document


def exact(model: Struct) -> dict[str, Any]:
    """A model as a dictionary, keys in the order of its fields, every value as it is: for what is
    signed."""
    built: dict[str, Any] = msgspec.to_builtins(model)
    return built


def _plain(value: object) -> object:
    """NumPy's numbers are written as Python's.

    Raises:
        NotImplementedError: it is something else.
    """
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return int(value)
    raise NotImplementedError(f"expected plain JSON types, got {type(value).__name__}")
