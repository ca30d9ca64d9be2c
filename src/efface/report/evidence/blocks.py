"""The report as a document: sections of blocks, without a word of how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from efface.report.evidence.case import ReportedZone

Style = Literal["plain", "strong", "code", "user", "good", "bad", "faint", "break", "moment"]
"""``user``: somebody's own words, in any script and direction; ``break``: a new line; ``moment``: a
time of RFC 3339, which is written out once it is known for which clock."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Words in one style."""

    text: str
    style: Style


Text = tuple[TextSpan, ...]

MAX_CHARACTERS = 4000
"""Of one text of somebody's own: more than a page."""


BREAK = TextSpan("", "break")


def text(*parts: str | TextSpan) -> Text:
    """Words, plain unless said otherwise."""
    return tuple(part if isinstance(part, TextSpan) else TextSpan(part, "plain") for part in parts)


def strong(words: str) -> TextSpan:
    return TextSpan(words, "strong")


def code(words: str) -> TextSpan:
    return TextSpan(words, "code")


def user(words: str) -> TextSpan:
    """Somebody's own words, cut where they are more than a report can hold."""
    more = len(words) - MAX_CHARACTERS
    if more > 0:
        words = f"{words[:MAX_CHARACTERS]}… (and {more:,} characters more, in the pack)"
    return TextSpan(words, "user")


def at(time: str) -> TextSpan:
    """A time, as the case has it."""
    return TextSpan(time, "moment")


def faint(words: str) -> TextSpan:
    return TextSpan(words, "faint")


def good(words: str) -> TextSpan:
    return TextSpan(words, "good")


def bad(words: str) -> TextSpan:
    return TextSpan(words, "bad")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a part of a section."""

    words: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class FactsBlock:
    """Things and what they are."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    weight: float = 1
    """Width on paper, relative to the other columns'."""
    number: bool = False
    """Aligned to the right."""


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    headed: bool = False
    """A heading right above says what it is: the caption is for those who do not see it."""


@dataclass(frozen=True, slots=True)
class CommandsBlock:
    """What to type, and what that shows."""

    lines: tuple[str, ...]
    shows: Text


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be overlooked."""

    kind: Literal["good", "bad", "blank"]
    title: str
    items: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """Where zones lie in a picture."""

    width: int
    height: int
    zones: tuple[ReportedZone, ...]
    words: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture of the redacted file, with its zones drawn."""

    jpeg: bytes
    width: int
    """Pixels."""
    height: int
    words: str
    """Below it."""
    alternative: str
    """For those who do not see it."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to be filled in by hand."""

    label: str
    lines: int = 1


Block = (
    Paragraph
    | Heading
    | Bullets
    | FactsBlock
    | TableBlock
    | CommandsBlock
    | Notice
    | Map
    | Illustration
    | Blank
)


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageDocument:
    title: str
    subtitle: Text
    about: str
    """What it is about, for the edge of each page; somebody's own words."""
    made: str
    lead: tuple[Block, ...]
    """Before the first section."""
    sections: tuple[Section, ...]
    """For everybody, on a page each."""
    annex: tuple[Section, ...]
    """For who checks it."""
