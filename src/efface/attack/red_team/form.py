"""The form of an attack's result, ``efface.attack/1``, and of the calibration that is printed with
every result."""

from __future__ import annotations

from typing import Final, Literal

from efface.attack.interface import Family, Leak
from efface.attack.red_team.kinds import Kind
from efface.documents.model import Count, Document, Number, Positive, Share

ATTACK: Final = "efface.attack/1"

Status = Literal["ran", "failed", "not-applicable"]


class MeasuredShareEntry(Document, frozen=True, kw_only=True):
    """How many of some redactions the gate failed, as it was counted."""

    name: str
    n: Positive
    failed: Count
    low: Share
    high: Share
    kind: str | None = None
    strength: Number | None = None


class FailedShareEntry(Document, frozen=True, kw_only=True):
    """How many of some redactions the gate failed."""

    name: str
    n: int
    failed: int
    low: Number
    high: Number
    kind: str | None
    strength: Number | None
    share: Share


class StrongerEntry(Document, frozen=True, kw_only=True):
    """What the strongest attacker of the leak table reaches, in percent."""

    name: str
    rank_1: Number
    low: Number
    high: Number
    n: int
    chance: Number
    kind: str
    strength: Number


class CalibrationEntry(Document, frozen=True, kw_only=True):
    """How often the gate is wrong, as it was measured."""

    date: str
    alpha: Share
    distractors: int
    people: str
    attacks: list[str]
    recognisers: list[str]
    constant: list[FailedShareEntry]
    weak: list[FailedShareEntry]
    differs: list[str]


class CalibrationDocument(Document, frozen=True, kw_only=True):
    """How often the gate is wrong, as efface carries it (``calibration.toml``)."""

    schema: Literal["efface.calibration/1"]
    date: str = ""
    alpha: Share = 0.0
    distractors: Count = 0
    people: str = ""
    attacks: tuple[str, ...] = ()
    recognisers: tuple[str, ...] = ()
    constant: tuple[MeasuredShareEntry, ...] = ()
    weak: tuple[MeasuredShareEntry, ...] = ()
    stronger: tuple[StrongerEntry, ...] = ()


class TriedEntry(Document, frozen=True, kw_only=True):
    """One attack on one person."""

    name: str
    title: str
    family: Family
    knowledge: int
    status: Status
    false_match_rate: Share | None
    limit: Share | None
    rank: Number | None
    list_length: int | None
    bits: Number | None
    found: bool
    cpu_seconds: Number
    reason: str | None


class OperatorEntry(Document, frozen=True, kw_only=True):
    """What covers a face, as it was identified."""

    kind: str
    size_px: Number
    strength: Number | None
    jpeg_quality: int | None


class PersonEntry(Document, frozen=True, kw_only=True):
    """One person, after all attacks."""

    id: str
    frame: int
    time_s: Number | None
    face_px: tuple[int, int]
    """Width and height."""
    frames: int
    frames_attacked: int
    operator: OperatorEntry | None
    kind: Kind
    passed: bool
    unproven: str | None
    measured: FailedShareEntry | None
    stronger: StrongerEntry | None
    strongest: str | None
    false_match_rate: Share | None
    limit: Share
    rank: Number | None
    list_length: int | None
    candidates: int
    bits: Number
    share_of_clear: Number
    cpu_seconds: Number
    attacks: list[TriedEntry]
    verdict: str


class FileTriedEntry(Document, frozen=True, kw_only=True):
    """One attack on the file as a whole."""

    name: str
    title: str
    status: Status
    leaks: list[Leak]
    cpu_seconds: Number
    reason: str | None


class OutsideEntry(Document, frozen=True, kw_only=True):
    """What the surroundings of one person say, held against other pictures."""

    id: str
    pictures: int
    backdrop: Share | None
    warning: str | None
    false_match_rate: Share
    rank: Number
    list_length: int
    candidates: int
    bits: Number
    cpu_seconds: Number


class AttackedFile(Document, frozen=True, kw_only=True):
    """A file of the pair."""

    file: str
    sha256: str
    format: str


class AttackDocument(Document, frozen=True, kw_only=True):
    """What came of an attack on a file. No template, ever."""

    schema: Literal["efface.attack/1"]
    efface: str
    exit_code: int
    passed: bool
    kind: Kind
    verdict: str
    accept_not_found: bool
    reasons: list[str]
    redacted: AttackedFile
    original: AttackedFile
    frames: int
    alpha: Share
    gallery: str
    recognisers: list[str]
    people: list[PersonEntry]
    file_attacks: list[FileTriedEntry]
    kept: list[str]
    untouched: list[str]
    uncovered: list[str]
    drawn: list[str]
    areas: list[str]
    outside: list[OutsideEntry]
    calibration: CalibrationEntry
    notes: list[str]
    report: str | None
    limits: list[str]
