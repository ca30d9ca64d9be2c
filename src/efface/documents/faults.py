"""What is wrong with a document, in plain words, and where.

The library says which rule was broken and at which place; what was expected there is told from the
model, and what was found from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import inspect

WORDS = "words"
"""In a model's ``Meta(extra=...)``: what is expected, where a pattern would say it badly."""

_SAID = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>\w+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_RULE = re.compile(r"Expected `|Invalid (?:enum )?value|Number out of range|Integer value out of")
_PLAIN: tuple[tuple[Any, str], ...] = (
    (inspect.BoolType, "true or false"),
    (inspect.NoneType, "null"),
    ((inspect.StructType, inspect.DataclassType, inspect.DictType), "an object"),
)
_ANY = 1e15
"""A bound beyond it only keeps out what is no number."""
_LONGEST = 80
"""Characters of a value that a message repeats."""


def fault(
    said: str,
    value: object,
    model: Any,
    *,
    root: str = "",
    named: str = "key",
    secret: bool = False,
) -> str:
    """The library's message in plain words.

    Args:
        said: by the library.
        value: the whole document.
        model: what it was held against.
        root: what the document is called, if it is a part of something: ``zones``.
        named: what its own keys are called.
        secret: no value of the document is repeated.
    """
    parts = _SAID.fullmatch(said)
    assert parts is not None, "every text matches"
    what, path = parts["what"], parts["path"] or "$"
    place = _place(path, root)
    kind, found = _follow(path, inspect.type_info(model), value)
    if unknown := _UNKNOWN.fullmatch(what):
        known = ", ".join(sorted(_keys(kind) - {"schema"}))
        key = unknown[1]
        if not key.isidentifier() or len(key) > _LONGEST:
            key = _short(key)
        if path == "$" and not root:
            return f"unknown {named} {key}; known: {known}"
        return f"unknown key {place}.{key}; known: {known}"
    if missing := _MISSING.fullmatch(what):
        return f"{place} has no {missing[1]!r}"
    if _RULE.match(what):
        unsaid = secret or "[...]" in path  # the library does not say which entry
        got = "" if unsaid else f", got {_short(found)}"
        return f"expected {place} to be {_words(kind)}{got}"
    return what if place == "the document" else f"{place}: {what}"


def _place(path: str, root: str) -> str:
    """``$.tracks[3].box`` as ``tracks[3].box``."""
    return f"{root}{path.removeprefix('$')}".removeprefix(".") or "the document"


def _follow(path: str, kind: inspect.Type | None, value: object) -> tuple[Any, object]:
    """The kind and the value at a place."""
    for step in _STEP.finditer(path):
        found = list(_inner(kind, step))
        kind = found[0] if found else None
        try:
            if step["any"]:
                value = None
            elif step["key"]:
                value = value[step["key"]]  # type: ignore[index]
            else:
                value = value[int(step["index"])]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            value = None
    return kind, value


def _inner(kind: object, step: re.Match[str]) -> Iterator[inspect.Type]:
    """What may stand one step further in."""
    for one in map(_bare, _alternatives(_bare(kind))):
        match one:
            case inspect.StructType() | inspect.DataclassType() if step["key"]:
                yield from (f.type for f in one.fields if f.encode_name == step["key"])
            case inspect.DictType() if not step["index"]:
                yield one.value_type
            case inspect.TupleType() if step["index"]:
                yield from one.item_types[int(step["index"]) :][:1]
            case inspect.ListType() | inspect.VarTupleType() if step["index"]:
                yield one.item_type


def _alternatives(kind: object) -> tuple[object, ...]:
    """What may stand at a place; words of its own go with a kind."""
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _bare(kind: object) -> object:
    """A kind without the words of its own."""
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _keys(kind: object) -> set[str]:
    return {
        f.encode_name
        for one in map(_bare, _alternatives(_bare(kind)))
        if isinstance(one, inspect.StructType)
        for f in one.fields
    }


def _words(kind: object) -> str:
    """What is expected."""
    return " or ".join(map(_own_words, _alternatives(kind)))


def _own_words(kind: object) -> str:
    own = kind.extra if isinstance(kind, inspect.Metadata) else None
    return own[WORDS] if own and WORDS in own else _alternative(_bare(kind))


def _alternative(kind: object) -> str:
    match kind:
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, kind.values))}"
        case inspect.IntType() | inspect.FloatType():
            whole = "whole " if isinstance(kind, inspect.IntType) else ""
            return f"a {whole}number{_range(kind)}"
        case inspect.StrType():
            pattern = "" if kind.pattern is None else f" like {kind.pattern}"
            return f"text{_length(kind, 'character', 'characters')}{pattern}"
        case inspect.TupleType():
            return f"a list of {len(kind.item_types)}"
        case inspect.ListType() | inspect.VarTupleType():
            return f"a list{_length(kind, 'entry', 'entries')}"
    return next((words for types, words in _PLAIN if isinstance(kind, types)), "something else")


def _range(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None and kind.le < _ANY:
        return f" from {_bound(kind.ge)} to {_bound(kind.le)}"
    parts = [
        f"{sign} {_bound(bound)}"
        for sign, bound in ((">", kind.gt), (">=", kind.ge), ("<", kind.lt), ("<=", kind.le))
        if bound is not None and abs(bound) < _ANY
    ]
    return f" {' and '.join(parts)}" if parts else ""


def _bound(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else str(value)


def _length(kind: Any, one: str, several: str) -> str:
    least, most = kind.min_length or 0, kind.max_length
    if least and most is not None:
        return f" of {least} to {most} {several}"
    if least:
        return f" of at least {least} {one if least == 1 else several}"
    return "" if most is None else f" of at most {most} {several}"


def _short(value: object) -> str:
    """A value as JSON writes it, cut."""
    match value:
        case None | bool():
            return "null" if value is None else str(value).lower()
        case dict():
            return "an object"
        case list() | tuple():
            return f"a list of {len(value)}"
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a number too large"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
