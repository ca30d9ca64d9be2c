"""A pack, checked as far as it can be without opening the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from efface.errors import EffaceError, VerificationError
from efface.evidence import names
from efface.evidence.custody.check import Anchor, check_log
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.custody.log import MAX_LOG_BYTES, Head, read_log
from efface.evidence.finding import CheckResult
from efface.evidence.keys.kept import kept_chain
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack, Redacted
from efface.evidence.verify.context import Context
from efface.evidence.verify.file import CheckedFile
from efface.evidence.verify.stamps import Stamped, check_stamp
from efface.files.bounded import read_bounded
from efface.files.paths import exists, sha256
from efface.media.metadata.credentials import MAX_BYTES as MAX_CREDENTIALS_BYTES


def check_pack(
    pack: Pack, context: Context, published: CheckedFile | None = None
) -> list[CheckResult]:
    """Everything that the public part shows.

    Args:
        published: a file that was checked before, and has to be one of this pack.

    Raises:
        InputError: a part of the pack cannot be read.
    """
    findings: list[CheckResult] = []
    try:
        pack.origin  # noqa: B018 - reading it checks it
        findings.append(
            CheckResult(
                names.PACK_STATEMENTS,
                True,
                f"The original was received on {pack.intake.time:%Y-%m-%d %H:%M} UTC by the clock "
                f"of who sealed it; its SHA-256 is {pack.intake.sha256}.",
                "Where it came from, and what it shows.",
            )
        )
        findings += _sealed(pack)
        redactions = pack.redactions()
    except EffaceError as error:
        return [*findings, CheckResult(names.PACK_STATEMENTS, False, _said(error))]
    findings += (_redaction(one) for one in redactions)
    content, entries = _read(pack)
    findings += _told(entries, redactions)
    stamps = _stamps(pack, context, entries)
    findings += [stamp.finding for stamp in stamps]
    findings += _checked(pack, context, content, _anchors(redactions, stamps, entries))
    if published is not None:
        findings.append(_member(pack, redactions, entries, published))
    return findings


def _said(error: EffaceError) -> str:
    where = "" if error.path is None else f"{error.path.name}: "
    return f"{where}{error.message}"


def _sealed(pack: Pack) -> Iterator[CheckResult]:
    """Files under seal that are the ones of the intake, without opening them."""
    wrong = []
    for name, digest in sorted(pack.intake.sealed.items()):
        path = pack.sealed / Path(name).name
        if not exists(path):
            wrong.append(f"{name} is missing")
        elif sha256(path) != digest:
            wrong.append(f"{name} was changed, cut short or exchanged")
    if wrong:
        yield CheckResult(names.PACK_SEALED, False, f"Under seal: {'; '.join(wrong)}.")
        return
    yield CheckResult(
        names.PACK_SEALED,
        True,
        "The sealed files are, byte for byte, those of the intake.",
        "What is in them: that shows who opens the seal.",
    )


def _redaction(redacted: Redacted) -> CheckResult:
    statement, folder = redacted.statement, redacted.folder
    wrong = None
    if statement.number != int(folder.name):
        wrong = f"it is redaction {statement.number}"
    elif hashlib.sha256(redacted.proof()).hexdigest() != statement.proof:
        wrong = "its proof was exchanged"
    elif sha256(folder / layout.DETAILS) != statement.checks.get("details"):
        wrong = "what the checks found was changed"
    if wrong is not None:
        return CheckResult(names.PACK_REDACTIONS, False, f"Redaction {folder.name}: {wrong}.")
    return CheckResult(
        names.PACK_REDACTIONS,
        True,
        f"Redaction {folder.name} of {statement.time:%Y-%m-%d %H:%M} UTC is as it was signed: "
        f"{_zones(len(statement.zones))}, efface {statement.version}.",
    )


def _zones(count: int) -> str:
    return f"{count:,} zone{'' if count == 1 else 's'}"


def _read(pack: Pack) -> tuple[bytes, tuple[LogEntry, ...]]:
    """The log and its entries; none of a log that is damaged: what is wrong with it, others say."""
    content = read_bounded(pack.folder / layout.LOG, MAX_LOG_BYTES)
    try:
        return content, read_log(content)
    except VerificationError:
        return content, ()


def _told(entries: tuple[LogEntry, ...], redactions: tuple[Redacted, ...]) -> Iterator[CheckResult]:
    """Whether the log tells of the redactions that are there, and of no others."""
    told = {
        str(entry.details.get("statement")): entry
        for entry in entries
        if entry.action == Action.REDACTED
    }
    there = {sha256_of(one.signed): one for one in redactions}
    for statement, entry in told.items():
        if statement not in there:
            yield CheckResult(
                names.PACK_REDACTIONS,
                False,
                f"Entry {entry.number} of the log tells of a redaction that is not in the pack: it "
                "was taken out.",
            )
    for statement, one in there.items():
        if entries and statement not in told:
            yield CheckResult(
                names.PACK_REDACTIONS,
                False,
                f"Redaction {one.statement.number} is in the pack, and the log does not tell of "
                "it: it was put in, or an entry was taken out.",
            )


def _stamps(pack: Pack, context: Context, entries: tuple[LogEntry, ...]) -> list[Stamped]:
    """Every answer of a timestamp authority, by the hash in its file's name."""
    known = {sha256_of(pack.origin_signed): "the statement of origin"}
    known |= {entry.sha256: f"entry {entry.number} of the log" for entry in entries}
    return [
        check_stamp(
            read_bounded(path, layout.MAX_TIMESTAMP_BYTES),
            path.stem,
            known.get(path.stem),
            context,
        )
        for path in pack.timestamps()
    ]


