"""How often the tools err."""

from __future__ import annotations

from efface.report.evidence.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
    Text,
    faint,
    strong,
    text,
)
from efface.report.evidence.case import Measured
from efface.report.evidence.court import CourtReport


def error_rates(report: CourtReport) -> Section:
    """What was measured of the detectors, the rescan and the red team."""
    blocks: list[Block] = [
        Paragraph(
            text(
                "No detector finds every face, and no attack is the best that there could be. "
                "These are figures that efface's authors measured, with what they were measured "
                "on. They say nothing about the files of this report in particular."
            )
        )
    ]
    for table in report.measured:
        blocks += _table(table)
    return Section("error-rates", "How often the tools err", tuple(blocks))


def _table(table: Measured) -> list[Block]:
    wide = [max(map(len, column)) for column in zip(*table.rows, strict=True)]
    columns = tuple(
        Column(
            title, 2 + max(6, cells, *(1.4 * len(word) for word in title.split())), number=place > 0
        )
        for place, (title, cells) in enumerate(zip(table.columns, wide, strict=True))
    )
    rows = tuple(_row(row) for row in table.rows)
    return [
        Heading(table.title),
        Paragraph(text(" ".join(table.about), faint(f" From {table.source} of efface's manual."))),
        TableBlock(table.title, columns, rows, headed=True),
    ]


def _row(row: tuple[str, ...]) -> tuple[Text, ...]:
    """Cells; a name alone stands above the rows that follow."""
    if not any(row[1:]):
        return text(strong(row[0])), *(text("") for _ in row[1:])
    return tuple(text(cell) for cell in row)
