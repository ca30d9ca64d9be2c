"""What came of an attack on a file (``efface.attack/1``). No template, ever."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from efface import __version__
from efface.attack.interface import Family, Knowledge, Leak, Reconstruction
from efface.attack.operators.interface import Operator
from efface.errors import GateError
from efface.measure.bits import chance_bits, share_of_clear
from efface.workflow.attack.calibration import Calibration
from efface.workflow.attack.pairs import Opened
from efface.workflow.attack.people import Person
from efface.workflow.attack.scoring import Standing

SCHEMA = "efface.attack/1"

LIMITS = (
    "These attacks are a floor: somebody with better ones, or with other pictures of the person, "
    "can find more. A pass says that these found nothing.",
    "Only the zones' pixels were attacked. Body, gait, clothes, tattoos, badges, plates, "
    "reflections, voice, place and the story can still identify a person, and so can the camera's "
    "sensor pattern.",
    "An unredacted copy elsewhere can be found by searching for the rest of the picture.",
    "A face that the detector did not see in the original was not attacked: look at the result "
    "yourself before you publish it.",
    "All figures come from adults: children are left out of the data.",
)
"""What an attack does not say; in every report."""

CLOSE = 10
"""Times the limit; below it an attack that did not find the person is said to have come near. By
chance that is said of a tenth of the people when alpha is .01."""

Status = Literal["ran", "failed", "not-applicable"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One attack on one person."""

    name: str
    title: str
    family: Family
    knowledge: Knowledge
    status: Status
    standing: Standing | None = None
    """``None`` unless it ran."""
    fails: bool = False
    """It found the person: its false-match rate is below the limit."""
    cpu_s: float = 0.0
    reason: str | None = None
    """Why it failed."""
    picture: Reconstruction | None = None
    """What a report may show of it."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        found = self.standing
        return {
            "name": self.name,
            "title": self.title,
            "family": self.family,
            "knowledge": int(self.knowledge),
            "status": self.status,
            "false_match_rate": None if found is None else _significant(found.fmr),
            "rank": None if found is None else found.rank,
            "list_length": None if found is None else found.list_length,
            "bits": None if found is None else round(found.bits, 2),
            "found": self.fails,
            "cpu_seconds": round(self.cpu_s, 3),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """One person, after all attacks."""

    person: Person
    tried: tuple[Tried, ...]
    candidates: int
    """The person among them."""
    limit: float
    """The false-match rate below which an attack has found the person."""

    @property
    def ran(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.standing is not None)

    @property
    def broken(self) -> tuple[Tried, ...]:
        """Attacks that could not run."""
        return tuple(one for one in self.tried if one.status == "failed")

    @property
    def strongest(self) -> Tried | None:
        """The attack with the lowest false-match rate."""
        return min(self.ran, key=_fmr, default=None)

    @property
    def found(self) -> bool:
        """Whether an attack found the person."""
        return any(one.fails for one in self.tried)

    @property
    def fails(self) -> bool:
        """Whether the person keeps the file from passing."""
        return self.found or bool(self.broken)

    @property
    def bits(self) -> float:
        """Bits left by the strongest attack beyond what the luckiest of as many would find by
        chance; not below 0. The largest of k chance values of log2(N / rank) is about H_k / ln 2
        (H_k: harmonic number), the mean of the largest of k exponential ones. A zone of one colour
        leaves none: what an attack makes of it is the same whoever is under it."""
        if self.strongest is None or self.strongest.standing is None or self.person.constant:
            return 0.0
        return max(0.0, self.strongest.standing.bits - _luck(len(self.ran)))

    @property
    def share_of_clear(self) -> float:
        """Of the bits that the clear face gives: it is first among all candidates."""
        return share_of_clear(self.bits, self.clear_bits)

    @property
    def clear_bits(self) -> float:
        """What the clear face gives, counted in the same way."""
        full = math.log2(self.candidates) - chance_bits(self.candidates)
        return max(full - _luck(max(1, len(self.ran))), 1e-9)

    @property
    def verdict(self) -> str:
        """For somebody who decides whether it is published."""
        return _verdict(self)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        best, strongest = self.person.best, self.strongest
        box = best.look.box
        found = None if strongest is None else strongest.standing
        return {
            "id": self.person.id,
            "frame": best.frame,
            "time_s": None if best.time_s is None else round(best.time_s, 3),
            "face_px": [round(box.width), round(box.height)],
            "frames": self.person.frames,
            "frames_attacked": len(self.person.sights),
            "operator": _operator(best.look.operator),
            "passed": not self.fails,
            "verdict": self.verdict,
            "strongest": None if strongest is None else strongest.name,
            "false_match_rate": None if found is None else _significant(found.fmr),
            "limit": _significant(self.limit),
            "rank": None if found is None else found.rank,
            "list_length": None if found is None else found.list_length,
            "candidates": self.candidates,
            "bits": round(self.bits, 2),
            "share_of_clear": round(self.share_of_clear, 3),
            "cpu_seconds": round(sum(one.cpu_s for one in self.tried), 3),
            "attacks": [one.to_json() for one in self.tried],
        }


@dataclass(frozen=True, slots=True)
class Outside:
    """What the surroundings of one person say, held against other pictures (``--same-person``)."""

    id: str
    standing: Standing
    pictures: int
    """Other pictures of the person."""
    cpu_s: float

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "id": self.id,
            "pictures": self.pictures,
            "false_match_rate": _significant(self.standing.fmr),
            "rank": self.standing.rank,
            "list_length": self.standing.list_length,
            "candidates": self.standing.candidates,
            "bits": round(self.standing.bits, 2),
            "cpu_seconds": round(self.cpu_s, 3),
        }


@dataclass(frozen=True, slots=True)
class FileTried:
    """One attack on the file as a whole."""

    name: str
    title: str
    leaks: tuple[Leak, ...] = ()
    reason: str | None = None
    """Why it could not run."""
    cpu_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "name": self.name,
            "title": self.title,
            "status": "ran" if self.reason is None else "failed",
            "leaks": [asdict(leak) for leak in self.leaks],
            "cpu_seconds": round(self.cpu_s, 3),
            "reason": self.reason,
        }


@dataclass(slots=True)
class Outcome:
    """An attack on one redacted file."""

    redacted: Opened
    original: Opened
    alpha: float
    gallery: str
    """Who the distractors are, in words."""
    recognisers: tuple[str, ...]
    calibration: Calibration
    frames: int = 1
    people: list[Result] = field(default_factory=list)
    file_attacks: list[FileTried] = field(default_factory=list)
    kept: tuple[str, ...] = ()
    """Tracks that were left visible on purpose and are left out."""
    untouched: tuple[str, ...] = ()
    """Tracks of which nothing was changed."""
    drawn: tuple[str, ...] = ()
    """Zones drawn by hand, in which no face is known."""
    areas: tuple[str, ...] = ()
    """Places that were covered and in which no face was seen in the original."""
    outside: list[Outside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    report: Path | None = None

    @property
    def leaks(self) -> tuple[Leak, ...]:
        return tuple(leak for one in self.file_attacks for leak in one.leaks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the file fails, one sentence each; none when it passes."""
        out = []
        for result in self.people:
            if result.found and result.strongest and result.strongest.standing:
                standing = result.strongest.standing
                out.append(
                    f"{result.person.id} was found by {result.strongest.name}: "
                    f"{_place(standing)}, false-match rate {standing.fmr:.2g}."
                )
            out += [
                f"{result.person.id}: the attack {one.name} could not run ({one.reason})."
                for one in result.broken
            ]
        out += [f"{leak.kind}: {leak.detail} ({leak.where})." for leak in self.leaks if leak.fails]
        out += [
            f"the attack {one.name} on the file could not run ({one.reason})."
            for one in self.file_attacks
            if one.reason is not None
        ]
        named = " ".join(leak.detail for leak in self.leaks)
        out += [
            f"{track}: nothing of this face was covered."
            for track in self.untouched
            if f"face {track} " not in named
        ]
        return tuple(out)

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def exit_code(self) -> int:
        """0 when the file passed, else that of a gate."""
        return 0 if self.passed else GateError.exit_code

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "schema": SCHEMA,
            "efface": __version__,
            "exit_code": self.exit_code,
            "passed": self.passed,
            "reasons": list(self.reasons),
            "redacted": _file(self.redacted),
            "original": _file(self.original),
            "frames": self.frames,
            "alpha": self.alpha,
            "gallery": self.gallery,
            "recognisers": list(self.recognisers),
            "people": [result.to_json() for result in self.people],
            "file_attacks": [one.to_json() for one in self.file_attacks],
            "kept": list(self.kept),
            "untouched": list(self.untouched),
            "drawn": list(self.drawn),
            "areas": list(self.areas),
            "outside": [one.to_json() for one in self.outside],
            "calibration": self.calibration.to_json(),
            "notes": self.notes,
            "report": None if self.report is None else str(self.report),
            "limits": list(LIMITS),
        }


