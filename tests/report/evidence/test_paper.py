"""The PDF: tagged, real text, the same each time, and every script drawn; no word is markup."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.report.evidence.cases import (
    ARABIC,
    CASE,
    CYRILLIC,
    KEY,
    LOG,
    failing,
    in_other_words,
)
from tests.report.evidence.pdftext import Read, read, squeezed
from tests.report.evidence.test_lettering import WRITTEN

from efface.report.evidence import html as page_of
from efface.report.evidence import of_case
from efface.report.evidence import paper as laid
from efface.report.evidence import pdf as paper_of
from efface.report.evidence.blocks import Paragraph, user
from efface.report.evidence.blocks import text as spans_of
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.document import document
from efface.report.evidence.paper import NUMBERS_NOTE

GREEN = {"#0b5d43", "#e8f5f0"}
MARKUP = (
    '#panic("x") *b* _i_ $x^2$ `raw` <label> @ref // c /* c */ \\ [c] = h #eval("1") ~ --- \' "'
)


def pdf(case: ReportedCase) -> bytes:
    return paper_of(of_case(case))


def noted(words: str) -> ReportedCase:
    """The case, with a note."""
    return replace(CASE, log=(replace(LOG[0], note=words), *LOG[1:]))


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf(CASE)


@pytest.fixture(scope="module")
def odd() -> Read:
    return read(pdf(in_other_words()))


def test_the_same_case_gives_the_same_bytes(paper: bytes) -> None:
    assert pdf(CASE) == paper
    assert pdf(replace(CASE, made="2026-11-28T08:00:01Z")) != paper


def test_it_names_nobody_and_does_nothing(paper: bytes) -> None:
    found = read(paper)
    assert found.info["/Title"] == f"Evidence report, about case {CASE.id}"
    assert "/Author" not in found.info
    assert {found.info["/CreationDate"][:16]} == {"D:20261128080000"}
    assert b"/JavaScript" not in paper
    assert b"/URI" not in paper
    assert b"/Launch" not in paper


def test_it_is_tagged(paper: bytes) -> None:
    """As PDF/UA-1 asks, which typst holds it to: here, what a reader can see of that."""
    found = read(paper)
    assert found.root["/MarkInfo"]["/Marked"]
    assert found.root["/Lang"] == "en"
    assert found.root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = found.root["/Metadata"].get_data()
    assert b"pdfuaid:part" in metadata
    assert found.tags.count("H1") == 1
    sections = document(of_case(CASE))
    assert found.tags.count("H2") == len(sections.sections) + len(sections.annex)
    for tag in ("P", "Table", "TH", "TD", "L", "LI", "Figure", "Caption", "H3"):
        assert tag in found.tags, tag


def test_all_fonts_are_in_it(odd: Read) -> None:
    assert odd.embedded
    names = {name.split("+")[1] for name in odd.fonts}
    assert {"DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DroidSansFallback"} <= {
        name.removesuffix("-Identity-H") for name in names
    }


def test_pages_say_which_they_are_of_how_many(paper: bytes) -> None:
    pages = read(paper).pages
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert squeezed(f"Evidence report, about case {CASE.id}") in squeezed(page)
        assert f"page {number} of {len(pages)}" in page


def test_three_pages_are_for_the_reader_and_the_rest_is_annex(paper: bytes) -> None:
    pages = read(paper).pages
    whole = document(of_case(CASE))
    assert len(whole.sections) == 3
    for number, section in enumerate(whole.sections):
        assert f"{number + 1}. {section.title}" in pages[number]
    for letter, section in zip("ABCDEFGHIJ", whole.annex, strict=False):
        title = squeezed(f"{letter}. {section.title}")
        assert title in squeezed(pages[2])
        assert any(title in squeezed(page) for page in pages[3:]), title


def test_it_says_what_the_page_says(paper: bytes) -> None:
    text, page = squeezed(read(paper).text), page_of(of_case(CASE))
    for words in (KEY, CASE.original.sha256, CASE.redactions[1].sha256, "market square.jpg"):
        assert words in page
        assert squeezed(words) in text
    for entry in LOG:
        assert squeezed(entry.says) in text
    for table in CASE.measured:
        for row in table.rows:
            assert all(squeezed(cell) in text for cell in row)


def test_a_number_can_be_copied_whole(paper: bytes) -> None:
    """Long words may break over lines, and nothing comes between their letters by that."""
    text = read(paper).text
    assert not re.search(r"[\u200b\u00ad]", text)
    assert KEY in text.replace("\n", "")


def test_failures_are_on_the_first_page() -> None:
    first = squeezed(read(pdf(failing())).pages[0])
    assert squeezed("1 of 4 checks did not hold.") in first
    assert squeezed("its tail was cut off.") in first


def test_colour_follows_the_worst(paper: bytes) -> None:
    """Green is earned by the whole, on paper as on the page."""
    assert read(paper).colours >= GREEN
    unknown = tuple(replace(key, known_as=None, yours=False) for key in CASE.keys)
    for case in (failing(), replace(CASE, keys=unknown), replace(CASE, checks=())):
        assert not read(pdf(case)).colours & GREEN


@pytest.mark.parametrize("words", WRITTEN)
def test_every_script_is_drawn(words: str) -> None:
    """No square for what is missing: PDF/UA does not allow one, and typst refuses it."""
    found = read(pdf(noted(words)))
    assert "[U+" not in found.text
    assert squeezed(NUMBERS_NOTE) not in squeezed(found.text)


def test_letters_that_join_are_joined() -> None:
    """Arabic and Devanagari are shaped: not one glyph a letter, from left to right."""
    found = read(pdf(noted(ARABIC)))
    assert not any("Noto" in name for name in found.fonts)
    assert any("DejaVuSans" in name for name in found.fonts)
    assert any("Devanagari" in name for name in read(pdf(noted("नमस्ते"))).fonts)


def test_a_name_from_right_to_left_leaves_numbers_beside_it_where_they_are() -> None:
    """Else “قال 3 of 4” would be drawn as 3, the name, and “of 4”."""
    spans = spans_of(user("قال"), " 333 of 4")
    whole = replace(document(of_case(CASE)), lead=(Paragraph(spans),), annex=())
    places: dict[str, float] = {}

    def see(words: str, matrix: list[float], *_: object) -> None:
        for sought in ("ق", "333"):
            if sought in words:
                places.setdefault(sought, matrix[4])

    made = laid._set(whole, plain=False)
    PdfReader(io.BytesIO(made)).pages[0].extract_text(visitor_text=see)
    assert places["333"] > places["ق"]


def test_what_no_font_has_is_numbers_and_it_says_so(odd: Read) -> None:
    for word in CYRILLIC.split():
        assert word in odd.text
    found = read(pdf(noted("\U00013000 \U00013001")))
    assert "[U+13000]" in found.text
    assert squeezed(NUMBERS_NOTE) in squeezed(found.pages[0])


def test_words_are_never_markup(odd: Read) -> None:
    text = squeezed(read(pdf(noted(MARKUP))).text)
    assert squeezed(MARKUP) in text
    assert squeezed('<script>alert(1)</script><b>"&amp;{x}') in squeezed(odd.text)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_name_gives_a_report(words: str) -> None:
    """Whatever somebody calls himself; marks of one script on letters of another among it."""
    assert pdf(noted(words)).startswith(b"%PDF")


@pytest.mark.parametrize("words", ["a\u0e48\u0e48", "ب\u093f", "\u0bbe", "ก\u0301\u0948x\u05b0"])
def test_marks_on_letters_of_another_script(words: str) -> None:
    assert pdf(noted(words)).startswith(b"%PDF")


def test_times_are_those_of_the_machine_too() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    report = replace(of_case(CASE), zone=zone, zone_name="Asia/Kathmandu")
    for text in (squeezed(read(paper_of(report)).text), squeezed(page_of(report))):
        assert squeezed("2026-11-28 13:45:00 +05:45 (08:00:00 UTC)") in text
        assert "Asia/Kathmandu" in text


def test_spaces_in_commands_can_be_copied() -> None:
    """A PDF loses runs of spaces: no command may need one."""
    commands = re.findall(r"<pre tabindex=\"0\">(.*?)</pre>", page_of(of_case(CASE)), re.S)
    assert commands
    assert not any("  " in line for command in commands for line in command.splitlines())
