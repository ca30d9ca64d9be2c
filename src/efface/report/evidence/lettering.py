"""Fonts of the PDF, and what they can write.

The fonts travel with the package, since a report must look the same everywhere: DejaVu 2.37, in its
authors' files. reportlab neither joins letters nor writes from right to left, so that scripts that
need this would come out wrong. Those, and characters that the fonts lack, are written as their
numbers (Unicode), which can be read but not mistaken; the page for browsers has them as they are.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]

SANS, BOLD, MONO = "efface-sans", "efface-bold", "efface-mono"
_FILES = {SANS: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", MONO: "DejaVuSansMono.ttf"}

_PLAIN = (
    range(0x0020, 0x0530),  # Latin, Greek, Cyrillic
    range(0x0531, 0x0590),  # Armenian
    range(0x10A0, 0x1100),  # Georgian
    range(0x1D00, 0x2C00),  # Latin and Greek, further; punctuation, currencies, arrows, signs
    range(0x2C60, 0x2C80),  # Latin, further
    range(0xA720, 0xA800),
)
"""Blocks of scripts whose letters stand one after the other from left to right."""


@cache
def _font(name: str) -> Any:
    font = TTFont(name, io.BytesIO((files(__package__) / "fonts" / _FILES[name]).read_bytes()))
    pdfmetrics.registerFont(font)
    return font


def register() -> None:
    """Make the fonts known to reportlab, once."""
    for name in _FILES:
        _font(name)
    pdfmetrics.registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=SANS, boldItalic=BOLD)


def drawable(text: str, font: str = SANS) -> str:
    """The text with what the font cannot write as numbers: ``[U+0645 U+0631]``."""
    glyphs = _font(font).face.charToGlyph
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        "".join(run) if plain else f"[{' '.join(f'U+{ord(c):04X}' for c in run)}]"
        for plain, run in groupby(composed, key=lambda c: _writes(c, glyphs))
    )


def written_out(text: str, font: str = SANS) -> bool:
    """Whether something of it stands as numbers."""
    return drawable(text, font) != unicodedata.normalize("NFC", text)


def _writes(character: str, glyphs: dict[int, int]) -> bool:
    number = ord(character)
    return number in glyphs and any(number in block for block in _PLAIN)
