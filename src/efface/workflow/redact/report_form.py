"""The form of a report, ``efface.report/1``, and of what a pack keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from efface.attack.red_team.form import AttackDocument, CalibrationEntry, PersonEntry
from efface.documents.model import Amount, Count, Document, Number, Sha256, Share
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.media.video.interface import VideoFidelity
from efface.regions.form import BoxEntry
from efface.words import Confinement, Recall, Shape

REPORT: Final = "efface.report/1"

Status = Literal[
    "redacted", "kept", "no-face", "refused", "failed", "skipped", "exists", "planned", "stopped",
    "not-begun", "unhandled",
]  # fmt: skip
"""``kept``: written, and every face in it stays visible because the user said so; ``exists``: an
earlier run's result was left as it is; ``planned``: a dry run; ``stopped`` and ``not-begun``: the
run was interrupted; ``unhandled``: it can hold pictures, and efface does not read its format."""


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


class KeptEntry(Document, frozen=True, kw_only=True):
    """A track that was left visible."""

    track: str
    from_s: Amount | None
    to_s: Amount | None


class CountsEntry(Document, frozen=True, kw_only=True):
    """What can be counted in the picture."""

    tracks: int
    kept: list[KeptEntry]
    drawn_zones: int


class CoveredEntry(Document, frozen=True, kw_only=True):
    """Share of the picture that zones cover."""

    mean: Share
    largest: Share


class ZoneEntry(Document, frozen=True, kw_only=True):
    """What was filled."""

    track: str
    frame: int
    zone: tuple[int, int, int, int]
    """x, y, width, height."""
    shape: Shape


class UncoveredEntry(Document, frozen=True, kw_only=True):
    """A face that the rescan saw and that is neither covered nor kept."""

    frame: int
    box: tuple[Number, Number, Number, Number]
    """x, y, width, height."""
    score: Number


class RescanEntry(Document, frozen=True, kw_only=True):
    """What the second detector saw in the written file."""

    detector: str
    threshold: Share
    frames: int | None
    uncovered: list[UncoveredEntry]


class NotarisedEntry(Document, frozen=True, kw_only=True):
    """The pack that learned of it."""

    folder: str
    case: str
    redaction: Count
    """Its number in the pack, from 1."""
    key: Sha256
    """Id of the key that signed it."""


class FileReportEntry(Document, frozen=True, kw_only=True):
    """The outcome for one input."""

    input: str
    output: str | None
    planned: str | None
    status: Status
    exit_code: int
    message: str | None
    hint: str | None
    format: str | None
    sha256: str | None
    output_sha256: str | None
    width: int | None
    height: int | None
    frames: int | None
    faces: int
    counts: CountsEntry
    covered: CoveredEntry | None
    doubtful: list[BoxEntry]
    kept: list[str]
    replaced: list[str]
    """Tracks in whose zones stand heads that were drawn."""
    zones: list[ZoneEntry]
    detector: str | None
    recall: Recall | None
    rescan: RescanEntry | None
    attack: AttackDocument | None
    pack: NotarisedEntry | None
    outside_zones: Fidelity | None
    video: VideoSummary | None
    dropped: list[Trace]
    beside: list[Trace]
    notes: list[str]
    cpu_seconds: dict[str, Number]
    sandbox: Confinement
    """What the process that read the file was confined by."""


class ReportDocument(Document, frozen=True, kw_only=True):
    """The outcome of one run."""

    schema: Literal["efface.report/1"]
    efface: str
    exit_code: int
    interrupted: bool
    policies: list[str]
    """Files that decided it."""
    counts: dict[str, int]
    """Files by status."""
    files: list[FileReportEntry]
    limits: list[str]


class AttackDetails(Document, frozen=True, kw_only=True):
    """What a pack keeps of an attack."""

    schema: Literal["efface.attack/1"]
    efface: str
    passed: bool
    frames: int
    alpha: Share
    recognisers: list[str]
    people: list[PersonEntry]
    calibration: CalibrationEntry
    notes: list[str]
    limits: list[str]
    gallery: str


class DetailsDocument(Document, frozen=True, kw_only=True):
    """What the checks of a redaction found, in figures; no template, no picture, no name."""

    schema: Literal["efface.details/1"]
    nonce: str
    """By lot: its hash is published, and tells nothing."""
    format: str | None
    width: int | None
    height: int | None
    frames: int | None
    faces: int
    counts: CountsEntry
    covered: CoveredEntry | None
    kept: list[str]
    detector: str | None
    rescan: RescanEntry | None
    outside_zones: Fidelity | None
    video: VideoSummary | None
    notes: list[str]
    attack: AttackDetails | None
