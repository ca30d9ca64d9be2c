"""What people read of what a file carries, on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.api.traces import Trace
from efface.cli.text import say

_RISKS = {
    "shows": "shows the scene",
    "locates": "locates in place or time",
    "names": "names a person or device",
    "unknown": "unknown content",
}


def print_findings(
    photo: Path,
    before: Sequence[Trace],
    after: Path | None,
    later: Sequence[Trace] | None,
) -> None:
    """Findings in words, on stdout; with a second file, whether each is still there."""
    _print_file(photo, before)
    if after is not None and later is not None:
        _print_file(after, later)
        left = {f.kind for f in later}
        gone = sorted({f.kind for f in before} - left)
        still = sorted({f.kind for f in before} & left)
        say("Gone: " + (", ".join(gone) or "nothing") + ".")
        say("Still there: " + (", ".join(still) or "nothing") + ".")


def _print_file(path: Path, findings: Sequence[Trace]) -> None:
    say(f"{path}: {len(findings)} thing(s) besides the visible pixels")
    for finding in findings:
        size = f", {finding.size} bytes" if finding.size else ""
        say(f"  {finding.kind}: {finding.detail} ({finding.where}{size}; {_RISKS[finding.risk]})")
