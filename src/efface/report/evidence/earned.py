"""Colour follows the worst: a report is green only where everything holds, by a key that is known.

Somebody who turns the pages sees colours first. Where one check fails, or nobody knows who signed,
ninety green words around it would say something else than the report does.
"""

from __future__ import annotations

from dataclasses import replace

from efface.report.evidence.blocks import Notice, PageDocument, TextSpan
from efface.report.evidence.checked import judged
from efface.report.evidence.court import CourtReport
from efface.report.evidence.rewriting import rewritten


def earned(report: CourtReport) -> bool:
    """Whether everything that was checked holds, the key that signed is known, and nobody else who
    signed calls himself nearly like somebody who is known."""
    checks = judged(report)
    known = report.known_as is not None or report.yours
    holds = all(finding.ok for _, finding in checks) and all(one.holds for one in report.stamps)
    return bool(checks) and holds and known and not report.resembled


def without_green(document: PageDocument) -> PageDocument:
    """The same, with what would be green in the colour of all other words."""

    def change(part: object) -> object:
        if isinstance(part, TextSpan) and part.style == "good":
            return replace(part, style="strong")
        if isinstance(part, Notice) and part.kind == "good":
            return replace(part, kind="blank")
        return part

    return rewritten(document, change)
