"""The page that is carried is what its source builds, and its types are the server's."""

from __future__ import annotations

import gzip
import json
import re

from web.stamp import PAGE, STAMP, WEB, stamp

from efface.review.openapi import description

MOST_BYTES = 250_000
"""Of all that a browser loads, compressed."""


def test_the_page_was_built_from_this_source() -> None:
    """After the source has changed: ``make web``."""
    assert json.loads(STAMP.read_text(encoding="utf-8")) == stamp()


def test_the_types_are_those_of_the_server() -> None:
    """After the models have changed: ``make web``."""
    assert json.loads((WEB / "api.json").read_text(encoding="utf-8")) == description()


def test_the_page_is_small() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in PAGE.iterdir()) < MOST_BYTES


def test_the_page_asks_nobody_else() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == ["/icon.svg", "/app.js", "/app.css"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\bon\w+=|style=", page)
    style = (PAGE / "app.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_every_language_says_everything() -> None:
    """With the same blanks, and Arabic in all of its plurals."""
    folder = WEB / "src" / "messages"
    texts = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    assert set(texts) == {"en", "de", "ar"}
    for language, own in texts.items():
        assert list(own) == list(texts["en"]), language
        for key, text in own.items():
            assert type(text) is type(texts["en"][key]), (language, key)
            forms = list(text.values()) if isinstance(text, dict) else [text]
            wanted = texts["en"][key]
            blanks = re.findall(r"\{\w+\}", wanted["other"] if isinstance(wanted, dict) else wanted)
            for form in forms:
                assert form, (language, key)
                assert set(re.findall(r"\{\w+\}", form)) <= set(blanks), (language, key)
            if language == "ar" and isinstance(text, dict):
                assert set(text) >= {"zero", "one", "two", "few", "other"}, key
