"""What a scan found in each file, and its JSON (``efface.scan/1``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from efface.detect.face_quality import FaceQuality, Pose
from efface.detect.identifiable import Identifiable
from efface.documents.error import ErrorDocument
from efface.documents.model import plain
from efface.documents.reading import as_model
from efface.errors import EffaceError
from efface.regions import Media
from efface.scan.form import (
    SCAN,
    FaceEntry,
    FileScanEntry,
    LookEntry,
    ScanDocument,
    ScanSpanEntry,
    StretchEntry,
)
from efface.version import __version__

POSES: tuple[Pose, ...] = get_args(Pose)
JUDGEMENTS: tuple[Identifiable, ...] = get_args(Identifiable)
"""Both from the most telling to the least."""

LIMITS = (
    "Faces are not all there is: body, clothes, gait, voice, the place and the company a person is "
    "in identify too.",
    "A face may have been missed, and 'unlikely' is not 'no': who knows a person well recognises "
    "little. Look at the footage yourself before you use it.",
)
"""What a scan does not say; in every report."""


@dataclass(frozen=True, slots=True)
class ScanLook:
    """A closer look at one face in one frame."""

    frame: int
    time_s: float | None
    """From the first frame; ``None`` in a photo."""
    face: FaceQuality
    identifiable: Identifiable
    why: str

    @property
    def rank(self) -> tuple[int, int, int]:
        """Lowest for the most telling look."""
        return (
            JUDGEMENTS.index(self.identifiable),
            POSES.index(self.face.pose),
            -self.face.height_px,
        )

    def entry(self) -> LookEntry:
        """As documents have it."""
        return LookEntry(
            frame=self.frame,
            time_s=_seconds(self.time_s),
            **asdict(self.face),
            identifiable=self.identifiable,
            why=self.why,
        )


@dataclass(frozen=True, slots=True)
class ScanSpan:
    """A part of a video, in seconds from its first frame."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s

    def entry(self) -> ScanSpanEntry:
        """As documents have it."""
        return ScanSpanEntry(start_s=round(self.start_s, 3), end_s=round(self.end_s, 3))


@dataclass(frozen=True, slots=True)
class FaceScan:
    """One face: a track of the regions."""

    id: str
    looks: tuple[ScanLook, ...]
    """In the order of the frames; at least one."""
    span: ScanSpan | None = None
    """``None`` in a photo."""

    @property
    def best(self) -> ScanLook:
        """The most telling look."""
        return min(self.looks, key=lambda look: look.rank)

    def entry(self) -> FaceEntry:
        """As documents have it."""
        return FaceEntry(
            id=self.id,
            span=None if self.span is None else self.span.entry(),
            best=self.best.entry(),
            looks=[look.entry() for look in self.looks],
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a video in which faces show, of one judgement."""

    span: ScanSpan
    faces: tuple[str, ...]
    """Ids of those that show."""
    largest_px: int
    """Height of the largest one's box."""
    identifiable: Identifiable
    best: ScanLook
    """The most telling look at any of them."""

    def entry(self) -> StretchEntry:
        """As documents have it."""
        return StretchEntry(
            start_s=round(self.span.start_s, 3),
            end_s=round(self.span.end_s, 3),
            faces=list(self.faces),
            largest_px=self.largest_px,
            identifiable=self.identifiable,
            best=self.best.entry(),
        )


@dataclass(frozen=True, slots=True)
class FileScan:
    """What a scan found in one file."""

    path: Path
    media: Media
    faces: tuple[FaceScan, ...]
    length_s: float | None = None
    """Of a video; ``None`` for a photo."""
    stretches: tuple[Stretch, ...] = ()
    """Of a video, in order; with ``without_face`` they make up the whole."""
    without_face: tuple[ScanSpan, ...] = ()
    """Of a video: where no face was seen, the longest first."""

    @property
    def best(self) -> ScanLook | None:
        """The most telling look at any face; ``None`` when none was seen."""
        return min((face.best for face in self.faces), key=lambda look: look.rank, default=None)

    @property
    def largest_px(self) -> int:
        """Height of the largest face's box; 0 when none was seen."""
        return largest_px(self.faces)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(self.entry())

    def entry(self) -> FileScanEntry:
        """As documents have it."""
        best = self.best
        return FileScanEntry(
            file=str(self.path),
            sha256=self.media.sha256,
            kind=self.media.kind,
            width=self.media.width,
            height=self.media.height,
            frames=self.media.frames,
            length_s=_seconds(self.length_s),
            identifiable=None if best is None else best.identifiable,
            largest_px=self.largest_px,
            without_face=[span.entry() for span in self.without_face],
            stretches=[stretch.entry() for stretch in self.stretches],
            faces=[face.entry() for face in self.faces],
        )


def largest_px(faces: Iterable[FaceScan]) -> int:
    """Height of the largest face's box in any look; 0 when there is none."""
    return max((look.face.height_px for face in faces for look in face.looks), default=0)


def scan_document(scans: Sequence[FileScan], failed: Sequence[EffaceError]) -> dict[str, Any]:
    """``efface.scan/1``: the files, those that could not be read, and what a scan does not say."""
    return plain(
        ScanDocument(
            schema=SCAN,
            efface=__version__,
            files=[scan.entry() for scan in scans],
            failed=[as_model(error.to_json(), ErrorDocument) for error in failed],
            limits=list(LIMITS),
        )
    )


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
