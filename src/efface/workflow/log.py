"""``efface log show``: what a pack's custody log says, if it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from efface.documents.model import plain
from efface.errors import VerificationError
from efface.evidence.custody.entry import LogEntry
from efface.evidence.finding import CheckResult
from efface.evidence.forms import LogBody
from efface.evidence.pack.opened import Pack
from efface.evidence.verify.context import Context
from efface.evidence.verify.log import log_findings
from efface.workflow.shown_form import LOG_SHOWN, LogShownDocument


@dataclass(frozen=True, slots=True)
class ShownLog:
    """A log that was checked."""

    case: str
    entries: tuple[LogEntry, ...]
    """None when it does not hold."""
    findings: tuple[CheckResult, ...]

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return all(finding.ok for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0 when it holds, else that of a failed verification."""
        return 0 if self.ok else VerificationError.exit_code

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.log-shown/1``)."""
        return plain(
            LogShownDocument(
                schema=LOG_SHOWN,
                case=self.case,
                # as they stand, with what a later version may have added
                entries=cast("list[LogBody]", [entry.to_json() for entry in self.entries]),
                findings=[finding.entry() for finding in self.findings],
            )
        )


def show_log(pack: Pack, context: Context) -> ShownLog:
    """Check a log, and read it."""
    findings = tuple(log_findings(pack, context))
    holds = all(finding.ok for finding in findings)
    return ShownLog(pack.case, tuple(pack.log().entries) if holds else (), findings)
