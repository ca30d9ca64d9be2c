"""What was checked while the report was made: findings, timestamps, keys."""

from __future__ import annotations

from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.report.evidence.blocks import (
    BREAK,
    Block,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
    Text,
    at,
    bad,
    code,
    faint,
    good,
    strong,
    text,
    user,
)
from efface.report.evidence.case import Key, ReportedStamp
from efface.report.evidence.court import CourtReport
from efface.report.evidence.words import ALGORITHMS, holds, sentence

_FINDING = (
    Column("result", 2.1),
    Column("what it shows", 4),
    Column("what it does not show", 3.4),
)


def findings(report: CourtReport) -> Section:
    """What holds and what does not."""
    blocks: list[Block] = [
        Paragraph(
            text(
                f"efface {report.version} looked at all this on ",
                at(report.made),
                ", without a network. Each check says what it shows, and what must not be read "
                "into it. “You” is whoever made this report.",
            )
        )
    ]
    for checked in report.checks:
        rows = tuple(_finding(finding) for finding in checked.findings)
        blocks += [Heading(checked.about), TableBlock(checked.about, _FINDING, rows, headed=True)]
    return Section("checked", "What was checked for this report", tuple(blocks))


def judged(report: CourtReport) -> tuple[tuple[str, CheckResult], ...]:
    """What holds or does not, and what it is about; less what is not known."""
    return tuple(
        (checked.about, finding)
        for checked in report.checks
        for finding in checked.findings
        if not is_unknown(finding)
    )


def is_unknown(finding: CheckResult) -> bool:
    """Whether it says nothing against what was checked: nobody here can know."""
    return finding.unknown or (finding.name == names.CREDENTIALS_TRUST and not finding.ok)


def _finding(finding: CheckResult) -> tuple[Text, ...]:
    result = holds(finding.ok)
    if is_unknown(finding):
        result = text(strong("not known"))
    return (
        (*result, *text(BREAK, faint(finding.name))),
        text(user(sentence(finding.says))),
        text(user(sentence(finding.does_not_say))),
    )


def times_and_keys(report: CourtReport) -> Section:
    """Who vouches for the time, and who signed."""
    stamps: Block = Paragraph(
        text(
            "No third party vouches for a time here. All times are by the clocks of those "
            "who wrote them."
        )
    )
    if report.stamps:
        stamps = TableBlock(
            "Timestamps of third parties", _STAMP, tuple(map(_stamp, report.stamps))
        )
    return Section(
        "times-and-keys",
        "Times and keys",
        (
            stamps,
            Paragraph(
                text(
                    "A timestamp shows that what it is of was there at that time, and is as it was "
                    "then. It does not show since when, nor who made it."
                )
            ),
            TableBlock("Keys that signed", _KEY, tuple(map(_key, report.keys))),
            Paragraph(
                text(
                    "A signature is checked against a key, not against a person. ",
                    strong("A key that is not known can be anybody's"),
                    ", whatever name its certificate has: compare its id with one that you got "
                    "from its owner by another way. Known means known to whoever made this report.",
                )
            ),
        ),
    )


_STAMP = (
    Column("time", 1.4),
    Column("authority", 2.6),
    Column("of what", 3.4),
    Column("result", 1.4),
)
_KEY = (
    Column("key", 4),
    Column("calls itself", 1.6),
    Column("known as", 1.6),
    Column("certificate valid", 1.8),
    Column("signed", 2),
)


def _stamp(stamp: ReportedStamp) -> tuple[Text, ...]:
    authority = text(user(stamp.authority))
    if not stamp.known:
        authority = (*authority, *text(BREAK, bad("not known")))
    return (
        text(at(stamp.time)),
        authority,
        text(sentence(stamp.over), BREAK, "SHA-256 ", code(stamp.sha256)),
        holds(stamp.holds),
    )


def _known(key: Key) -> Text:
    if key.yours:
        return text(good("of whoever made this report"))
    if key.known_as is None:
        return text(bad("not known"))
    return text(good("known as "), user(key.known_as))


def _key(key: Key) -> tuple[Text, ...]:
    return (
        text(code(key.id), BREAK, ALGORITHMS[key.algorithm]),
        text(user(key.label)),
        _known(key),
        text(f"{key.valid_from} to {key.valid_until}"),
        text(sentence(key.signed)),
    )
