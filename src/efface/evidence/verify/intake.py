"""Whether a pack's intake is the one that its log tells of, by one hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from efface.evidence import names
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.finding import CheckResult
from efface.evidence.forms import TIME
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.trust import Trust
from efface.evidence.pack.intake import Intake
from efface.evidence.pack.opened import Pack
from efface.evidence.statement import signer_of


def intake_finding(pack: Pack, entries: tuple[LogEntry, ...], trust: Trust) -> CheckResult:
    """Hold the statements of intake and origin against the log's first two entries, which efface
    writes at the same time and with the same key: in any part alone another original could be put.

    Args:
        entries: of the log; none where it cannot be read.

    Raises:
        InputError: a statement cannot be read.
        VerificationError: a statement does not hold.
    """
    wrong = list(_wrong(pack, entries))
    chain = signer_of(pack.intake_signed)
    keys = {chain.key_id, signer_of(pack.origin_signed).key_id, *(e.key for e in entries[:2])}
    if len(keys) > 1:
        named = ", ".join(sorted(key[:16] for key in keys))
        wrong.append(f"the intake is signed by several keys ({named}), not by one")
    if wrong:
        return CheckResult(
            names.PACK_INTAKE,
            False,
            "Intake and log do not belong together, one of them was exchanged: "
            f"{'; '.join(wrong)}.",
        )
    return CheckResult(
        names.PACK_INTAKE,
        True,
        "Intake, origin and the first entries of the log tell the same, and are signed by one key, "
        f"{signer_named(chain, trust)}.",
        "That what they tell is true: that is the word of who signed.",
    )


def signer_named(chain: Chain, trust: Trust) -> str:
    """A key, and whether whoever checks knows it."""
    name = trust.known_as(chain)
    key = f"key {chain.key_id[:16]}"
    if trust.is_own(chain):
        return f"{key}, your own"
    return f"{key} of {name!r}, whom you know" if name else f"{key}, which you do not know"


def _wrong(pack: Pack, entries: tuple[LogEntry, ...]) -> Iterator[str]:
    intake = pack.intake
    if pack.origin.time != intake.time:
        yield f"the statement of origin is of another time ({_when(pack.origin.time)})"
    if not entries:
        yield "the log tells of no intake"
        return
    if entries[0].action != Action.RECEIVED:
        yield f"the log does not begin with what was received, but with {entries[0].action!r:.40}"
        return
    yield from _received(intake, entries[0])
    if len(entries) < 2 or entries[1].action != Action.SEALED:
        yield "the log's second entry, that of the seal, is missing"
    elif entries[1].details.get("files") != dict(intake.sealed):
        yield "the log says that other files were sealed"


def _received(intake: Intake, entry: LogEntry) -> Iterator[str]:
    told = tuple(entry.details.get(name) for name in ("sha256", "size", "format"))
    if told != (intake.sha256, intake.size, intake.format):
        yield (
            f"the log says that another file was received, with the SHA-256 {told[0]!r:.66} and "
            f"not {intake.sha256}"
        )
    if entry.time != intake.time:
        yield f"the log says another time, {_when(entry.time)} and not {_when(intake.time)}"


def _when(time: datetime) -> str:
    return time.strftime(TIME)
