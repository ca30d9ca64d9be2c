"""Fonts of the PDF, and what they can write.

The fonts travel with the package, since a report must look the same everywhere: DejaVu 2.37, and
for scripts that it lacks Noto, Droid Sans Fallback and Nanum Square, in their authors' files. A
character that none of them has is written as its number (Unicode), which can be read but not
mistaken; the page for browsers has it as it is.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby

FOLDER = files(__package__) / "fonts"
FAMILIES = (
    "DejaVu Sans",
    *(
        f"Noto Sans {script}"
        for script in (
            "Bengali", "Devanagari", "Ethiopic", "Gujarati", "Gurmukhi", "Kannada", "Khmer",
            "Malayalam", "Myanmar", "Oriya", "Sinhala", "Syriac", "Tamil", "Telugu", "Thaana",
            "Thai",
        )
    ),
    "Droid Sans Fallback",
    "NanumSquare",
)  # fmt: skip
"""In the order in which they are asked for a character."""
MONO = "DejaVu Sans Mono"

_SAFE = (range(0x0020, 0x007F), range(0x00A0, 0x0250), range(0x0370, 0x0530))
"""Latin, Greek, Cyrillic: letters that stand one after the other and join with nothing."""
_FORMATS = {"Cf", "Cn", "Co", "Cs"}
"""Categories of Unicode that are written as numbers whatever a font says: they are invisible, or
not assigned."""
_JOINERS = {"\u200c", "\u200d"}
"""They are needed to write some scripts rightly."""


def drawable(text: str, *, plain: bool = False) -> str:
    """The text with what cannot be written as numbers: ``[U+13000]``.

    Args:
        plain: write out all but Latin, Greek and Cyrillic.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        "".join(run) if writes else f"[{' '.join(f'U+{ord(c):04X}' for c in run)}]"
        for writes, run in groupby(composed, key=lambda c: _writes(c, plain))
    )


def _writes(character: str, plain: bool) -> bool:
    number = ord(character)
    if any(number in block for block in _SAFE):
        return number in characters()
    if plain:
        return False
    if unicodedata.category(character) in _FORMATS and character not in _JOINERS:
        return False
    return number in characters()


@cache
def characters() -> frozenset[int]:
    """All that the fonts can write together."""
    found: set[int] = set()
    for file in FOLDER.iterdir():
        if file.name.endswith(".ttf"):
            found.update(_mapped(file.read_bytes()))
    return frozenset(found)


def _mapped(font: bytes) -> Iterator[int]:
    """Characters in a font's best table (OpenType, cmap): format 12, or else format 4."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    start = tables[b"cmap"]
    number = struct.unpack_from(">H", font, start + 2)[0]
    offsets = [struct.unpack_from(">I", font, start + 8 + 8 * n)[0] for n in range(number)]
    forms = {struct.unpack_from(">H", font, start + at)[0]: start + at for at in offsets}
    if 12 in forms:
        at = forms[12]
        groups = struct.unpack_from(">I", font, at + 12)[0]
        for group in range(groups):
            first, last = struct.unpack_from(">II", font, at + 16 + 12 * group)
            yield from range(first, last + 1)
    elif 4 in forms:
        at = forms[4]
        segments = struct.unpack_from(">H", font, at + 6)[0] // 2
        lasts = struct.unpack_from(f">{segments}H", font, at + 14)
        firsts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
        for first, last in zip(firsts, lasts, strict=True):
            if last != 0xFFFF:
                yield from range(first, last + 1)
