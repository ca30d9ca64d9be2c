"""What the PDF's fonts write, and what stands as numbers instead."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.report.evidence.lettering import FOLDER, characters, drawable

SHA256 = {
    "DejaVuSans.ttf": "3fdf69cabf06049ea70a00b5919340e2ce1e6d02b0cc3c4b44fb6801bd1e0d22",
    "DejaVuSans-Bold.ttf": "b184b89e3c1075f22f6b71575b6fc20d4972b3cfd3b23322ca6fd596dcaef167",
    "DejaVuSansMono.ttf": "602ec86b8948cfcd956482fe64f94c36c867770149ef2f791d4613f443bcecb3",
}
"""Of DejaVu 2.37 as its authors published it."""

WRITTEN = (
    "Łódź, İstanbul, Đà Nẵng", "Київ, Ґанок", "Αθήνα", "Երևան", "თბილისი", "“a” – b… 5 €", "→ ✓",
    "سلام", "a שלום b", "မြန်မာ", "中文 日本語", "한국어", "नमस्ते", "বাংলা", "ภาษาไทย", "ខ្មែរ", "አማርኛ",
    "தமிழ்", "ગુજરાતી", "ਪੰਜਾਬੀ", "ಕನ್ನಡ", "മലയാളം", "ଓଡ଼ିଆ", "සිංහල", "తెలుగు", "ދިވެހި", "ܣܘܪܝܝܐ", "ລາວ",
    "می‌خواهم",
)  # fmt: skip


@pytest.mark.parametrize("words", WRITTEN)
def test_these_scripts_are_written(words: str) -> None:
    assert drawable(words) == unicodedata.normalize("NFC", words)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("\U00013000", "[U+13000]"),
        ("a \U0001f600\U0001f9ff", "a \U0001f600[U+1F9FF]"),
        ("\ufffe", "[U+FFFE]"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a[U+200B]b"),
    ],
)
def test_others_stand_as_numbers(words: str, numbers: str) -> None:
    assert drawable(words) == numbers


def test_letters_with_marks_are_joined() -> None:
    assert drawable("e\u0301") == "é"


@given(st.text(), st.booleans())
def test_every_text_can_be_written_and_recovered(words: str, plain: bool) -> None:
    written = drawable(words, plain=plain)
    assert all(ord(c) in characters() for c in written)
    if plain:
        assert all(ord(c) < 0x530 for c in written)

    def back(found: re.Match[str]) -> str:
        return "".join(chr(int(n[2:], 16)) for n in found[1].split())

    if "[U+" not in words:
        again = re.sub(r"\[((?:U\+[0-9A-F]{4,6} ?)+)\]", back, written)
        assert again == unicodedata.normalize("NFC", words)


def test_the_fonts_are_the_published_ones() -> None:
    found = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in SHA256}
    assert found == SHA256


def test_every_font_has_its_licence() -> None:
    folder = files("efface.report.evidence") / "fonts"
    names = [file.name for file in folder.iterdir()]
    licences = {name.removesuffix(".LICENSE") for name in names if name.endswith(".LICENSE")}
    for font in (name for name in names if name.endswith(".ttf")):
        assert any(font.startswith(licence) for licence in licences), font
    assert "Bitstream Vera" in (folder / "DejaVu.LICENSE").read_text(encoding="utf-8")
    for name in ("Noto", "NanumSquare"):
        text = (folder / f"{name}.LICENSE").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in text
