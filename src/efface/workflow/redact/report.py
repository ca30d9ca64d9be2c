"""What became of each file (``efface.report/1``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from efface.detect.interface import Detection
from efface.documents.model import plain
from efface.errors import SOME_FAILED, EffaceError, StoppedError, UnhandledError
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.policy import Recall
from efface.regions import Box
from efface.report.limits import LIMITS
from efface.version import __version__
from efface.words import Confinement
from efface.workflow.redact.counts import Counts
from efface.workflow.redact.report_form import (
    REPORT,
    CoveredEntry,
    FileReportEntry,
    NotarisedEntry,
    ReportDocument,
    RescanEntry,
    Status,
    UncoveredEntry,
    VideoSummary,
    ZoneEntry,
)
from efface.zones.extent import CoveredShare
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.attack.red_team.form import AttackDocument


class Attacked(Protocol):
    """What the red team made of a file: an ``Outcome``, or what another process told of one."""

    @property
    def attacked(self) -> str:
        """Who was attacked, in words."""

    @property
    def verdict(self) -> str:
        """For somebody who decides whether the file is published."""

    def document(self) -> AttackDocument:
        """As ``efface.attack/1``."""


@dataclass(frozen=True, slots=True)
class Rescan:
    """What the second detector saw in the written file."""

    detector: str
    threshold: float
    uncovered: tuple[tuple[int, Detection], ...] = ()
    """(frame, face) that lies neither in a zone nor among the faces the user keeps."""
    frames: int | None = None
    """Frames it looked at; ``None``: all there are."""

    def entry(self) -> RescanEntry:
        """As documents have it: hundredths of a pixel."""
        return RescanEntry(
            detector=self.detector,
            threshold=self.threshold,
            frames=self.frames,
            uncovered=[
                UncoveredEntry(
                    frame=frame,
                    box=(round(d.x, 2), round(d.y, 2), round(d.width, 2), round(d.height, 2)),
                    score=round(d.score, 4),
                )
                for frame, d in self.uncovered
            ],
        )


@dataclass(frozen=True, slots=True)
class FileReport:
    """The outcome for one input; of one that failed, what was known by then."""

    source: Path
    target: Path | None = None
    status: Status = "failed"
    exit_code: int = 1
    message: str | None = None
    """The error or the reason for skipping."""
    hint: str | None = None
    format: str | None = None
    sha256: str | None = None
    """Of the input."""
    target_sha256: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    faces: int = 0
    counts: Counts = field(default_factory=Counts)
    """What was found, kept and drawn, as people count it."""
    covered: CoveredShare | None = None
    """How much of the picture the zones cover; ``None`` while nothing was written."""
    doubtful: tuple[Box, ...] = ()
    """What was nearly taken for a face and is not covered; the likeliest first."""
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    """Tracks in whose zones stand heads of people who do not exist."""
    zones: tuple[Zone, ...] = ()
    detector: str | None = None
    recall: Recall | None = None
    """How hard was looked; ``None`` where regions were given."""
    rescan: Rescan | None = None
    attack: Attacked | None = None
    """What the red team made of it, if it was asked to."""
    pack: NotarisedEntry | None = None
    """The pack whose original it is, which holds the proof and knows of it."""
    fidelity: Fidelity | None = None
    video: VideoSummary | None = None
    dropped: tuple[Trace, ...] = ()
    beside: tuple[Trace, ...] = ()
    """Files beside the input that may show what was removed."""
    notes: tuple[str, ...] = ()
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)
    """By step, of the whole process."""
    sandbox: Confinement = "none"
    """What the process that read the file was confined by."""
    planned: Path | None = None
    """Where a dry run would have written."""
    error: EffaceError | None = None
    """What the message is about, for a log."""

    def failing(self, error: EffaceError, status: Status | None = None) -> FileReport:
        """The same with an error as the outcome.

        Args:
            status: another than the error's own.
        """
        named: dict[int, Status] = {2: "refused", 3: "no-face", 130: "stopped"}
        own: Status = named.get(error.exit_code, "failed")
        return replace(
            self,
            status="unhandled" if isinstance(error, UnhandledError) else status or own,
            exit_code=error.exit_code,
            message=error.message,
            hint=error.hint,
            error=error,
        )

    def or_raise(self) -> FileReport:
        """The report itself, unless the file failed.

        Raises:
            EffaceError: what it failed with.
            KeyboardInterrupt: it was interrupted.
        """
        if isinstance(self.error, StoppedError):
            raise KeyboardInterrupt from self.error
        if self.error is not None:
            raise self.error
        return self

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(self.entry())

    def entry(self) -> FileReportEntry:
        """As documents have it."""
        return FileReportEntry(
            input=str(self.source),
            output=None if self.target is None else str(self.target),
            planned=None if self.planned is None else str(self.planned),
            status=self.status,
            exit_code=self.exit_code,
            message=self.message,
            hint=self.hint,
            format=self.format,
            sha256=self.sha256,
            output_sha256=self.target_sha256,
            width=self.width,
            height=self.height,
            frames=self.frames,
            faces=self.faces,
            counts=self.counts.entry(),
            covered=None if self.covered is None else _covered(self.covered),
            doubtful=[box.entry() for box in self.doubtful],
            kept=list(self.kept),
            replaced=list(self.replaced),
            zones=list(map(_zone, self.zones)),
            detector=self.detector,
            recall=self.recall,
            rescan=None if self.rescan is None else self.rescan.entry(),
            attack=None if self.attack is None else self.attack.document(),
            pack=self.pack,
            outside_zones=self.fidelity,
            video=self.video,
            dropped=list(self.dropped),
            beside=list(self.beside),
            notes=list(self.notes),
            cpu_seconds={k: round(v, 3) for k, v in self.cpu_seconds.items()},
            sandbox=self.sandbox,
        )


def _covered(share: CoveredShare) -> CoveredEntry:
    return CoveredEntry(mean=round(share.mean, 4), largest=round(share.largest, 4))


def _zone(zone: Zone) -> ZoneEntry:
    rect = zone.rect
    return ZoneEntry(
        track=zone.track,
        frame=zone.frame,
        zone=(rect.x0, rect.y0, rect.width, rect.height),
        shape=zone.shape,
    )


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one run."""

    files: tuple[FileReport, ...]
    policies: tuple[str, ...] = ()
    """Files that decided it; those that were enforced are named so."""

    @property
    def exit_code(self) -> int:
        """0 when all went well, the one file's code, 6 when some of several failed, or 130."""
        codes = [file.exit_code for file in self.files if file.exit_code]
        if not codes:
            return 0
        if self.interrupted:
            return StoppedError.exit_code
        if len(self.files) > 1 and any(file.status == "unhandled" for file in self.files):
            return SOME_FAILED
        worked_on = [file for file in self.files if file.status not in ("skipped", "exists")]
        return codes[0] if len(worked_on) == 1 else SOME_FAILED

    @property
    def interrupted(self) -> bool:
        """Whether the run was stopped before it had done everything."""
        return any(file.status in ("stopped", "not-begun") for file in self.files)

    def counts(self) -> dict[str, int]:
        """How many files had each status."""
        return dict(Counter(file.status for file in self.files))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(
            ReportDocument(
                schema=REPORT,
                efface=__version__,
                exit_code=self.exit_code,
                interrupted=self.interrupted,
                policies=list(self.policies),
                counts=self.counts(),
                files=[file.entry() for file in self.files],
                limits=list(LIMITS),
            )
        )
