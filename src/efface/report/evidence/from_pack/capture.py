"""What came with the original, and what was told of it; of what is under seal only that it is."""

from __future__ import annotations

from efface.evidence.pack.layout import companion_name
from efface.evidence.pack.parsing import written
from efface.report.evidence.case import ReportedCompanion, ReportedField
from efface.report.evidence.from_pack.readable_pack import ReadablePack


def companions(held: ReadablePack) -> tuple[ReportedCompanion, ...]:
    """Files; the SHA-256 of those of which it was released."""
    if held.intake is None:
        return ()
    found = []
    for number, one in enumerate(held.intake.companions, 1):
        release = held.releases.get(companion_name(number))
        digest = "" if release is None else release.salted.value
        found.append(ReportedCompanion(number, one.kind, one.states, digest))
    return tuple(found)


def told(held: ReadablePack) -> tuple[ReportedField, ...]:
    """Fields; the values of those that were released."""
    if held.intake is None:
        return ()
    found = []
    for name in held.intake.capture:
        release = held.releases.get(name)
        found.append(
            ReportedField(name)
            if release is None
            else ReportedField(name, release.salted.value, written(release.time))
        )
    return tuple(found)
