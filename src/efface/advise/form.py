"""The form of advice, ``efface.advice/1``."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.advise.advice import Verdict
from efface.advise.redaction import RedactionKind
from efface.documents.error import ErrorDocument
from efface.documents.model import Amount, Document, Number, Positive, Share
from efface.words import Kind

ADVICE: Final = "efface.advice/1"

Span = Annotated[list[Number], Meta(min_length=2, max_length=2)]


class RedactionEntry(Document, frozen=True, kw_only=True):
    """What seems to have been done to a face."""

    kind: RedactionKind
    strength_px: Amount | None
    """A Gaussian's sigma, a filter's kernel width, a mosaic's cell side, pixels."""
    strength: Amount | None
    """The same in face widths; of a mosaic the cells across the face, of a solid fill how far it
    reaches."""
    sure: Share
    why: str
    angle_deg: Number | None


class LeakEntry(Document, frozen=True, kw_only=True):
    """What attacks found."""

    rank1: Share
    rank1_interval: Span
    bits: Number
    bits_interval: Span
    N: Positive
    chance: Share


class LeftEntry(Document, frozen=True, kw_only=True):
    """What is left, by what an attacker knows; ``null``: not measured."""

    K0: LeakEntry | None
    K2: LeakEntry | None


class NearestEntry(Document, frozen=True, kw_only=True):
    """The nearest that was measured, where this was not."""

    K2: LeakEntry
    strength: Amount | None
    width_px: Span
    narrower: bool
    wider: bool
    weaker: bool
    stronger: bool


class MethodEntry(Document, frozen=True, kw_only=True):
    """A way to redact a face that shows."""

    method: str
    strength: Amount | None
    left: LeftEntry
    cost: str


class FaceAdviceEntry(Document, frozen=True, kw_only=True):
    """One face."""

    id: str
    frame: int
    box: Annotated[list[Number], Meta(min_length=4, max_length=4)]
    width_px: Amount
    redaction: RedactionEntry
    left: LeftEntry
    nearest: NearestEntry | None
    verdict: Verdict
    advice: str
    methods: list[MethodEntry]


class FileAdviceEntry(Document, frozen=True, kw_only=True):
    """One file."""

    file: str
    sha256: str
    kind: Kind
    width: int
    height: int
    faces: list[FaceAdviceEntry]


class AskedEntry(Document, frozen=True, kw_only=True):
    """A redaction that was asked about without a file."""

    width_px: Amount
    redaction: RedactionEntry
    left: LeftEntry
    nearest: NearestEntry | None
    verdict: Verdict
    advice: str
    methods: list[MethodEntry]


class MapEntry(Document, frozen=True, kw_only=True):
    """Where the figures are from."""

    run: str
    page: str
    data: str
    people: Positive
    intervals: str
    lower_bounds: bool
    face_px: Span


class AdviceDocument(Document, frozen=True, kw_only=True):
    """What redactions leave of faces, as far as it was measured, and what to do."""

    schema: Literal["efface.advice/1"]
    efface: str
    map: MapEntry
    asked: AskedEntry | None
    files: list[FileAdviceEntry]
    failed: list[ErrorDocument]
    limits: list[str]
