"""Colour follows the worst: a report is green only where everything holds, by a key that is known.

Somebody who turns the pages sees colours first. Where one check fails, or nobody knows who signed,
ninety green words around it would say something else than the report does.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from efface.report.evidence.blocks import Notice, PageDocument, TextSpan
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.checked import judged

_Part = TypeVar("_Part")


def earned(case: ReportedCase) -> bool:
    """Whether everything that was checked holds, and a key that signed is known."""
    checks = judged(case)
    known = any(key.known_as is not None or key.yours for key in case.keys)
    return bool(checks) and all(finding.ok for _, finding in checks) and known


def without_green(document: PageDocument) -> PageDocument:
    """The same, with what would be green in the colour of all other words."""
    return _plain(document)


def _plain(part: _Part) -> _Part:
    changed: Any = part
    if isinstance(part, TextSpan):
        changed = replace(part, style="strong") if part.style == "good" else part
    elif isinstance(part, tuple):
        changed = tuple(map(_plain, part))
    elif is_dataclass(part) and not isinstance(part, type):
        values = {item.name: _plain(getattr(part, item.name)) for item in fields(part)}
        if isinstance(part, Notice) and part.kind == "good":
            values["kind"] = "blank"
        changed = replace(part, **values)
    return changed  # type: ignore[no-any-return]