def _fmr(one: Tried) -> float:
    return 1.0 if one.standing is None else one.standing.fmr


def _verdict(result: Result) -> str:
    strongest = result.strongest
    if result.found and strongest is not None and strongest.standing is not None:
        return (
            f"Do not publish: this zone still points to this person. The attack "
            f"'{strongest.title}' puts them in {_place(strongest.standing)}."
        )
    if result.broken:
        names = ", ".join(one.name for one in result.broken)
        return f"Do not publish yet: not every attack could run ({names}), so nothing is proven."
    if strongest is None or strongest.standing is None:
        return "Nothing was tried: no attack applies to this zone."
    if result.person.constant:
        return (
            "Nothing in this zone points to this person: it has one colour, and no attack did "
            "better than chance."
        )
    if strongest.standing.fmr < CLOSE * result.limit:
        return (
            f"No attack found this person, but one came near: '{strongest.title}' puts them in "
            f"{_place(strongest.standing)}. Somebody with better means may go further; a plain "
            "fill leaves nothing to go by."
        )
    return (
        "Nothing in this zone points to this person: the best attack does no better than luck "
        f"among {result.candidates:,} people would."
    )


def _place(standing: Standing) -> str:
    return f"place {standing.list_length:,} of {standing.candidates:,} people"


def _operator(operator: Operator | None) -> dict[str, Any] | None:
    if operator is None:
        return None
    return {
        "kind": operator.kind,
        "size_px": round(operator.size_px, 2),
        "jpeg_quality": operator.jpeg_quality,
    }


def _file(opened: Opened) -> dict[str, str]:
    return {"file": str(opened.path), "sha256": opened.sha256, "format": opened.format}


def _luck(tries: int) -> float:
    """Bits that the luckiest of so many attacks finds by chance beyond what one does."""
    harmonic = sum(1 / k for k in range(1, tries + 1))
    return (harmonic - 1) / math.log(2)


def _significant(value: float) -> float:
    return float(f"{value:.3g}")
