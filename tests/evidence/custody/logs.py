"""Logs to be written, read and forged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.evidence.signers import NOW, signer

from efface.evidence.custody.check import Anchor, check_log
from efface.evidence.custody.entry import Action
from efface.evidence.custody.log import Log
from efface.evidence.finding import CheckResult
from efface.evidence.keys.kept import kept_chain
from efface.evidence.keys.trust import NOBODY, Trust

CASE = "0123456789abcdef0123456789abcdef"
OTHER_CASE = "f" * 32
DESK = signer("Desk 4")


def log(folder: Path, case: str = CASE) -> Log:
    """The log of a folder."""
    return Log(folder / "log.jsonl", case, folder / "certificates")


def written(folder: Path, entries: int, case: str = CASE) -> Log:
    """A log with entries a minute apart."""
    made = log(folder, case)
    for number in range(entries):
        action = list(Action)[number % len(Action)]
        made.append(action, {"n": number}, DESK, NOW + timedelta(minutes=number))
    return made


def lines(folder: Path) -> list[bytes]:
    """Of the log in the folder, without line feeds."""
    return (folder / "log.jsonl").read_bytes().splitlines()


def checked(
    folder: Path,
    content: bytes | list[bytes] | None = None,
    *,
    case: str = CASE,
    anchors: tuple[Anchor, ...] = (),
    trust: Trust = NOBODY,
) -> list[CheckResult]:
    """What there is to say of these bytes or lines, or of the log as it lies there."""
    if content is None:
        content = (folder / "log.jsonl").read_bytes()
    if isinstance(content, list):
        content = b"".join(line + b"\n" for line in content)
    certificates = folder / "certificates"
    return check_log(
        content, case, lambda key: kept_chain(certificates, key), anchors=anchors, trust=trust
    )


def wrong(findings: list[CheckResult]) -> dict[str, list[str]]:
    """What does not hold, by name."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if not finding.ok:
            found.setdefault(finding.name, []).append(finding.says)
    return found
