"""The report: one file that fetches nothing, hides what it has to hide, and says the limits."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import (
    Crashing,
    Elsewhere,
    Shown,
    blurred,
    person,
    solid,
    team,
)

from efface.attack.interface import Family, Leak
from efface.attack.pair import OpenedFile
from efface.attack.red_team.calibration import Calibration, FailedShare
from efface.attack.red_team.outcome import FileTried, Outcome, Outside
from efface.attack.red_team.team import attack_person
from efface.attack.red_team.verdict import LIMITS
from efface.report.attack.page import MADE_UP, page
from efface.report.attack.pictures import inline

Picture = NDArray[np.uint8]
HOSTILE = '<script>alert(1)<b>"&\x1b[31m.png'


class Undone(Shown):
    """Shows a picture that a report may show."""

    name = "undone"
    family: ClassVar[Family] = "inversion"


@pytest.fixture(scope="module")
def outcome(portrait: Picture) -> Outcome:
    result = attack_person(
        person(portrait, blurred(portrait, 4)), team(Shown(), Undone(), Crashing(), Elsewhere())
    )
    share = FailedShare("a plain fill <b>", 100, 1, 0.0003, 0.0545)
    out = Outcome(
        OpenedFile(Path(HOSTILE), "0" * 64, "PNG"),
        OpenedFile(Path("original.png"), "1" * 64, "PNG"),
        0.01,
        "2,000 made-up people",
        ("coarse",),
        Calibration("2026-11-24", 0.01, 2000, "nobody", constant=(share,), weak=(share,)),
    )
    out.people = [result]
    out.file_attacks = [FileTried("carried", "hidden", (Leak("gps", "IFD0", "a <place>"),))]
    standing = result.tried[0].standing
    assert standing is not None
    out.outside = [Outside("t1", standing, 3, 0.1)]
    out.kept, out.areas, out.notes = ("t9",), ("10x10 at (1, 2)",), ["Look <here>."]
    return out


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_it_is_whole_and_fetches_nothing(outcome: Outcome) -> None:
    text = page(outcome, show_original=True)
    reader = read(text)
    assert (reader.wrong, reader.open) == ([], [])
    assert text.startswith("<!doctype html>")
    for tag, attributes in reader.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed")
        for name in ("src", "href", "srcset", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:image/png;base64,", "#"))
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in text
    assert "@import" not in text
    assert "http:" not in text.replace("http-equiv", "")
    assert "https:" not in text
    assert "default-src 'none'" in text


def test_names_are_escaped(outcome: Outcome) -> None:
    text = page(outcome, show_original=False)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\x1b" not in text
    assert "<place>" not in text
    assert "<here>" not in text


def test_the_original_is_shown_only_when_asked_for(outcome: Outcome) -> None:
    face = inline(outcome.people[0].person.best.clear)
    assert face not in page(outcome, show_original=False)
    assert face in page(outcome, show_original=True)


def test_what_is_drawn_from_a_fill_is_not_said_to_be_recovered(
    portrait: Picture, outcome: Outcome
) -> None:
    """A network draws a face from any colour; under "recovered" it would pass for somebody's."""
    filled = attack_person(person(portrait, solid(portrait, grow=1.7)), team(Shown(), Undone()))
    assert filled.kind == "removed"
    text = html.unescape(page(replace(outcome, people=[filled]), show_original=False))
    assert f"<figcaption>undone: {MADE_UP}</figcaption>" in text
    assert "recovered, t1" not in text
    assert "Taken to be done to it: a plain fill." in text
    text = html.unescape(page(outcome, show_original=False))
    assert "<figcaption>undone</figcaption>" in text
    assert MADE_UP not in text


def test_it_can_be_read_without_seeing(outcome: Outcome) -> None:
    reader = read(page(outcome, show_original=True))
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("h1") == 1
    assert ("html", {"lang": "en"}) in reader.tags
    for tag, attributes in reader.tags:
        if tag == "img":
            assert attributes["alt"]
        if tag == "th":
            assert attributes["scope"] in ("row", "col", "rowgroup")
    ids = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    for _, attributes in reader.tags:
        assert attributes.get("aria-labelledby", next(iter(ids))) in ids
        link = attributes.get("href")
        assert link is None or link[1:] in ids


def test_pictures_are_png(outcome: Outcome) -> None:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page(outcome, show_original=True))
    assert len(found) == 3  # as published, original, undone; the one as it is is not shown twice
    for text in found:
        with Image.open(io.BytesIO(base64.b64decode(text))) as image:
            assert image.format == "PNG"
            assert max(image.size) <= 320
            assert not image.info


def test_it_says_what_it_does_not_say(outcome: Outcome) -> None:
    text = page(outcome, show_original=False)
    for limit in LIMITS:
        assert limit.replace("'", "&#39;") in text
    assert "delete this page" in text
    assert "0.0 % to 5.5 %" in text
    assert "could not run" in text
    assert "do not apply here: elsewhere." in text
    assert "Do not publish" in text


def test_no_template_is_on_it(outcome: Outcome) -> None:
    """No run of numbers: a template would be 64 of them here."""
    text = re.sub(r"data:image/png;base64,[^\"]+", "", page(outcome, show_original=True))
    assert not re.search(r"(-?\d+\.\d+[^\w<>]+){5}", text.split("</style>")[1])
    template = outcome.people[0].person.best.clear.astype(np.float32).tobytes()
    assert base64.b64encode(template[:96]).decode() not in text


def test_a_file_that_passed_says_so(outcome: Outcome) -> None:
    fine = replace(outcome, people=[], file_attacks=[], calibration=Calibration(), outside=[])
    text = page(fine, show_original=False)
    assert "NOT COVERED: no face of this file was attacked" in text
    assert "Failed." not in text
    assert "not been measured" in text
