"""Ways to redact that a lab has installed, as rows of the map.

A package with an entry point in the group ``efface.redactions`` brings one: a ``StudiedMethod``, or
anything that gives one when called without arguments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from efface.errors import RefusedError
from efface.study import redactions as made
from efface.study.map.rows import FILL, ROWS, MapRow
from efface.study.redactions import Redaction
from efface.study.rows import StudyRow

GROUP = "efface.redactions"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class StudiedMethod:
    """A way to redact at several strengths."""

    name: str
    """Small letters, digits and hyphens: of files, and what ``--only`` takes."""
    title: str
    """For people, in a few words."""
    strengths: Mapping[float, Redaction]
    """By strength, in ``unit``."""
    unit: str = ""
    more_hides: bool = True
    """Whether a larger strength hides more."""
    inverted: bool = False
    """Whether it gives its operator (``RedactedFace.operator``), for efface to undo."""


@cache
def plugged_rows() -> tuple[MapRow, ...]:
    """Of every method that is installed, each strength after a constant fill of its own zone.

    All are measured at every width, and in the coarse map, too.

    Raises:
        RefusedError: one cannot be loaded or is no method, or two have one name.
    """
    found: list[MapRow] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        method = _loaded(point)
        if any(row.method == method.name for row in (*ROWS, *found)) or method.name == FILL:
            raise RefusedError(f"there are two methods of the name {method.name!r}.")
        for strength, redaction in sorted(method.strengths.items(), reverse=not method.more_hides):
            found += _rows(method, strength, redaction)
    return tuple(found)


def _rows(method: StudiedMethod, strength: float, redaction: Redaction) -> tuple[MapRow, MapRow]:
    name = f"{method.name}-{strength:g}"
    title = f"{method.title}, {strength:g} {method.unit}".strip()
    control = StudyRow(f"fill-of-{name}", f"constant fill of: {title}", made.filled(redaction))
    row = StudyRow(name, title, redaction, control.name, method.inverted)
    return (
        MapRow(control, FILL, None, "", True, True, True),
        MapRow(row, method.name, strength, method.unit, method.more_hides, True, True),
    )


def _loaded(point: EntryPoint) -> StudiedMethod:
    said = f"the redaction {point.name!r} ({point.value})"
    try:
        found = point.load()
        method = found if isinstance(found, StudiedMethod) else found()
    except Exception as error:
        raise RefusedError(
            f"{said} cannot be loaded: {type(error).__name__}: {error}",
            hint="Repair or remove the package that brings it.",
        ) from error
    if not isinstance(method, StudiedMethod):
        raise RefusedError(f"{said} is no StudiedMethod but a {type(method).__name__}.")
    if not _NAME.fullmatch(method.name) or not method.strengths:
        raise RefusedError(f"{said} has no strengths, or a name that cannot be one of files.")
    return method
