"""From a pack to the case that its report shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from efface.attack.red_team.verdict import LIMITS as ATTACK_LIMITS
from efface.evidence import names
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.finding import CheckResult
from efface.evidence.pack import layout
from efface.evidence.pack.intake import Intake
from efface.evidence.pack.parsing import written
from efface.evidence.statement import signer_of
from efface.evidence.verify.context import Context
from efface.report.evidence.case import Original, ReportedCase, ReportedChecks
from efface.report.evidence.from_pack.capture import companions, told
from efface.report.evidence.from_pack.keys import keys, stamps, statements
from efface.report.evidence.from_pack.log import access, logged
from efface.report.evidence.from_pack.readable_pack import Fields, ReadablePack
from efface.report.evidence.from_pack.redactions import format_in_words, kind_of, redactions
from efface.report.evidence.measured import measured
from efface.report.limits import LIMITS
from efface.version import __version__

NOT_KNOWN = "not known: its statement cannot be read"
UNCHECKED = "by the log, whose signature cannot be checked"

_SUBJECTS = {
    names.PACK_STATEMENTS: "What was received",
    names.PACK_SEALED: "What was received",
    names.PACK_CAPTURE: "What was received",
    names.PACK_RELEASED: "What was received",
    names.PACK_REDACTIONS: "The redacted files",
    names.TIMESTAMP: "The timestamps",
}
_ROOMS = {
    "log": "The custody log",
    "credentials": "The file",
    "file": "The file",
    "original": "The original",
    "redaction": "The original",
}
"""What findings are about: by their names, and by what comes before the point in them."""
_OTHER = "The pack as a whole"


def case_of(
    held: ReadablePack, findings: Sequence[CheckResult], context: Context
) -> ReportedCase | None:
    """Everything that the pack tells.

    Args:
        findings: of checking it.
        context: in which it was checked.

    Returns:
        ``None``: neither the statement of intake nor the log tells what was received.
    """
    original = _original(held)
    if original is None:
        return None
    kind = kind_of(held)
    made = redactions(held, kind)
    attacked = any(one.attack is not None for one in made)
    return ReportedCase(
        id=held.pack.case,
        made=written(context.now),
        version=__version__,
        original=original,
        log=logged(held, context.trust),
        access=access(held),
        redactions=made,
        checks=tuple(checks_of(findings)),
        stamps=stamps(held, context),
        keys=keys(held, context.trust),
        statements=statements(held),
        measured=measured(kind, attacked=attacked),
        limits=tuple(dict.fromkeys((*LIMITS, *ATTACK_LIMITS) if attacked else LIMITS)),
    )


def _original(held: ReadablePack) -> Original | None:
    if held.intake is not None:
        return _of_intake(held, held.intake)
    for entry in held.entries:
        if entry.action == Action.RECEIVED and (held.signed(entry) or not held.chain(entry.key)):
            return _of_entry(held, entry)
    return None


def _of_intake(held: ReadablePack, intake: Intake) -> Original:
    chain = signer_of(held.pack.intake_signed)
    return Original(
        written(intake.time),
        chain.label,
        chain.key_id,
        format_in_words(intake.format, kind_of(held)),
        intake.size,
        intake.sha256,
        _root(held),
        intake.version,
        tuple((f"{layout.SEALED}/{name}", of) for name, of in sorted(intake.sealed.items())),
        layout.PASSPHRASE in intake.sealed,
        companions(held),
        told(held),
    )


def _of_entry(held: ReadablePack, entry: LogEntry) -> Original | None:
    """What the log tells of it, where the statement cannot be read."""
    details = Fields(entry.details)
    digest, length = details.digest("sha256"), details.whole("size")
    if digest is None or length is None:
        return None
    by = entry.actor if held.signed(entry) else f"{entry.actor} ({UNCHECKED})"
    return Original(
        written(entry.time),
        by,
        entry.key,
        format_in_words(details.text("format"), kind_of(held)),
        length,
        digest,
        _root(held),
        NOT_KNOWN,
    )


def _root(held: ReadablePack) -> str:
    """Of the commitment, hexadecimal."""
    return NOT_KNOWN if held.origin is None else held.origin.commitment.root.hex()


def checks_of(findings: Sequence[CheckResult]) -> Iterator[ReportedChecks]:
    """Findings by what they are about, in the order in which they were made."""
    about: dict[str, list[CheckResult]] = defaultdict(list)
    for finding in findings:
        room = finding.name.partition(".")[0]
        about[_SUBJECTS.get(finding.name) or _ROOMS.get(room, _OTHER)].append(finding)
    for subject, found in about.items():
        yield ReportedChecks(subject, tuple(found))
