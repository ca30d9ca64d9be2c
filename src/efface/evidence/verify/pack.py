"""A pack, checked as far as it can be without opening the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from efface.errors import EffaceError
from efface.evidence import names
from efface.evidence.custody.check import Anchor
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.finding import CheckResult
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack, Redacted
from efface.evidence.pack.redaction import Redaction
from efface.evidence.verify.capture import capture_findings
from efface.evidence.verify.context import Context
from efface.evidence.verify.file import CheckedFile
from efface.evidence.verify.intake import intake_finding
from efface.evidence.verify.log import (
    anchors_of,
    entries_of,
    log_checked,
    stamps_of,
    stamps_told_of,
    told_of,
)
from efface.evidence.verify.strays import strays_finding
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
        findings.append(strays_finding(pack, redactions))
    except EffaceError as error:
        return [*findings, CheckResult(names.PACK_STATEMENTS, False, _said(error))]
    findings += (_redaction(pack, one) for one in redactions)
    content, entries = entries_of(pack)
    findings.append(intake_finding(pack, entries, context.trust))
    findings += capture_findings(pack, entries, context.trust)
    findings += told_of(entries, redactions)
    stamps = stamps_of(pack, context, entries)
    findings += [stamp.finding for stamp in stamps]
    findings += stamps_told_of(entries, stamps)
    anchors = anchors_of(redactions, stamps, entries)
    if published is not None and published.redaction is not None:
        told = published.redaction
        anchors += [Anchor(told.head, "the published file")] if told.case == pack.case else []
    findings += log_checked(pack, context, content, anchors)
    if published is not None:
        findings.append(_member(pack, redactions, entries, published))
    return findings


def _said(error: EffaceError) -> str:
    where = "" if error.path is None else f"{error.path.name}: "
    return f"{where}{error.message}"


def _sealed(pack: Pack) -> Iterator[CheckResult]:
    """Files under seal that are the ones of the intake, without opening them."""
    if not exists(pack.sealed):
        says = "The pack came without its sealed files: whether they are those of the intake, who "
        yield CheckResult(names.PACK_SEALED, False, f"{says}has them can tell.", unknown=True)
        return
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


def _redaction(pack: Pack, redacted: Redacted) -> CheckResult:
    statement, folder = redacted.statement, redacted.folder
    wrong = None
    if statement.origin != sha256_of(pack.origin_signed):
        wrong = "it is of another original than the one of this pack"
    elif statement.number != int(folder.name):
        wrong = f"it is redaction {statement.number}"
    elif hashlib.sha256(redacted.proof()).hexdigest() != statement.proof:
        wrong = "its proof was exchanged"
    elif sha256(folder / layout.DETAILS) != statement.checks.get("details"):
        wrong = "what the checks found was changed"
    else:
        wrong = _kept(pack, statement)
    if wrong is not None:
        return CheckResult(names.PACK_REDACTIONS, False, f"Redaction {folder.name}: {wrong}.")
    return CheckResult(
        names.PACK_REDACTIONS,
        True,
        f"Redaction {folder.name} of {statement.time:%Y-%m-%d %H:%M} UTC is as it was signed: "
        f"{_zones(len(statement.zones))}, efface {statement.version}.",
    )


def _kept(pack: Pack, statement: Redaction) -> str | None:
    """What is wrong with what its method keeps under seal; ``None``: nothing, or the sealed files
    did not come along."""
    if statement.sealed is None or not exists(pack.sealed):
        return None
    path = pack.sealed / layout.sealed_redaction(statement.number)
    if not exists(path):
        return f"what its method keeps under seal, {path.name}, is missing"
    if sha256(path) != statement.sealed:
        return f"what its method keeps under seal, {path.name}, was changed or exchanged"
    return None


def _zones(count: int) -> str:
    return f"{count:,} zone{'' if count == 1 else 's'}"


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