def log_findings(pack: Pack, context: Context) -> list[CheckResult]:
    """The log alone, against what names its end.

    Raises:
        InputError: a part of the pack cannot be read.
        VerificationError: a redaction's statement does not hold.
    """
    content, entries = _read(pack)
    anchors = _anchors(pack.redactions(), _stamps(pack, context, entries), entries)
    return _checked(pack, context, content, anchors)


def _checked(
    pack: Pack, context: Context, content: bytes, anchors: list[Anchor]
) -> list[CheckResult]:
    return check_log(
        content,
        pack.case,
        lambda key: kept_chain(pack.certificates, key),
        trust=context.trust,
        anchors=anchors,
    )


def _anchors(
    redactions: tuple[Redacted, ...], stamps: list[Stamped], entries: tuple[LogEntry, ...]
) -> list[Anchor]:
    """What names the end of the log: redactions, and timestamps of authorities that are trusted.
    Anybody can make a timestamp of another one."""
    numbers = {entry.sha256: entry.number for entry in entries}
    return [
        *(Anchor(one.statement.head, f"redaction {one.statement.number}") for one in redactions),
        *(
            Anchor(Head(numbers[one.digest], one.digest), "a timestamp")
            for one in stamps
            if one.stamp is not None and one.stamp.known and one.digest in numbers
        ),
    ]


def _member(
    pack: Pack,
    redactions: tuple[Redacted, ...],
    entries: tuple[LogEntry, ...],
    published: CheckedFile,
) -> CheckResult:
    """Whether the published file is one of this pack, byte for byte."""
    if published.assertion is None or published.credentials is None:
        return CheckResult(
            names.PACK_FILE, False, "Whether the file is of this pack cannot be said."
        )
    if published.assertion.origin.body != pack.origin_signed.body:
        return CheckResult(
            names.PACK_FILE,
            False,
            "The file comes from another original than the one of this pack.",
        )
    for one in redactions:
        if one.signed.body == published.assertion.redaction.body:
            wrong = _other_bytes(one, entries, published)
            says = f"The file is redaction {one.statement.number} of it, byte for byte."
            return CheckResult(names.PACK_FILE, wrong is None, wrong or says)
    return CheckResult(
        names.PACK_FILE,
        False,
        "The file comes from this original, and the pack knows of no such redaction.",
    )


def _other_bytes(
    one: Redacted, entries: tuple[LogEntry, ...], published: CheckedFile
) -> str | None:
    """What tells the file from the one that was released; ``None``: nothing does."""
    assert published.credentials is not None
    statement, number = sha256_of(one.signed), one.statement.number
    told = [
        entry.details.get("output")
        for entry in entries
        if entry.action == Action.REDACTED and entry.details.get("statement") == statement
    ]
    if told and sha256(published.path) not in told:
        return (
            f"The log names another file as redaction {number}: this one was changed, or signed "
            "anew, after it was released."
        )
    beside = one.folder / layout.SIDECAR
    if not published.credentials.embedded and (
        not exists(beside)
        or read_bounded(beside, MAX_CREDENTIALS_BYTES) != published.credentials.store
    ):
        return (
            f"The Content Credentials beside the file are not those that the pack keeps of "
            f"redaction {number}: they were made anew after it was released."
        )
    return None
