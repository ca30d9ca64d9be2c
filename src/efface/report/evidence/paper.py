"""The report as a PDF: real text on numbered pages of A4, with an outline.

The same case gives the same bytes: the only time in it is the one at which the case says that the
report was made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    PageBreak,
    PageTemplate,
)
from reportlab.platypus import Paragraph as Lines
from reportlab.platypus.tableofcontents import TableOfContents  # type: ignore[import-untyped]

from efface.report.evidence.blocks import PageDocument, Paragraph, Section, text
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.document import document
from efface.report.evidence.flowing import (
    BODY,
    FAINT,
    RULE,
    SECTION,
    SMALL,
    TITLE,
    WIDTH,
    flowables,
    markup,
)
from efface.report.evidence.lettering import MONO, SANS, drawable, register, written_out

_SIDE, _TOP, _BOTTOM = (A4[0] - WIDTH) / 2, 16 * mm, 20 * mm
_FOOT, _FOOT_PT = 11 * mm, 7
_ROOM = 40 * mm
"""That must be left on a page for a section to begin on it."""

NUMBERS_NOTE = (
    "Some words in this file are in scripts that its fonts do not write. They stand as the numbers "
    "of their characters (Unicode) in brackets: [U+0645]. The report as a page (HTML) shows them "
    "as they were written, and any browser prints it."
)


def pdf(case: ReportedCase) -> bytes:
    """The report as a PDF."""
    register()
    whole = document(case)
    out = io.BytesIO()
    _Pages(out, whole).multiBuild(_story(whole))
    return out.getvalue()


def _story(whole: PageDocument) -> list[Any]:
    note: list[Any] = []
    if any(written_out(words, font) for words in _strings(astuple(whole)) for font in (SANS, MONO)):
        note = list(flowables(Paragraph(text(NUMBERS_NOTE))))
    contents = TableOfContents(levelStyles=[ParagraphStyle("contents", BODY, spaceAfter=0)])
    for number, section in enumerate(whole.sections, 1):
        # Pages come in the first pass; it takes a pass less when the lines are there already.
        contents.addEntry(0, _title(number, section), 0, section.id)
    numbered = enumerate(whole.sections, 1)
    return [
        Lines(markup(text(whole.title)), TITLE),
        Lines(markup(whole.subtitle), SMALL),
        *note,
        *(part for block in whole.lead for part in flowables(block)),
        contents,
        *(part for number, section in numbered for part in _section(number, section)),
    ]


def _strings(value: object) -> Iterator[str]:
    """Every text in nested tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _strings(one)


def _section(number: int, section: Section) -> list[Any]:
    words = _title(number, section)
    title = Lines(markup(text(words)), SECTION)
    title.entry = section.id, words
    blocks = [part for block in section.blocks for part in flowables(block)]
    start = PageBreak() if section.id == "certification" else CondPageBreak(_ROOM)
    return [start, title, *blocks]


def _title(number: int, section: Section) -> str:
    return f"{number}. {section.title}"


class _Pages(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """Pages that know how many they are, which takes a pass to find out."""

    def __init__(self, out: io.BytesIO, whole: PageDocument) -> None:
        self._case, self._made = whole.case, whole.made
        self._pages = self._counted = 0
        super().__init__(
            out,
            pagesize=A4,
            title=f"{whole.title}, case {whole.case}",
            author="",
            subject="",
            creator="efface",
            producer="efface",
            lang="en",
            invariant=1,
            displayDocTitle=1,
            initialFontName=SANS,
        )
        frame = Frame(
            _SIDE, _BOTTOM, WIDTH, A4[1] - _TOP - _BOTTOM,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._foot))

    def handle_documentBegin(self) -> None:
        self.canv.setDateFormatter(lambda *_: _date(self._made))
        self._pages, self._counted = self._counted, 0
        super().handle_documentBegin()

    def afterFlowable(self, flowable: Any) -> None:
        entry = getattr(flowable, "entry", None)
        if entry is not None:
            key, words = entry
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(words, key)
            self.notify("TOCEntry", (0, words, self.page, key))

    def _foot(self, canvas: Any, _: Any) -> None:
        self._counted = max(self._counted, canvas.getPageNumber())
        canvas.saveState()
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        canvas.line(_SIDE, _FOOT + 10, _SIDE + WIDTH, _FOOT + 10)
        canvas.setFont(SANS, _FOOT_PT)
        canvas.setFillColor(FAINT)
        canvas.drawString(_SIDE, _FOOT, drawable(f"Evidence report, case {self._case}"))
        of = f"page {canvas.getPageNumber()} of {self._pages}"
        canvas.drawRightString(_SIDE + WIDTH, _FOOT, of)
        canvas.restoreState()


def _date(time: str) -> str:
    """A time of RFC 3339 as a PDF has it."""
    return f"D:{re.sub('[^0-9]', '', time)[:14]}Z"
