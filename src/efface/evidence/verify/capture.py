"""What came with an original: whether the parts of the pack tell the same of it, and whether what
was released from under seal is what the intake commits to."""

from __future__ import annotations

from collections.abc import Iterator

from efface.errors import EffaceError
from efface.evidence import names
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.trust import Trust
from efface.evidence.pack import layout
from efface.evidence.pack.intake import Intake, sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.release import Release, read_release, release_names
from efface.evidence.statement import Signed, signer_of
from efface.evidence.verify.intake import signer_named
from efface.files.paths import printable

_SHOWN = 200
"""Characters of a released value in a sentence."""


def capture_findings(
    pack: Pack, entries: tuple[LogEntry, ...], trust: Trust
) -> Iterator[CheckResult]:
    """Nothing, for an original that nothing came with.

    Args:
        entries: of the log.

    Raises:
        InputError: a folder cannot be read.
        VerificationError: the statement of intake does not hold.
    """
    intake = pack.intake
    if intake.companions or intake.capture or layout.CAPTURE in intake.sealed:
        yield _whole(intake)
    released = release_names(pack)
    for name in released:
        wrong, release = _wrong(pack, name, entries, trust)
        if wrong is not None:
            says = f"What was released as {printable(name[:_SHOWN])} does not hold: {wrong}."
            yield CheckResult(names.PACK_RELEASED, False, says)
        elif release is not None:
            yield _holds(release)
    for entry in entries:
        if entry.action == Action.RELEASED and entry.details.get("field") not in released:
            yield CheckResult(
                names.PACK_RELEASED,
                False,
                f"Entry {entry.number} of the log tells of a release that is not in the pack: it "
                "was taken out.",
            )


def _whole(intake: Intake) -> CheckResult:
    number = len(intake.companions)
    wanted = {layout.CAPTURE, *(layout.sealed_companion(n + 1) for n in range(number))}
    there = {name for name in intake.sealed if name.startswith(("companion-", layout.CAPTURE))}
    if there != wanted:
        return CheckResult(
            names.PACK_CAPTURE,
            False,
            f"The statement of intake tells of {_files(number)} that came with the original, and "
            "does not name the sealed files that belong to that.",
        )
    parts = [_files(number)] if number else []
    if intake.capture:
        parts.append(f"what was told of its {_and(sorted(intake.capture))}")
    stated = [n for n, one in enumerate(intake.companions, 1) if one.states == "of the original"]
    other = [n for n, one in enumerate(intake.companions, 1) if one.states == "of another file"]
    says = f"With the original came, under seal, {_and(parts)}."
    for numbers, what in ((stated, "the SHA-256 of the original"), (other, "that of another file")):
        if numbers:
            files = "File" if len(numbers) == 1 else "Files"
            verb = "states" if len(numbers) == 1 else "state"
            says += f" {files} {_and([str(n) for n in numbers])} {verb} {what}, says who sealed it."
    return CheckResult(
        names.PACK_CAPTURE,
        True,
        says,
        "That what was told is true, or that these files are genuine: signatures in them were not "
        "checked.",
    )


def _wrong(
    pack: Pack, name: str, entries: tuple[LogEntry, ...], trust: Trust
) -> tuple[str | None, Release | None]:
    try:
        signed, release = read_release(pack, name)
    except EffaceError as error:
        return error.message.rstrip("."), None
    told = _untrue(pack, name, release) or _unsaid(signed, entries)
    return told or _by_another(pack, signer_of(signed), trust), release


def _untrue(pack: Pack, name: str, release: Release) -> str | None:
    """What is wrong with the value."""
    if release.case != pack.case:
        return "it belongs to another case, and was put in here"
    if release.field != name:
        return f"it releases {release.field}, and lies there under another name"
    if release.intake != sha256_of(pack.intake_signed):
        return "it is of another intake than the one of this pack"
    commitment = pack.intake.commitment_to(name)
    if commitment is None:
        return "the intake tells of no such thing"
    if release.salted.commitment(pack.case, name) != commitment:
        return "it is not the value that was sealed at intake"
    return None


def _unsaid(signed: Signed, entries: tuple[LogEntry, ...]) -> str | None:
    """What is wrong with what the log tells of it."""
    statement, key = sha256_of(signed), signer_of(signed).key_id
    told = [
        entry
        for entry in entries
        if entry.action == Action.RELEASED and entry.details.get("statement") == statement
    ]
    if entries and not told:
        return "the log does not tell of it: it was put in, or an entry was taken out"
    if any(entry.key != key for entry in told):
        return "it is signed by one key, and the log's entry that tells of it by another"
    return None


def _by_another(pack: Pack, chain: Chain, trust: Trust) -> str | None:
    """Who may open the seal can release what is in it; who did must be somebody who is known."""
    if chain.key_id == signer_of(pack.intake_signed).key_id or trust.known_as(chain) is not None:
        return None
    return (
        f"it was released by {signer_named(chain, trust)}, and not by who sealed the original; the "
        "value is the one that was sealed"
    )


def _holds(release: Release) -> CheckResult:
    value = printable(release.salted.value[:_SHOWN])
    more = "…" if len(release.salted.value) > _SHOWN else ""
    what = release.field if release.field not in _FILES else f"SHA-256 of {release.field}"
    return CheckResult(
        names.PACK_RELEASED,
        True,
        f"Released on {release.time:%Y-%m-%d %H:%M} UTC: {what} “{value}{more}”, which is what was "
        "sealed at intake.",
        "That it is true: that is the word of who sealed the original.",
    )


_FILES = frozenset(layout.companion_name(number) for number in range(1, 100))


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _and(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
