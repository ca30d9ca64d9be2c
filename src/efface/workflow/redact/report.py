"""What became of each file (``efface.report/1``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from efface.detect.interface import Detection
from efface.documents.model import plain
from efface.errors import SOME_FAILED, EffaceError, StoppedError, UnhandledError
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.media.video.interface import VideoFidelity
from efface.policy import Recall
from efface.regions import Box
from efface.report.limits import LIMITS
from efface.version import __version__
from efface.workflow.redact.counts import Counts
from efface.zones.extent import CoveredShare
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.attack.red_team.outcome import Outcome

SCHEMA = "efface.report/1"

Status = Literal[
    "redacted", "kept", "no-face", "refused", "failed", "skipped", "exists", "planned", "stopped",
    "not-begun", "unhandled",
]  # fmt: skip
"""``kept``: written, and every face in it stays visible because the user said so; ``exists``: an
earlier run's result was left as it is; ``planned``: a dry run; ``stopped`` and ``not-begun``: the
run was interrupted; ``unhandled``: it can hold pictures, and efface does not read its format."""


@dataclass(frozen=True, slots=True)
class Rescan:
    """What the second detector saw in the written file."""

    detector: str
    threshold: float
    uncovered: tuple[tuple[int, Detection], ...] = ()
    """(frame, face) that lies neither in a zone nor among the faces the user keeps."""
    frames: int | None = None
    """Frames it looked at; ``None``: all there are."""


@dataclass(frozen=True, slots=True)
class VideoSummary:
    """What there is to say of a video beyond what is said of every file."""

    encoder: str | None = None
    """Encoder and settings."""
    frames_covered: int = 0
    """Frames with at least one zone."""
    scenes: int | None = None
    looks: Mapping[str, int] = field(default_factory=dict)
    """Frames by how the detectors looked at them."""
    gaps: int | None = None
    """Stretches in which a face was followed or bridged without being seen."""
    longest_gap_s: float | None = None
    closer_looks: int = 0
    """Frames that were looked at again because the rescan of a first try saw a face."""
    damaged: int = 0
    """Frames that could not be decoded and were replaced."""
    fidelity: VideoFidelity | None = None
    """How it compares with the input outside the zones."""


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
    zones: tuple[Zone, ...] = ()
    detector: str | None = None
    recall: Recall | None = None
    """How hard was looked; ``None`` where regions were given."""
    rescan: Rescan | None = None
    attack: Outcome | None = None
    """What the red team made of it, if it was asked to."""
    fidelity: Fidelity | None = None
    video: VideoSummary | None = None
    dropped: tuple[Trace, ...] = ()
    beside: tuple[Trace, ...] = ()
    """Files beside the input that may show what was removed."""
    notes: tuple[str, ...] = ()
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)
    """By step, of the whole process."""
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
        rescan = None
        if self.rescan is not None:
            rescan = {
                "detector": self.rescan.detector,
                "threshold": self.rescan.threshold,
                "frames": self.rescan.frames,
                "uncovered": [
                    {
                        "frame": frame,
                        "box": [round(v, 2) for v in (d.x, d.y, d.width, d.height)],
                        "score": round(d.score, 4),
                    }
                    for frame, d in self.rescan.uncovered
                ],
            }
        return {
            "input": str(self.source),
            "output": None if self.target is None else str(self.target),
            "planned": None if self.planned is None else str(self.planned),
            "status": self.status,
            "exit_code": self.exit_code,
            "message": self.message,
            "hint": self.hint,
            "format": self.format,
            "sha256": self.sha256,
            "output_sha256": self.target_sha256,
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "faces": self.faces,
            "counts": self.counts.to_json(),
            "covered": None
            if self.covered is None
            else {
                "mean": round(self.covered.mean, 4),
                "largest": round(self.covered.largest, 4),
            },
            "doubtful": [plain(box.entry()) for box in self.doubtful],
            "kept": list(self.kept),
            "zones": [
                {
                    "track": z.track,
                    "frame": z.frame,
                    "zone": [z.rect.x0, z.rect.y0, z.rect.width, z.rect.height],
                    "shape": z.shape,
                }
                for z in self.zones
            ],
            "detector": self.detector,
            "recall": self.recall,
            "rescan": rescan,
            "attack": None if self.attack is None else self.attack.to_json(),
            "outside_zones": None if self.fidelity is None else asdict(self.fidelity),
            "video": None if self.video is None else asdict(self.video),
            "dropped": [asdict(f) for f in self.dropped],
            "beside": [asdict(f) for f in self.beside],
            "notes": list(self.notes),
            "cpu_seconds": {k: round(v, 3) for k, v in self.cpu_seconds.items()},
        }


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
        return {
            "schema": SCHEMA,
            "efface": __version__,
            "exit_code": self.exit_code,
            "interrupted": self.interrupted,
            "policies": list(self.policies),
            "counts": self.counts(),
            "files": [file.to_json() for file in self.files],
            "limits": list(LIMITS),
        }
