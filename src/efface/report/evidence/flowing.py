"""From the report's blocks to what reportlab lays out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    ListFlowable,
    ListItem,
    LongTable,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import Paragraph as Lines

from efface.files.paths import printable
from efface.report.evidence.blocks import (
    Blank,
    Block,
    Bullets,
    CommandsBlock,
    FactsBlock,
    Heading,
    Map,
    Notice,
    Paragraph,
    TableBlock,
    Text,
    text,
)
from efface.report.evidence.lettering import BOLD, MONO, SANS, drawable

WIDTH = 174 * mm
"""Of the text on A4."""

INK, FAINT, RULE = HexColor("#1d1d1f"), HexColor("#5c5c63"), HexColor("#c8c8cc")
BAD, GOOD, CELL = HexColor("#a3230b"), HexColor("#0b5d43"), HexColor("#f2f2f4")
BAD_PAPER, GOOD_PAPER = HexColor("#fdeeea"), HexColor("#e8f5f0")

_COLOURS = {"good": "#0b5d43", "bad": "#a3230b", "faint": "#5c5c63"}
_NOTICES = {"good": (GOOD, GOOD_PAPER), "bad": (BAD, BAD_PAPER), "blank": (FAINT, None)}

BODY = ParagraphStyle(
    "body",
    fontName=SANS,
    fontSize=8.5,
    leading=12,
    textColor=INK,
    spaceAfter=5,
    splitLongWords=1,
    spaceShrinkage=0,
)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=10.5, textColor=FAINT)
CELLS = ParagraphStyle("cells", BODY, fontSize=7.5, leading=10, spaceAfter=0)
NUMBERS = ParagraphStyle("numbers", CELLS, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=17, leading=22, spaceAfter=2)
SECTION = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=12, leading=15, spaceBefore=14)
PART = ParagraphStyle("part", BODY, fontName=BOLD, fontSize=9.5, leading=12.5, spaceBefore=8)
CAPTION = ParagraphStyle("caption", SMALL, spaceBefore=4, spaceAfter=2)
CODE = ParagraphStyle("code", CELLS, fontName=MONO, fontSize=6.8, leading=9.5)

_ROOM = 25 * mm
"""That must be left on a page for a title, with something below it."""
_MAP_PT = 180
"""Longer side of a map."""
_LEAST_PT = 36
"""Height of a row that is left on a page when the rest of it goes to the next."""


def flowables(block: Block) -> Iterator[Any]:
    """What to lay out for a block."""
    match block:
        case Paragraph():
            yield Lines(markup(block.text), SMALL if block.faint else BODY)
        case Heading():
            yield CondPageBreak(_ROOM)
            yield Lines(markup(text(block.words)), PART)
        case Bullets():
            yield _bullets(block)
        case FactsBlock():
            yield _facts(block)
        case TableBlock():
            yield from _grid(block)
        case CommandsBlock():
            yield _commands(block)
        case Notice():
            yield _notice(block)
        case Map():
            yield KeepTogether([MapPicture(block), Lines(markup(text(block.words)), CAPTION)])
        case Blank():
            yield KeepTogether(list(_blank(block)))


def markup(spans: Text) -> str:
    """As reportlab's paragraphs take it; nothing in it is taken for marks."""
    out = []
    for span in spans:
        font = {"code": MONO, "strong": BOLD, "good": BOLD, "bad": BOLD}.get(span.style, SANS)
        words = escape(drawable(printable(span.text), font))
        if span.style == "break":
            words = "<br/>"
        elif span.style == "code":
            words = f'<font name="{MONO}" size="-0.7">{words}</font>'
        elif font == BOLD:
            words = f"<b>{words}</b>"
        if span.style in _COLOURS:
            words = f'<font color="{_COLOURS[span.style]}">{words}</font>'
        out.append(words)
    return "".join(out)


def _bullets(block: Bullets) -> Any:
    items = [ListItem(Lines(markup(item), BODY), bulletColor=INK) for item in block.items]
    return ListFlowable(
        items, bulletType="bullet", start="•", bulletFontName=SANS, bulletFontSize=8, leftIndent=12
    )


def _facts(block: FactsBlock) -> Any:
    rows = [
        [Lines(markup(text(label)), SMALL), Lines(markup(value), CELLS)]
        for label, value in block.rows
    ]
    return _table(rows, [0.24 * WIDTH, 0.76 * WIDTH], [])


def _grid(block: TableBlock) -> Iterator[Any]:
    total = sum(column.weight for column in block.columns)
    widths = [WIDTH * column.weight / total for column in block.columns]
    styles = [NUMBERS if column.number else CELLS for column in block.columns]
    titles = [
        Lines(f"<b>{markup(text(column.title))}</b>", style)
        for column, style in zip(block.columns, styles, strict=True)
    ]
    rows = [
        [Lines(markup(cell), style) for cell, style in zip(row, styles, strict=True)]
        for row in block.rows
    ]
    if not block.headed:
        yield CondPageBreak(_ROOM)
        yield Lines(markup(text(block.caption)), CAPTION)
    yield _table([titles, *rows], widths, [("BACKGROUND", (0, 0), (-1, 0), CELL)], heads=1)


def _table(rows: list[Any], widths: list[float], style: list[Any], heads: int = 0) -> Any:
    table = LongTable(
        rows,
        colWidths=widths,
        repeatRows=heads,
        splitByRow=1,
        splitInRow=_LEAST_PT,
        spaceBefore=2,
        spaceAfter=8,
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
                *style,
            ]
        )
    )
    return table


def _commands(block: CommandsBlock) -> Any:
    lines = [[Lines(escape(drawable(printable(line), MONO)), CODE)] for line in block.lines]
    box = Table(lines, colWidths=[WIDTH], spaceBefore=2, spaceAfter=3)
    box.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), CELL),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return KeepTogether([box, Lines(markup(block.shows), BODY), Spacer(1, 3)])


def _notice(block: Notice) -> Any:
    colour, paper = _NOTICES[block.kind]
    rows = [[Lines(f"<b>{markup(text(block.title))}</b>", BODY)]]
    rows += [[Lines(markup(item), BODY)] for item in block.items]
    box = Table(rows, colWidths=[WIDTH], splitInRow=_LEAST_PT, spaceBefore=4, spaceAfter=8)
    edge = (
        [("BOX", (0, 0), (-1, -1), 1, colour)]
        if paper is None
        else [
            ("LINEBEFORE", (0, 0), (0, -1), 3, colour),
            ("BACKGROUND", (0, 0), (-1, -1), paper),
        ]
    )
    box.setStyle(
        TableStyle(
            [
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                *edge,
            ]
        )
    )
    return box


def _blank(block: Blank) -> Iterator[Any]:
    yield Lines(markup(text(block.label)), BODY)
    for _ in range(block.lines):
        yield HRFlowable(
            width=WIDTH, thickness=0.5, color=INK, spaceBefore=7 * mm, spaceAfter=1 * mm
        )
    yield Spacer(1, 3 * mm)


class MapPicture(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A map."""

    def __init__(self, block: Map) -> None:
        super().__init__()
        self._block = block
        self._scale = _MAP_PT / max(block.width, block.height)
        self.width, self.height = block.width * self._scale, block.height * self._scale

    def draw(self) -> None:
        canvas, scale = self.canv, self._scale
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(FAINT)
        canvas.setFillColor(CELL)
        canvas.rect(0, 0, self.width, self.height, fill=1)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(CELL)
        for zone in self._block.zones:
            bottom = self.height - (zone.y + zone.height) * scale
            canvas.rect(zone.x * scale, bottom, zone.width * scale, zone.height * scale, fill=1)
