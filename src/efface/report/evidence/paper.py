"""The report as a PDF: tagged (PDF/UA-1), on numbered pages of A4, with an outline.

Typst lays it out. Every word reaches it as a value, in a document of data, and never as markup. The
same report gives the same bytes: the only time in it is the one at which it says that it was made.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from efface.files.paths import printable
from efface.report.evidence.blocks import PageDocument, TextSpan
from efface.report.evidence.court import CourtReport
from efface.report.evidence.document import document
from efface.report.evidence.lettering import FAMILIES, FOLDER, MONO, drawable

NUMBERS_NOTE = (
    "Some characters are written as their numbers, [U+13000], since no font of this PDF has them. "
    "The report as a page for browsers has them as they are."
)
STANDARD: Final = "ua-1"
_LONG = 25
"""Characters without a space, from which on a word may go on in the next line."""
_PIECE = 8
_MISSING = "could not be displayed"
"""What typst says of characters that no font has in the place where they stand."""


def pdf(report: CourtReport) -> bytes:
    """The report as a PDF."""
    from typst import TypstError  # noqa: PLC0415 - large, and needed for this alone

    whole = document(report)
    try:
        return _set(whole, plain=False)
    except TypstError as error:
        if _MISSING not in str(error):
            raise
        # Signs that join with nothing of their script can be in a font, and yet not be drawn.
        return _set(whole, plain=True)


def _set(whole: PageDocument, *, plain: bool) -> bytes:
    import typst  # noqa: PLC0415 - large, and needed for this alone

    words = _Values(plain)
    data = words.data(whole)
    data["note"] = NUMBERS_NOTE if words.numbers else ""
    data["families"], data["mono"] = list(FAMILIES), [MONO, *FAMILIES]
    made = datetime.strptime(whole.made, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    source = (files(__package__) / "page.typ").read_bytes()
    content: object = typst.compile(
        {"main.typ": source, "report.json": json.dumps(data).encode()},
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=[STANDARD],
        timestamp=int(made.timestamp()),
    )
    assert isinstance(content, bytes)
    return content


@cache
def _fonts() -> Any:
    """Those of the package, and none of the machine's."""
    import typst  # noqa: PLC0415 - large, and needed for this alone

    with as_file(FOLDER) as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )


def _leftwards(words: str) -> bool:
    """Whether something in it is written from right to left, so that it must not order what stands
    beside it."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in words)


class _Values:
    """A document as plain values."""

    def __init__(self, plain: bool) -> None:
        self.numbers = False
        """Whether something was written as its number."""
        self._plain = plain

    def data(self, part: Any) -> Any:
        if isinstance(part, TextSpan):
            parts = list(self._parts(part.text))
            return {"style": part.style, "parts": parts, "leftwards": _leftwards(part.text)}
        if is_dataclass(part) and not isinstance(part, type):
            values = {item.name: self.data(getattr(part, item.name)) for item in fields(part)}
            return {"is": type(part).__name__, **values}
        if isinstance(part, tuple):
            return [self.data(one) for one in part]
        if isinstance(part, bytes):
            return list(part)
        return self._shown(part) if isinstance(part, str) else part

    def _shown(self, words: str) -> str:
        shown = drawable(printable(words), plain=self._plain)
        self.numbers |= "[U+" in shown and "[U+" not in words
        return shown

    def _parts(self, words: str) -> Iterator[str]:
        """Pieces between which a line may end, of words that are too long for one."""
        for word in re.split(rf"(\S{{{_LONG},}})", self._shown(words)):
            if len(word) < _LONG or " " in word:
                yield word
            else:
                yield from (word[at : at + _PIECE] for at in range(0, len(word), _PIECE))
