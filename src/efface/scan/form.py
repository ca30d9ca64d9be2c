"""The form of a scan, ``efface.scan/1``."""

from __future__ import annotations

from typing import Final, Literal

from efface.detect.face_quality import Hidden, Light, Pose, Sharpness
from efface.detect.identifiable import Identifiable
from efface.documents.error import ErrorDocument
from efface.documents.model import Amount, Document
from efface.words import Kind

SCAN: Final = "efface.scan/1"


class LookEntry(Document, frozen=True, kw_only=True):
    """A closer look at one face in one frame."""

    frame: int
    time_s: Amount | None
    height_px: int
    pose: Pose
    light: Light
    sharpness: Sharpness
    hidden: Hidden
    fills: bool
    identifiable: Identifiable
    why: str


class ScanSpanEntry(Document, frozen=True, kw_only=True):
    """A part of a video, in seconds from its first frame."""

    start_s: Amount
    end_s: Amount


class FaceEntry(Document, frozen=True, kw_only=True):
    """One face: a track of the regions."""

    id: str
    span: ScanSpanEntry | None
    best: LookEntry
    looks: list[LookEntry]


class StretchEntry(Document, frozen=True, kw_only=True):
    """A part of a video in which faces show, of one judgement."""

    start_s: Amount
    end_s: Amount
    faces: list[str]
    largest_px: int
    identifiable: Identifiable
    best: LookEntry


class FileScanEntry(Document, frozen=True, kw_only=True):
    """What a scan found in one file."""

    file: str
    sha256: str
    kind: Kind
    width: int
    height: int
    frames: int
    length_s: Amount | None
    identifiable: Identifiable | None
    largest_px: int
    without_face: list[ScanSpanEntry]
    stretches: list[StretchEntry]
    faces: list[FaceEntry]


class ScanDocument(Document, frozen=True, kw_only=True):
    """Which files, and which parts of them, show faces that could be identified."""

    schema: Literal["efface.scan/1"]
    efface: str
    files: list[FileScanEntry]
    failed: list[ErrorDocument]
    limits: list[str]
