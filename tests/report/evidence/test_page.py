"""The page: whole, fetches nothing, hides nothing of the case, and takes no text for marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report.evidence.cases import (
    ARABIC,
    CASE,
    CYRILLIC,
    HOSTILE,
    KEY,
    failing,
    in_other_words,
)

from efface.files.paths import printable
from efface.report.evidence import html as of_report
from efface.report.evidence import of_case
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.words import moment


def html(case: ReportedCase) -> str:
    return of_report(of_case(case))


NOT_WORDS = {"known", "unknown", "ed25519", "es256", "credentials.trust", "log.order", "log.keys"}
"""States of the case that are said in other words."""


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "col"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def read(case: ReportedCase) -> Reader:
    reader = Reader()
    reader.feed(html(case))
    return reader


def strings(value: object) -> Iterator[str]:
    """Every text of a case."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("case", [CASE, in_other_words(), failing()], ids=["as-is", "odd", "wrong"])
def test_it_is_whole_and_fetches_nothing(case: ReportedCase) -> None:
    text, reader = html(case), read(case)
    assert (reader.wrong, reader.open) == ([], [])
    assert text.startswith("<!doctype html>")
    for tag, attributes in reader.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "img", "image", "use")
        assert attributes.get("href", "#") is not None
        assert str(attributes.get("href", "#")).startswith("#")
        assert not {"src", "srcset", "action", "xlink:href"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert "http" not in text.replace("http-equiv", "")


def test_everything_in_the_case_is_on_it() -> None:
    """Each text of the case, but for what is only used in commands or said in words."""
    text = read(CASE).text
    for words in set(strings(CASE)) - NOT_WORDS:
        shown = moment(words).rstrip(".")
        assert shown in text or shown[:1].upper() + shown[1:] in text, words


def test_nothing_else_is_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path, and the same wherever and whenever it is made."""
    before = html(CASE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert html(CASE) == before
    for private in (str(tmp_path), str(Path.home()), str(Path(__file__).parents[3]), "/tmp"):
        assert private not in before


def test_words_are_taken_for_words() -> None:
    case = in_other_words()
    text, reader = html(case), read(case)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert printable(HOSTILE) in reader.text
    assert ARABIC in reader.text
    assert CYRILLIC in reader.text
    assert f"<bdi>{ARABIC}</bdi>" in text


def test_long_words_are_cut_and_it_says_so() -> None:
    text = read(in_other_words()).text
    assert "x" * 4000 in text
    assert "x" * 4001 not in text
    assert "… (and 61,000 characters more, in the pack)" in text


def test_it_can_be_read_without_seeing() -> None:
    reader = read(CASE)
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("h1") == 1
    assert ("html", {"lang": "en"}) in reader.tags
    ids = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    links = {str(attributes["href"])[1:] for tag, attributes in reader.tags if tag == "a"}
    assert links == ids
    for tag, attributes in reader.tags:
        if tag == "th":
            assert attributes["scope"] == "col"
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        assert attributes.get("aria-labelledby", "received") in ids
    assert tags.count("table") == tags.count("caption")


def test_zones_are_drawn_where_they_are() -> None:
    width, height = CASE.redactions[0].width, CASE.redactions[0].height
    drawn = [a for t, a in read(CASE).tags if t == "rect" and a["class"] == "zone"]
    scale = 300 / max(width, height)
    for zone, shown in zip(CASE.redactions[0].zones, drawn, strict=False):
        assert float(str(shown["x"])) == pytest.approx(zone.x * scale, abs=0.1)
        assert float(str(shown["y"])) == pytest.approx(zone.y * scale, abs=0.1)
        assert float(str(shown["width"])) == pytest.approx(zone.width * scale, abs=0.1)
        assert float(str(shown["height"])) == pytest.approx(zone.height * scale, abs=0.1)
    assert len(drawn) == sum(len(one.zones) for one in CASE.redactions)


def test_what_does_not_hold_comes_first() -> None:
    text = read(failing()).text
    first = text.index("1 of 4 checks did not hold. Read these first.")
    assert first < text.index("its tail was cut off.") < text.index("In short")
    assert "does not hold" in text
    assert "could not be checked" in text
    assert "The red team found somebody" in text
    assert "checks hold" not in text


def test_a_signer_who_is_not_known_is_no_failure() -> None:
    text = read(CASE).text
    assert "All 3 checks hold, by a key that is known." in text
    assert "valid is not trusted" in text
    assert re.search(r"not known\s*credentials\.trust", text)


def test_a_case_of_nothing() -> None:
    """A pack that was only just sealed."""
    bare = replace(CASE, redactions=(), checks=(), stamps=(), access=(), log=(), measured=())
    text = read(bare).text
    assert "Nothing was checked." in text
    assert "Nothing was redacted from this pack." in text
    assert "No third party vouches for a time" in text
    assert KEY in text


def test_sections_are_those_that_others_name() -> None:
    """“Who had access” stands in quotation marks where it is named: it must be there."""
    titles = set(re.findall(r"<h2 [^>]*>[A-Z0-9]+\. (.+)</h2>", html(CASE)))
    named = {
        "Who had access",
        "Times and keys",
        "How often the tools err",
        "What was checked for this report",
        "How to check it without efface",
    }
    assert named - {"How to check it without efface"} <= set(
        re.findall("“([^”]+)”", read(CASE).text)
    )
    assert named <= titles


def test_the_form_is_blank() -> None:
    text = read(CASE).text
    form = text[text.index("This form is blank. Nobody has certified anything.") :]
    assert "not legal advice" in form
    for person in ("newsroom-desk", "second desk", "our own desk"):
        assert person not in form
    for words in ("My name is", "Signature", "Executed on (date)", "902(13)", "902(14)"):
        assert words in form


def green(case: ReportedCase) -> set[str]:
    """Classes of what would be green."""
    return set(re.findall(r'class="(?:notice )?(good[^"]*)"', html(case)))


def test_colour_follows_the_worst() -> None:
    """Green is earned by the whole: by no check that fails, and by a key that is known."""
    assert green(CASE) == {"good", "good-notice"}
    assert green(failing()) == set()
    unknown = replace(
        CASE, keys=tuple(replace(key, known_as=None, yours=False) for key in CASE.keys)
    )
    assert green(unknown) == set()
    assert "by the word of a key that is not known" in html(unknown)
    assert green(replace(CASE, checks=())) == set()
