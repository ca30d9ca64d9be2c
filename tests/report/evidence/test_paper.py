"""The PDF: real text, the same each time, nothing beyond the margins, every script in some form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph as Lines  # type: ignore[import-untyped]
from reportlab.platypus import Table
from tests.report.evidence.cases import CASE, CYRILLIC, KEY, LOG, failing, in_other_words
from tests.report.evidence.pdftext import Read, read

from efface.report.evidence import html, pdf
from efface.report.evidence.document import document
from efface.report.evidence.flowing import WIDTH, flowables
from efface.report.evidence.lettering import register
from efface.report.evidence.paper import NUMBERS_NOTE


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf(CASE)


@pytest.fixture(scope="module")
def odd() -> Read:
    return read(pdf(in_other_words()))


def squeezed(text: str) -> str:
    """Without what lines and cells come to begin and end with."""
    return re.sub(r"\s", "", text)


def test_the_same_case_gives_the_same_bytes(paper: bytes) -> None:
    assert pdf(CASE) == paper
    assert pdf(replace(CASE, made="2026-11-28T08:00:01Z")) != paper


def test_the_only_time_is_the_given_one(paper: bytes) -> None:
    assert set(re.findall(rb"\(D:([^)]*)\)", paper)) == {b"20261128080000Z"}


def test_it_names_nobody_but_the_case(paper: bytes) -> None:
    for key, value in (
        (b"Author", b"()"),
        (b"Subject", b"()"),
        (b"Creator", b"(efface)"),
        (b"Producer", b"(efface)"),
        (b"Keywords", b"()"),
    ):
        assert re.search(rb"/%b (\([^)]*\))" % key, paper)[1] == value  # type: ignore[index]
    assert b"/Lang (en)" in paper
    assert b"/JavaScript" not in paper
    assert b"/URI" not in paper


def test_all_fonts_are_in_it(paper: bytes) -> None:
    found = read(paper)
    assert found.embedded
    assert {name.split("+")[1] for name in found.fonts} == {
        "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono",
    }  # fmt: skip


def test_pages_say_which_they_are_of_how_many(paper: bytes) -> None:
    pages = read(paper).pages
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert page.startswith(f"Evidence report, case {CASE.id}\npage {number} of {len(pages)}")


def test_the_contents_lead_to_the_pages(paper: bytes) -> None:
    pages = read(paper).pages
    sections = document(CASE).sections
    for number, section in enumerate(sections, 1):
        title = f"{number}. {section.title}"
        found = re.search(rf"^(\d+)\n{re.escape(title)}$", pages[0], re.M)
        assert found is not None, title
        assert re.search(rf"^{re.escape(title)}$", pages[int(found[1]) - 1], re.M)
        assert section.title.encode() in paper  # the outline


def test_it_says_what_the_page_says(paper: bytes) -> None:
    text, page = squeezed(read(paper).text), html(CASE)
    for words in (KEY, CASE.original.sha256, CASE.redactions[1].sha256, "market square.jpg"):
        assert words in page
        assert squeezed(words) in text
    for entry in LOG:
        assert squeezed(entry.says) in text
    for table in CASE.measured:
        for row in table.rows:
            assert all(squeezed(cell) in text for cell in row)


def test_failures_are_on_the_first_page() -> None:
    first = squeezed(read(pdf(failing())).pages[0])
    assert squeezed("1 of 4 checks did not hold.") in first
    assert squeezed("its tail was cut off.") in first


def test_scripts_that_it_can_write_are_written(odd: Read) -> None:
    for word in CYRILLIC.split():
        assert word in odd.text


def test_scripts_that_it_cannot_write_are_numbers_and_it_says_so(odd: Read) -> None:
    text = squeezed(odd.text)
    assert squeezed(NUMBERS_NOTE) in squeezed(odd.pages[0])
    assert squeezed("[U+0642 U+0627 U+0644]") in text
    assert squeezed("[U+4E2D U+6587]") in text
    assert "[U+1F600]" in text
    assert not re.search(r"[\u0590-\u08ff\u4e00-\u9fff]", text)


def test_a_case_without_them_says_nothing_of_it(paper: bytes) -> None:
    assert squeezed(NUMBERS_NOTE) not in squeezed(read(paper).text)


def test_marks_in_names_are_words(odd: Read) -> None:
    assert squeezed('<script>alert(1)</script><b>"&amp;{x}') in squeezed(odd.text)


def test_spaces_in_commands_can_be_copied(paper: bytes) -> None:
    """A PDF loses runs of spaces: no command may need one."""
    commands = re.findall(r"<pre tabindex=\"0\">(.*?)</pre>", html(CASE), re.S)
    assert commands
    assert not any("  " in line for command in commands for line in command.splitlines())


def beyond(part: Any, room: float) -> Iterator[float]:
    """How far each line of a flowable reaches beyond its room, points."""
    part.wrapOn(Canvas(io.BytesIO()), room, 10_000)
    if isinstance(part, Table):
        for row in part._cellvalues:
            for cell, width in zip(row, part._colWidths, strict=True):
                for one in cell if isinstance(cell, list | tuple) else (cell,):
                    yield from beyond(one, width - 8)
    elif isinstance(part, Lines):
        yield from (line - room for line in part.getActualLineWidths0())
    else:
        for one in getattr(part, "_content", None) or getattr(part, "_flowables", None) or ():
            yield from beyond(one, room)


@pytest.mark.parametrize("case", [CASE, in_other_words()], ids=["as-is", "odd"])
def test_nothing_reaches_beyond_its_column(case: Any) -> None:
    register()
    whole = document(case)
    blocks = [*whole.lead, *(block for section in whole.sections for block in section.blocks)]
    parts = [part for block in blocks for part in flowables(block)]
    found = [far for part in parts for far in beyond(part, WIDTH)]
    assert len(found) > 300
    assert max(found) <= 0.01
