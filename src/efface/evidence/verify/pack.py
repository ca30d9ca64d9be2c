"""A pack, checked as far as it can be without opening the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from efface.errors import EffaceError, VerificationError
from efface.evidence.custody.check import Anchor, check_log
from efface.evidence.custody.entry import Action, Entry
from efface.evidence.custody.log import MAX_LOG_BYTES, Head, read_log
from efface.evidence.finding import Finding
from efface.evidence.keys.kept import kept_chain
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack, Redacted
from efface.evidence.reading import read_bounded
from efface.evidence.verify.context import Context
from efface.evidence.verify.file import Checked
from efface.evidence.verify.stamps import Stamped, check_stamp
from efface.paths import exists, sha256

STATEMENTS, SEALED, REDACTIONS, MEMBER = (
    "pack.statements",
    "pack.sealed",
    "pack.redactions",
    "pack.file",
)
"""Names of the findings."""


def check_pack(pack: Pack, context: Context, published: Checked | None = None) -> list[Finding]:
    """Everything that the public part shows.

    Args:
        published: a file that was checked before, and has to be one of this pack.

    Raises:
        InputError: a part of the pack cannot be read.
    """
    findings: list[Finding] = []
    try:
        pack.origin  # noqa: B018 - reading it checks it
        findings.append(
            Finding(
                STATEMENTS,
                True,
                f"The original was received on {pack.intake.time:%Y-%m-%d %H:%M} UTC by the clock "
                f"of who sealed it; its SHA-256 is {pack.intake.sha256}.",
                "Where it came from, and what it shows.",
            )
        )
        findings += _sealed(pack)
        redactions = pack.redactions()
    except EffaceError as error:
        return [*findings, Finding(STATEMENTS, False, _said(error))]
    findings += (_redaction(one) for one in redactions)
    findings += _told(_entries(pack), redactions)
    stamps = list(_stamps(pack, context))
    findings += [stamp.finding for stamp in stamps]
    findings += _log(pack, context, redactions, stamps)
    if published is not None:
        findings.append(_member(pack, redactions, published))
    return findings


def _said(error: EffaceError) -> str:
    where = "" if error.path is None else f"{error.path.name}: "
    return f"{where}{error.message}"


def _sealed(pack: Pack) -> Iterator[Finding]:
    """Files under seal that are the ones of the intake, without opening them."""
    wrong = []
    for name, digest in sorted(pack.intake.sealed.items()):
        path = pack.sealed / Path(name).name
        if not exists(path):
            wrong.append(f"{name} is missing")
        elif sha256(path) != digest:
            wrong.append(f"{name} was changed, cut short or exchanged")
    if wrong:
        yield Finding(SEALED, False, f"Under seal: {'; '.join(wrong)}.")
        return
    yield Finding(
        SEALED,
        True,
        "The sealed files are, byte for byte, those of the intake.",
        "What is in them: that shows who opens the seal.",
    )


def _redaction(redacted: Redacted) -> Finding:
    statement, folder = redacted.statement, redacted.folder
    wrong = None
    if statement.number != int(folder.name):
        wrong = f"it is redaction {statement.number}"
    elif hashlib.sha256(redacted.proof()).hexdigest() != statement.proof:
        wrong = "its proof was exchanged"
    elif sha256(folder / layout.DETAILS) != statement.checks.get("details"):
        wrong = "what the checks found was changed"
    if wrong is not None:
        return Finding(REDACTIONS, False, f"Redaction {folder.name}: {wrong}.")
    return Finding(
        REDACTIONS,
        True,
        f"Redaction {folder.name} of {statement.time:%Y-%m-%d %H:%M} UTC is as it was signed: "
        f"{_zones(len(statement.zones))}, efface {statement.version}.",
    )


def _zones(count: int) -> str:
    return f"{count:,} zone{'' if count == 1 else 's'}"


def _entries(pack: Pack) -> tuple[Entry, ...]:
    """The log's, or none of a log that cannot be read: what is wrong with that, others say."""
    try:
        return read_log(read_bounded(pack.folder / layout.LOG, MAX_LOG_BYTES))
    except VerificationError:
        return ()


def _told(entries: tuple[Entry, ...], redactions: tuple[Redacted, ...]) -> Iterator[Finding]:
    """Whether the log tells of the redactions that are there, and of no others."""
    told = {
        str(entry.details.get("statement")): entry
        for entry in entries
        if entry.action == Action.REDACTED
    }
    there = {sha256_of(one.signed): one for one in redactions}
    for statement, entry in told.items():
        if statement not in there:
            yield Finding(
                REDACTIONS,
                False,
                f"Entry {entry.number} of the log tells of a redaction that is not in the pack: it "
                "was taken out.",
            )
    for statement, one in there.items():
        if entries and statement not in told:
            yield Finding(
                REDACTIONS,
                False,
                f"Redaction {one.statement.number} is in the pack, and the log does not tell of "
                "it: it was put in, or an entry was taken out.",
            )


def _stamps(pack: Pack, context: Context) -> Iterator[Stamped]:
    """Every answer of a timestamp authority, by the hash in its file's name."""
    known = {sha256_of(pack.origin_signed): "the statement of origin"}
    for entry in _entries(pack):
        known[entry.sha256] = f"entry {entry.number} of the log"
    for path in pack.timestamps():
        answer = read_bounded(path, layout.MAX_TIMESTAMP_BYTES)
        yield check_stamp(answer, path.stem, known.get(path.stem), context)


def log_findings(pack: Pack, context: Context) -> list[Finding]:
    """The log alone, against what names its end.

    Raises:
        InputError: a part of the pack cannot be read.
        VerificationError: a redaction's statement does not hold.
    """
    return _log(pack, context, pack.redactions(), list(_stamps(pack, context)))


def _log(
    pack: Pack, context: Context, redactions: tuple[Redacted, ...], stamps: list[Stamped]
) -> list[Finding]:
    content = read_bounded(pack.folder / layout.LOG, MAX_LOG_BYTES)
    anchors = [
        Anchor(one.statement.head, f"redaction {one.statement.number}") for one in redactions
    ]
    numbers = {entry.sha256: entry.number for entry in _entries(pack)}
    anchors += [
        Anchor(Head(numbers[stamp.digest], stamp.digest), "a timestamp")
        for stamp in stamps
        if stamp.finding.ok and stamp.digest in numbers
    ]
    return check_log(
        content,
        pack.case,
        lambda key: kept_chain(pack.certificates, key),
        trust=context.trust,
        anchors=anchors,
    )


def _member(pack: Pack, redactions: tuple[Redacted, ...], published: Checked) -> Finding:
    """Whether the published file is one of this pack."""
    if published.assertion is None:
        return Finding(MEMBER, False, "Whether the file is of this pack cannot be said.")
    if published.assertion.origin.body != pack.origin_signed.body:
        return Finding(
            MEMBER, False, "The file comes from another original than the one of this pack."
        )
    for one in redactions:
        if one.signed.body == published.assertion.redaction.body:
            return Finding(MEMBER, True, f"The file is redaction {one.statement.number} of it.")
    return Finding(
        MEMBER, False, "The file comes from this original, and the pack knows of no such redaction."
    )
