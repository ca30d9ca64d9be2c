"""What the PDF's fonts write, and what stands as numbers instead."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.report.evidence import lettering
from efface.report.evidence.lettering import BOLD, MONO, SANS, drawable, written_out

SHA256 = {
    "DejaVuSans.ttf": "3fdf69cabf06049ea70a00b5919340e2ce1e6d02b0cc3c4b44fb6801bd1e0d22",
    "DejaVuSans-Bold.ttf": "b184b89e3c1075f22f6b71575b6fc20d4972b3cfd3b23322ca6fd596dcaef167",
    "DejaVuSansMono.ttf": "602ec86b8948cfcd956482fe64f94c36c867770149ef2f791d4613f443bcecb3",
}
"""Of DejaVu 2.37 as its authors published it."""


@pytest.mark.parametrize(
    "words",
    ["Łódź, İstanbul, Đà Nẵng", "Київ, Ґанок", "Αθήνα", "Երևան", "თბილისი", "“a” – b… 5 €", "→ ✓"],
)
def test_these_scripts_are_written(words: str) -> None:
    assert drawable(words) == words
    assert not written_out(words)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("سلام", "[U+0633 U+0644 U+0627 U+0645]"),
        ("a שלום b", "a [U+05E9 U+05DC U+05D5 U+05DD] b"),
        ("မြန်မာ", "[U+1019 U+103C U+1014 U+103A U+1019 U+102C]"),
        ("中文.", "[U+4E2D U+6587]."),
        ("\U0001f600", "[U+1F600]"),
        ("\ufffe", "[U+FFFE]"),
    ],
)
def test_others_stand_as_numbers(words: str, numbers: str) -> None:
    assert drawable(words) == numbers
    assert written_out(words)


def test_letters_with_marks_are_joined() -> None:
    assert drawable("e\u0301") == "é"
    assert not written_out("e\u0301")


@given(st.text(), st.sampled_from([SANS, BOLD, MONO]))
def test_every_text_can_be_written_and_recovered(words: str, font: str) -> None:
    written = drawable(words, font)
    glyphs = lettering._font(font).face.charToGlyph
    assert all(ord(c) in glyphs for c in written)

    def back(found: re.Match[str]) -> str:
        return "".join(chr(int(n[2:], 16)) for n in found[1].split())

    if "[U+" not in words:
        plain = re.sub(r"\[((?:U\+[0-9A-F]{4,6} ?)+)\]", back, written)
        assert plain == unicodedata.normalize("NFC", words)


def test_the_fonts_are_the_published_ones() -> None:
    folder = files("efface.report.evidence") / "fonts"
    found = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in lettering._FILES.values()
    }
    assert found == SHA256
    assert "Bitstream Vera" in (folder / "DejaVu.LICENSE").read_text(encoding="utf-8")
