"""How often the tools err, and what the report does not say."""

from __future__ import annotations

from efface.report.evidence.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
    Text,
    faint,
    strong,
    text,
    user,
)
from efface.report.evidence.case import Measured, ReportedCase
from efface.report.evidence.words import sentence

LIMITS = (
    "This report tells what the pack says, and what came of checking it at the time above. It is a "
    "description, not evidence: the evidence is the pack.",
    "A valid signature shows that whoever held the key signed. It shows neither who that was nor "
    "that what was signed is true.",
    "Times are by the clocks of those who wrote them, unless a third party's timestamp says more.",
    "Nothing in a pack can show that the original shows what happened, or that it was not edited "
    "or staged before it was received.",
    "A picture that an attack recovers from a redacted face is an estimate of a risk. It is no "
    "evidence of who is shown.",
)
"""What the report does not say, in every case."""


def error_rates(case: ReportedCase) -> Section:
    """What was measured of the detectors, the rescan and the red team."""
    blocks: list[Block] = [
        Paragraph(
            text(
                "No detector finds every face, and no attack is the best that there could be. "
                "These are figures that efface's authors measured, with what they were measured "
                "on. They say nothing about this case's files in particular."
            )
        )
    ]
    for table in case.measured:
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


def limits(case: ReportedCase) -> Section:
    """What must not be read into it."""
    items = tuple(text(user(sentence(one))) for one in (*LIMITS, *case.limits))
    return Section("limits", "What this report does not say", (Bullets(items),))
