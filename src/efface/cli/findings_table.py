"""What people read of what a file carries, on stdout."""

from __future__ import annotations

from pathlib import Path

from efface.api.traces import Inspected
from efface.cli.text import say

_RISKS = {
    "shows": "shows the scene",
    "locates": "locates in place or time",
    "names": "names a person or device",
    "unknown": "unknown content",
}


def print_findings(
    photo: Path,
    before: Inspected,
    after: Path | None,
    later: Inspected | None,
) -> None:
    """Findings in words, on stdout; with a second file, whether each is still there."""
    _print_file(photo, before)
    if after is not None and later is not None:
        _print_file(after, later)
        had, left = ({f.kind for f in findings} for findings, _ in (before, later))
        gone, still = sorted(had - left), sorted(had & left)
        say("Gone: " + (", ".join(gone) or "nothing") + ".")
        say("Still there: " + (", ".join(still) or "nothing") + ".")


def _print_file(path: Path, inspected: Inspected) -> None:
    findings, mark = inspected
    say(f"{path}: {len(findings)} thing(s) besides the visible pixels")
    for finding in findings:
        size = f", {finding.size} bytes" if finding.size else ""
        say(f"  {finding.kind}: {finding.detail} ({finding.where}{size}; {_RISKS[finding.risk]})")
    if mark is not None:
        say(
            "  The pixels carry the mark of a face that efface drew: somebody in this picture does "
            f"not exist ({mark.deviations:.1f} standard deviations)."
        )
