"""``efface pack show``: what a pack holds, for people, and its report for a court."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from efface.documents.model import plain
from efface.errors import EffaceError, VerificationError
from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.keys.interface import Signer
from efface.evidence.pack.opened import Pack
from efface.evidence.verify.context import Context
from efface.report import evidence as report
from efface.report.evidence.case import ReportedCase, ReportedRedaction
from efface.report.evidence.from_pack.case import case_of
from efface.report.evidence.from_pack.readable_pack import ReadablePack
from efface.report.evidence.words import counted, moment, sentence, size
from efface.version import __version__
from efface.workflow.court_report import ReportTarget, check_targets, report_of, write_report
from efface.workflow.pack_form import PACK_SHOWN, PackShownDocument
from efface.workflow.verify import Verification, verify


@dataclass(frozen=True)
class ShownPack:
    """A pack that was looked at."""

    pack: Pack
    verification: Verification
    case: ReportedCase | None
    """``None``: neither the statement of intake nor the log tells what was received."""
    context: Context
    """In which it was looked at."""

    def write(
        self,
        *,
        html: Path | None,
        pdf: Path | None,
        overwrite: bool,
        signer: Signer | None = None,
    ) -> None:
        """Write the report; each file appears whole or not at all, and none before all are made.

        Args:
            signer: signs it; ``None``: nobody does.

        Raises:
            RefusedError: a file is there or lies in the pack, or both have one name.
            VerificationError: what can be read of the pack is too little for a report.
            OutputError: a file cannot be written.
        """
        targets = [
            ReportTarget(path, form)
            for path, form in ((html, report.html_bytes), (pdf, report.pdf))
            if path is not None
        ]
        check_targets(targets, [self.pack.folder], overwrite, signed=signer is not None)
        if not targets:
            return
        if self.case is None:
            raise VerificationError(
                "neither its statement of intake nor its log can be read: there is nothing to "
                "report on.",
                path=self.pack.folder,
                hint="Without --html and --pdf, 'efface pack show' says what is wrong with it.",
            )
        told = report_of(self.verification, self.context, self.pack, case=self.case)
        write_report(told, targets, signer, overwrite)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types, without the names of folders (``efface.pack-shown/1``)."""
        found = self.verification
        return plain(
            PackShownDocument(
                schema=PACK_SHOWN,
                efface=__version__,
                exit_code=found.exit_code,
                holds=found.ok,
                verdict=found.verdict,
                findings=[finding.entry() for finding in found.findings],
                case=self.case,
            )
        )

    def lines(self) -> Iterator[str]:
        """The same in short, for a terminal."""
        yield f"Case {self.pack.case}"
        if self.case is not None:
            yield from _told(self.case)
        for finding in self.verification.findings:
            yield str(finding)
            if finding.does_not_say:
                yield f"       ({finding.does_not_say})"
        yield self.verification.verdict


def show_pack(pack: Pack, context: Context) -> ShownPack:
    """Check a pack, and tell what it holds as far as it can be read; the seal stays closed."""
    try:
        verification = verify(None, context, pack=pack)
    except EffaceError as error:
        where = "" if error.path is None else f"{error.path.name}: "
        says = f"The pack could not be checked to its end: {where}{error.message}"
        verification = Verification(None, pack.folder, [CheckResult(names.PACK_WHOLE, False, says)])
    case = case_of(ReadablePack(pack), verification.findings, context)
    return ShownPack(pack, verification, case, context)


def _told(case: ReportedCase) -> Iterator[str]:
    original = case.original
    yield (
        f"Received {moment(original.received)} by {original.by}: {original.format}, "
        f"{size(original.size_bytes)}, SHA-256 {original.sha256}"
    )
    for entry in case.log:
        note = f" “{entry.note}”" if entry.note else ""
        yield f"{entry.number:4}  {moment(entry.time)}  {entry.actor}  {sentence(entry.says)}{note}"
    for one in case.access:
        yield f"Access: {one.who}: {sentence(one.what)}"
    for redaction in case.redactions:
        yield _redacted(redaction)
    for stamp in case.stamps:
        yield f"Timestamp: {moment(stamp.time)}, of {stamp.over}, by {stamp.authority}"
    for key in case.keys:
        known = "not known to you" if key.known_as is None else f"known to you as {key.known_as!r}"
        known = "yours" if key.yours else known
        yield f"Key {key.id}, {key.label!r}, {known}"


def _redacted(redaction: ReportedRedaction) -> str:
    tried = {None: "not attacked", True: "attacked, nobody found", False: "attacked and FOUND"}
    attack = tried[None if redaction.attack is None else redaction.attack.passed]
    return (
        f"Redacted file {redaction.number}: {moment(redaction.time)}, {redaction.format}, "
        f"{counted(len(redaction.zones), 'zone')}, {attack}, SHA-256 {redaction.sha256}"
    )
