"""The redacted files: what was done to each, what is covered, and what the red team made of it."""

from __future__ import annotations

from collections.abc import Iterator

from efface.report.chart import clock
from efface.report.evidence.blocks import (
    Block,
    Bullets,
    Column,
    FactsBlock,
    Heading,
    Map,
    Notice,
    Paragraph,
    Section,
    TableBlock,
    Text,
    at,
    code,
    text,
    user,
)
from efface.report.evidence.case import (
    ReportedAttack,
    ReportedCase,
    ReportedPerson,
    ReportedRedaction,
    ReportedZone,
)
from efface.report.evidence.words import (
    area,
    counted,
    listed,
    pictures_of,
    rate,
    sentence,
    share,
    share_of,
    when,
)

MAX_ZONES = 100
"""More zones of a file than this are counted, not listed."""


def redacted(case: ReportedCase) -> Section:
    """All of them."""
    blocks: list[Block] = [
        Paragraph(
            text(
                "Each of these files was made from the original that was received. A zone is a "
                "part of the picture that was covered; what lies under it is not told here, on "
                "purpose. Coordinates are pixels of the upright picture, from its top-left corner."
            )
        )
        if case.redactions
        else Paragraph(text("Nothing was redacted from this pack."))
    ]
    for redaction in case.redactions:
        blocks += _file(redaction)
    return Section("redacted", "The redacted files", tuple(blocks))


def of_file(redaction: ReportedRedaction) -> Section:
    """What the signed statement of a file alone says."""
    told = Paragraph(
        text(
            "This is what the statement in the file says, by the word of the key that signed it. "
            "Coordinates are pixels of the upright picture, from its top-left corner."
        )
    )
    drawn = (one for one in _blocks(redaction) if not isinstance(one, Map))  # there is a picture
    return Section("statement", "What the file says of itself", (told, *drawn))


def _file(redaction: ReportedRedaction) -> Iterator[Block]:
    yield Heading(f"Redacted file {redaction.number}")
    yield from _blocks(redaction)


def _blocks(redaction: ReportedRedaction) -> Iterator[Block]:
    yield FactsBlock(tuple(_facts(redaction)))
    yield from _zones(redaction)
    settings = tuple((text(name), text(user(value))) for name, value in redaction.settings)
    if settings:
        yield TableBlock("How it was set", (Column("setting", 2), Column("value", 3)), settings)
    if redaction.notes:
        yield Bullets(tuple(text(user(sentence(note))) for note in redaction.notes))
    yield from _attack(redaction.attack)


def _facts(redaction: ReportedRedaction) -> Iterator[tuple[str, Text]]:
    name = redaction.file_name
    yield "file name", text("not told") if name is None else text(user(name))
    yield "SHA-256 of the file", text(code(redaction.sha256))
    yield "what", text(_what(redaction))
    yield "made", text(at(redaction.time), ", by ", user(redaction.by))
    yield "signed by key", text(code(redaction.key))
    yield "method", text(sentence(redaction.method))
    yield "made with", text(f"efface {redaction.version}")
    yield "faces found by", text(sentence(redaction.detector))
    yield "finished file", text(sentence(redaction.rescan))
    yield "covered", text(_covered(redaction))
    if redaction.repeatable:
        yield "can be repeated", text(sentence(redaction.repeatable))


def _what(redaction: ReportedRedaction) -> str:
    parts = [f"{redaction.format}, {redaction.width} x {redaction.height} pixels"]
    if redaction.frames is not None and redaction.seconds is not None:
        parts.append(f"{counted(redaction.frames, 'frame')}, {clock(redaction.seconds)} long")
    elif redaction.frames is not None:
        parts.append(pictures_of(redaction.format, redaction.frames))
    return sentence(", ".join(parts))


def _covered(redaction: ReportedRedaction) -> str:
    zones = counted(len(redaction.zones), "zone")
    if redaction.covered is None:
        return f"{zones}."
    return f"{zones}, {share(redaction.covered)} of the picture."


def _zones(redaction: ReportedRedaction) -> Iterator[Block]:
    if not redaction.zones:
        return
    width, height = redaction.width, redaction.height
    shown = redaction.zones[:MAX_ZONES]
    yield Map(width, height, shown, _in_words(redaction))
    timed = any(when(zone) for zone in shown)
    columns = (
        Column("zone", 0.8, number=True),
        Column("where", 1.6),
        Column("left", 0.8, number=True),
        Column("top", 0.8, number=True),
        Column("width", 0.9, number=True),
        Column("height", 0.9, number=True),
        Column("of the picture", 1.3, number=True),
        *((Column("when", 3),) if timed else ()),
    )
    rows = tuple(_zone(number, zone, width, height, timed) for number, zone in enumerate(shown, 1))
    yield TableBlock(f"Zones of redacted file {redaction.number}", columns, rows)
    more = len(redaction.zones) - len(shown)
    if more:
        yield Paragraph(text(f"And {counted(more, 'zone')} more: the signed statement has all."))


def _zone(
    number: int, zone: ReportedZone, width: int, height: int, timed: bool
) -> tuple[Text, ...]:
    cells = (
        str(number),
        area(zone, width, height),
        str(zone.x),
        str(zone.y),
        str(zone.width),
        str(zone.height),
        share_of(zone, width, height),
        *((when(zone),) if timed else ()),
    )
    return tuple(text(cell) for cell in cells)


def _in_words(redaction: ReportedRedaction) -> str:
    places = [area(zone, redaction.width, redaction.height) for zone in redaction.zones]
    where = listed(list(dict.fromkeys(places)))
    return f"Where the zones of redacted file {redaction.number} lie: {where}."


def _attack(attack: ReportedAttack | None) -> Iterator[Block]:
    if attack is None:
        yield Paragraph(
            text("The red team was not asked: nobody tried to undo this redaction with efface.")
        )
        return
    title = "The red team found nobody in it" if attack.passed else "The red team found somebody"
    yield Notice("good" if attack.passed else "bad", title, (text(sentence(attack.says)),))
    if attack.people:
        yield TableBlock(
            "What the red team made of each face", _PERSON, tuple(map(_person, attack.people))
        )
    if not attack.recognisers:
        return
    used = (
        f"Each face was looked for among {attack.gallery}, by {listed(attack.recognisers)}. An "
        f"attack has found a person when its false-match rate is below {attack.alpha:g} divided by "
        "the number of attacks that apply. How often that is wrong stands under “How often the "
        "tools err”."
    )
    yield Paragraph(text(used), faint=True)
    others = (*(f"Measured otherwise: {one}" for one in attack.differs), *attack.notes)
    if others:
        yield Bullets(tuple(text(user(sentence(one))) for one in others))


_PERSON = (
    Column("face", 0.8),
    Column("verdict", 3.7),
    Column("strongest attack", 1.5),
    Column("place", 1.3, number=True),
    Column("false-match rate", 1.5, number=True),
    Column("found below", 1.2, number=True),
    Column("bits left", 0.8, number=True),
)


def _person(person: ReportedPerson) -> tuple[Text, ...]:
    place = ""
    if person.place is not None and person.candidates is not None:
        place = f"{person.place:,} of {person.candidates:,}"
    return (
        text(user(person.id)),
        text(sentence(person.verdict)),
        text(person.strongest),
        text(place),
        text(_or_empty(person.false_match_rate)),
        text(_or_empty(person.limit)),
        text("" if person.bits is None else f"{person.bits:.1f}"),
    )


def _or_empty(value: float | None) -> str:
    return "" if value is None else rate(value)
