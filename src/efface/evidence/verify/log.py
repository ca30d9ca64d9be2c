"""The custody log of a pack, against everything in the pack that it tells of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from efface.errors import EffaceError, VerificationError
from efface.evidence import names
from efface.evidence.custody.check import Anchor, check_log
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.custody.log import MAX_LOG_BYTES, Head, read_log
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.kept import kept_chain
from efface.evidence.keys.trust import Trust
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack, Redacted
from efface.evidence.statement import signer_of
from efface.evidence.verify.context import Context
from efface.evidence.verify.intake import intake_finding
from efface.evidence.verify.stamps import Stamped, check_stamp
from efface.evidence.verify.times import Names
from efface.files.bounded import read_bounded
from efface.files.paths import exists, sha256

Entries = tuple[LogEntry, ...]


def log_findings(pack: Pack, context: Context) -> list[CheckResult]:
    """The log alone, against what names its end.

    Raises:
        InputError: a part of the pack cannot be read.
        VerificationError: a redaction's statement does not hold.
    """
    content, entries = entries_of(pack)
    stamps = stamps_of(pack, context, entries)
    anchors = anchors_of(pack.redactions(), stamps, entries)
    try:
        intake = intake_finding(pack, entries, context.trust)
    except EffaceError as error:
        intake = CheckResult(names.PACK_INTAKE, False, error.message)
    return [
        intake,
        *stamps_told_of(entries, stamps),
        *log_checked(pack, context, content, anchors),
    ]


def entries_of(pack: Pack) -> tuple[bytes, Entries]:
    """The log and its entries; none of a log that is damaged: what is wrong with it, others say."""
    content = read_bounded(pack.folder / layout.LOG, MAX_LOG_BYTES)
    try:
        return content, read_log(content)
    except VerificationError:
        return content, ()


def told_of(entries: Entries, redactions: tuple[Redacted, ...]) -> Iterator[CheckResult]:
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
        elif entries and told[statement].key != signer_of(one.signed).key_id:
            yield CheckResult(
                names.PACK_REDACTIONS,
                False,
                f"Redaction {one.statement.number} is signed by one key, and entry "
                f"{told[statement].number} of the log, which tells of it, by another key.",
            )
        elif entries and told[statement].number <= one.statement.head.number:
            yield CheckResult(
                names.PACK_REDACTIONS,
                False,
                f"Redaction {one.statement.number} names entry {one.statement.head.number} of the "
                f"log, and entry {told[statement].number}, which comes before, tells of it.",
            )


def stamps_of(pack: Pack, context: Context, entries: Entries) -> list[Stamped]:
    """Every answer of a timestamp authority, by the hash in its file's name."""
    answers = {
        path.stem: read_bounded(path, layout.MAX_TIMESTAMP_BYTES) for path in pack.timestamps()
    }
    known = {hashlib.sha256(answer).hexdigest(): "a timestamp" for answer in answers.values()}
    for entry in entries:
        known[entry.sha256] = f"entry {entry.number} of the log"
        if entry.action == Action.REDACTED:
            for name in _PUBLISHED:
                known[str(entry.details.get(name))] = (
                    f"redacted file {entry.details.get('redaction')}"
                )
    for one in pack.redactions():
        if exists(one.folder / layout.SIDECAR):
            known[sha256(one.folder / layout.SIDECAR)] = f"redacted file {one.statement.number}"
    known[sha256_of(pack.origin_signed)] = "the statement of origin"
    return [
        check_stamp(answer, digest, known.get(digest), context)
        for digest, answer in answers.items()
    ]


_PUBLISHED = ("output", "credentials")
"""Details of an entry that tells of a redaction: hashes of the released file and, where they lie
beside it, of its Content Credentials."""


def pack_times(pack: Pack, context: Context) -> tuple[list[Stamped], Names]:
    """The timestamps of a pack, and what in it names what; nothing of a pack that cannot be read.

    Entries name the one before them and what they tell of, a redaction names the origin, and the
    origin the intake.
    """
    try:
        entries = entries_of(pack)[1]
        redactions, origin = pack.redactions(), sha256_of(pack.origin_signed)
        stamps = stamps_of(pack, context, entries)
        found: dict[str, Sequence[str]] = {origin: [pack.origin.intake]}
    except EffaceError:
        return [], {}
    found |= {sha256_of(one.signed): [one.statement.origin] for one in redactions}
    for entry in entries:
        renews = entry.details.get("renews")
        told = [entry.details.get(name) for name in ("statement", "of", *_PUBLISHED)]
        told += renews if isinstance(renews, list) else []
        found[entry.sha256] = [entry.previous, *(one for one in told if isinstance(one, str))]
    return stamps, found


def stamps_told_of(entries: Entries, stamps: Sequence[Stamped]) -> Iterator[CheckResult]:
    """Whether the log tells of the timestamps that are there, and of no others: the entry that
    tells of one comes after all that it is of, and goes first when a tail is cut off."""
    told = {
        str(entry.details.get("of")): entry.number
        for entry in entries
        if entry.action == Action.STAMPED and "of" in entry.details
    }
    there = {one.digest for one in stamps}
    for one in stamps:
        if entries and one.stamp is not None and one.digest not in told:
            yield CheckResult(
                names.LOG_ANCHORS,
                False,
                f"A timestamp of {one.stamp.time:%Y-%m-%d %H:%M} UTC is in the pack, and no entry "
                "of the log tells of it: the log's tail was cut off, or 'efface stamp' was "
                "interrupted, which the same command finishes.",
            )
    for digest, number in told.items():
        if digest not in there:
            yield CheckResult(
                names.LOG_ANCHORS,
                False,
                f"Entry {number} of the log tells of a timestamp that is not in the pack: it was "
                "taken out.",
            )


def log_checked(
    pack: Pack, context: Context, content: bytes, anchors: list[Anchor]
) -> list[CheckResult]:
    return check_log(
        content,
        pack.case,
        lambda key: kept_chain(pack.certificates, key),
        trust=context.trust,
        anchors=anchors,
    )


def anchors_of(
    redactions: tuple[Redacted, ...], stamps: list[Stamped], entries: Entries
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


def strangers(pack: Pack, trust: Trust) -> tuple[Chain, ...]:
    """The keys that signed anything in a pack and are not known; of what can be read.

    Raises:
        InputError: a part of the pack cannot be read.
    """
    ids = [entry.key for entry in entries_of(pack)[1]]
    chains: dict[str, Chain] = {}
    try:
        signed = [pack.intake_signed, pack.origin_signed, *(r.signed for r in pack.redactions())]
        chains = {chain.key_id: chain for chain in map(signer_of, signed)}
        chains |= {key: kept_chain(pack.certificates, key) for key in ids if key not in chains}
    except EffaceError:
        pass  # which is a finding of its own
    return tuple(chain for chain in chains.values() if trust.known_as(chain) is None)
