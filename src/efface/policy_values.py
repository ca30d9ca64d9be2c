"""Values of a policy, as a document states them."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from typing import Any

from efface.colour import Colour


def override(section: Any, values: object, name: str) -> Any:
    """A section with what a document says of it.

    Args:
        section: as it is without.
        values: as TOML gives them.
        name: of the section.

    Raises:
        ValueError: unknown keys, wrong types or values out of range.
    """
    if not isinstance(values, dict):
        raise ValueError(f"expected [{name}] to be a section")
    known = {item.name for item in fields(section)}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise ValueError(f"unknown key {name}.{key}; known: {', '.join(sorted(known))}")
        changes[key] = _value(f"{name}.{key}", value, getattr(section, key))
    return replace(section, **changes)


def one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Hold a value against what it may be.

    Raises:
        ValueError: it is something else.
    """
    if value not in choices:
        raise ValueError(f"expected {name} to be one of {', '.join(choices)}, got {value!r}")


def _value(name: str, value: object, default: object) -> object:
    if isinstance(default, str):
        if not isinstance(value, str):
            raise ValueError(f"expected {name} to be text, got {value!r}")
        return value
    if isinstance(default, Colour):
        if not isinstance(value, str):
            raise ValueError(f"expected {name} as text, #rrggbb")
        return Colour.parse(value)
    if isinstance(default, bool) or isinstance(value, bool):
        if not (isinstance(default, bool) and isinstance(value, bool)):
            raise ValueError(f"expected {name} to be of another type, got {value!r}")
        return value
    if isinstance(default, int):
        if not isinstance(value, int):
            raise ValueError(f"expected {name} to be a whole number, got {value!r}")
        return value
    if not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise ValueError(f"expected {name} to be a finite number")
    return float(value)
