"""The form of what ``efface pack show`` prints."""

from __future__ import annotations

from typing import Final, Literal

from efface.documents.model import Document
from efface.evidence.finding import FindingEntry
from efface.report.evidence.case import ReportedCase

PACK_SHOWN: Final = "efface.pack-shown/1"


class PackShownDocument(Document, frozen=True, kw_only=True):
    """What a pack holds, and what of it holds."""

    schema: Literal["efface.pack-shown/1"]
    efface: str
    exit_code: int
    holds: bool
    verdict: str
    findings: list[FindingEntry]
    case: ReportedCase | None
