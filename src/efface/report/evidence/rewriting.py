"""The same document, with some of its parts put otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

_Part = TypeVar("_Part")


def rewritten(part: _Part, change: Callable[[Any], Any]) -> _Part:
    """Every part of a document as ``change`` gives it, the inner ones first.

    Args:
        change: gets each block and each span, and gives one of the same kind.
    """
    changed: Any = part
    if isinstance(part, tuple):
        changed = tuple(rewritten(one, change) for one in part)
    elif is_dataclass(part) and not isinstance(part, type):
        values = {item.name: rewritten(getattr(part, item.name), change) for item in fields(part)}
        changed = change(replace(part, **values))
    return changed  # type: ignore[no-any-return]
