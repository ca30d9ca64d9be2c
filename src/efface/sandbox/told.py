"""What a confined process says of a file, read as if a stranger had said it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from efface.attack.red_team.form import AttackDocument
from efface.detect.interface import Detection
from efface.documents.reading import as_model
from efface.errors import (
    EffaceError,
    GateError,
    InputError,
    NoFaceError,
    OutputError,
    RefusedError,
    StoppedError,
    UnexpectedError,
    UnhandledError,
    VerificationError,
)
from efface.events import Event, StepStarted, event_from_json
from efface.geometry import Rect
from efface.regions import Box
from efface.regions.choices import Keep, Span
from efface.workflow.redact.counts import Counts
from efface.workflow.redact.report import FileReport, Rescan
from efface.workflow.redact.report_form import CountsEntry, FileReportEntry, RescanEntry, ZoneEntry
from efface.zones.extent import CoveredShare
from efface.zones.zone import Zone

_DETAIL: Final = 200
"""Letters of a step's name at most."""

_WRITTEN = frozenset({"redacted", "kept", "no-face"})
_PLANNED = frozenset({"planned"})
_FAILED = frozenset({"failed", "refused", "no-face", "stopped", "unhandled"})
"""How a file ends."""

_ERRORS: Mapping[int, type[EffaceError]] = {
    one.exit_code: one
    for one in (
        UnexpectedError,
        RefusedError,
        NoFaceError,
        GateError,
        InputError,
        VerificationError,
        OutputError,
        StoppedError,
    )
}


@dataclass(frozen=True, slots=True)
class ToldAttack:
    """What came of an attack in another process."""

    told: AttackDocument

    @property
    def attacked(self) -> str:
        """Who was attacked, in words."""
        return ", ".join(person.id for person in self.told.people) or "nobody"

    @property
    def verdict(self) -> str:
        """For somebody who decides whether the file is published."""
        return self.told.verdict

    def document(self) -> AttackDocument:
        """As ``efface.attack/1``."""
        return self.told


def told_event(document: object, source: Path) -> Event:
    """Progress on one file.

    Args:
        source: the file, which is no business of whoever tells.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(document, dict):
        raise ValueError(f"expected an event, got {type(document).__name__}")
    event = event_from_json({**document, "path": str(source)})
    if not isinstance(event, StepStarted):
        raise ValueError("expected a step")
    whole = (event.frame, event.frames)
    if any(type(number) is not int or not 0 <= number < 1 << 53 for number in whole):
        raise ValueError("expected frames to be counted in whole numbers")
    if not isinstance(event.detail, str) or len(event.detail) > _DETAIL:
        raise ValueError("expected the name of a step")
    return StepStarted(source, event.step, *whole, event.detail)


def told_report(document: object, source: Path, target: Path, *, dry_run: bool) -> FileReport:
    """What became of one file.

    Args:
        source: as the user named it.
        target: where the result will be; whoever tells knows another place.
        dry_run: nothing is to be written.

    Raises:
        ValueError: it is no report, or says two things at once.
    """
    entry = as_model(document, FileReportEntry)
    done = entry.exit_code == 0
    ends = _FAILED if not done else _PLANNED if dry_run else _WRITTEN
    if entry.status not in ends or done != (entry.message is None):
        raise ValueError(f"a file that is {entry.status!r} cannot end with {entry.exit_code}")
    written = done and not dry_run
    if written and entry.output_sha256 is None:
        raise ValueError("expected the hash of what was written")
    return FileReport(
        source=source,
        target=target if written else None,
        status=entry.status,
        exit_code=entry.exit_code,
        message=entry.message,
        hint=entry.hint,
        format=entry.format,
        sha256=entry.sha256,
        target_sha256=entry.output_sha256 if written else None,
        width=entry.width,
        height=entry.height,
        frames=entry.frames,
        faces=entry.faces,
        counts=_counts(entry.counts),
        covered=None
        if entry.covered is None
        else CoveredShare(entry.covered.mean, entry.covered.largest),
        doubtful=tuple(map(Box.of, entry.doubtful)),
        kept=tuple(entry.kept),
        replaced=tuple(entry.replaced),
        zones=tuple(map(_zone, entry.zones)),
        detector=entry.detector,
        recall=entry.recall,
        rescan=None if entry.rescan is None else _rescan(entry.rescan),
        attack=None if entry.attack is None else ToldAttack(entry.attack),
        fidelity=entry.outside_zones,
        video=entry.video,
        dropped=tuple(entry.dropped),
        beside=tuple(entry.beside),
        notes=tuple(entry.notes),
        cpu_seconds=entry.cpu_seconds,
        planned=target if done and dry_run else None,
        error=None if done else _error(entry, source),
    )


def _error(entry: FileReportEntry, source: Path) -> EffaceError:
    """
    Raises:
        ValueError: nothing ends with such a code.
    """
    found = told_error(entry.exit_code, entry.message or "", source, entry.hint)
    if entry.status == "unhandled":
        return UnhandledError(found.message, path=source, hint=found.hint)
    return found


def told_error(exit_code: int, message: str, source: Path, hint: str | None) -> EffaceError:
    """An error with a file.

    Raises:
        ValueError: nothing ends with such a code.
    """
    cls = _ERRORS.get(exit_code)
    if cls is None:
        raise ValueError(f"there is no exit code {exit_code} of a file")
    return cls(message, path=source, hint=hint)


def _counts(entry: CountsEntry) -> Counts:
    kept = tuple(
        Keep(one.track, None if one.from_s is None else _span(one.from_s, one.to_s))
        for one in entry.kept
    )
    return Counts(entry.tracks, kept, entry.drawn_zones)


def _span(start: float, end: float | None) -> Span:
    return Span(start, float("inf") if end is None else end)


def _zone(entry: ZoneEntry) -> Zone:
    x, y, width, height = entry.zone
    place = Rect(x, y, x + width, y + height)
    return Zone(entry.track, entry.frame, place, place, entry.shape)


def _rescan(entry: RescanEntry) -> Rescan:
    seen = tuple((one.frame, Detection(*one.box, one.score)) for one in entry.uncovered)
    return Rescan(entry.detector, entry.threshold, seen, entry.frames)
