"""What came of all attacks on one person. No template, ever."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from efface.attack.interface import Family, Knowledge, Leak, Reconstruction
from efface.attack.operator import Operator
from efface.attack.red_team.calibration import Calibration, calibration
from efface.attack.red_team.form import OperatorEntry, PersonEntry, Status, TriedEntry
from efface.attack.red_team.kinds import Kind
from efface.attack.red_team.people import Person
from efface.attack.red_team.rank import Rank
from efface.attack.red_team.strength import Strength, strength_of
from efface.measure.bits import chance_bits, share_of_clear

_KIND_OF_LEAK: dict[str, Kind] = {
    "uncovered-face": "not-covered",
    "partly-covered-face": "not-covered",
    "shown-face": "found",
    "residue": "found",
    "hidden-by-alpha": "found",
    "compression-traces": "found",
    "palette-remnants": "found",
    "remnant-of-original": "found",
}
"""What a leak makes of a face; any other one keeps it from being proven that it was removed."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attack on one person."""

    name: str
    title: str
    family: Family
    knowledge: Knowledge
    status: Status
    standing: Rank | None = None
    """``None`` unless it ran."""
    limit: float = 0.0
    """The false-match rate below which it has found the person."""
    cpu_s: float = 0.0
    reason: str | None = None
    """Why it failed."""
    picture: Reconstruction | None = None
    """What a report may show of it."""

    @property
    def nearness(self) -> float:
        """The false-match rate over its limit: below 1 it has found the person."""
        if self.standing is None or not self.limit:
            return math.inf
        return self.standing.fmr / self.limit

    @property
    def fails(self) -> bool:
        """It found the person."""
        return self.nearness < 1

    def entry(self) -> TriedEntry:
        """As documents have it."""
        found = self.standing
        return TriedEntry(
            name=self.name,
            title=self.title,
            family=self.family,
            knowledge=int(self.knowledge),
            status=self.status,
            false_match_rate=None if found is None else significant(found.fmr),
            limit=None if found is None else significant(self.limit),
            rank=None if found is None else found.rank,
            list_length=None if found is None else found.list_length,
            bits=None if found is None else round(found.bits, 2),
            found=self.fails,
            cpu_seconds=round(self.cpu_s, 3),
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person, after all attacks."""

    person: Person
    tried: tuple[Tried, ...]
    candidates: int
    """The person among them."""
    leaks: tuple[Leak, ...] = ()
    """What the file as a whole gives away and concerns a face."""
    known: Calibration = field(default_factory=calibration)
    """How often the attacks find what."""

    @property
    def kind(self) -> Kind:
        """What came of the person. Where nothing but one constant is stored, what an attack makes
        of the zone is luck."""
        found = self.found and not (self.person.removed and self.person.empty)
        kinds = {_KIND_OF_LEAK.get(leak.kind, "unproven") for leak in self.own_leaks}
        if found or "found" in kinds:
            return "found"
        if "not-covered" in kinds:
            return "not-covered"
        if self.broken or self.strongest is None:
            return "unproven"
        if not self.person.removed:
            return "not-found"
        return "unproven" if kinds else "removed"

    @property
    def own_leaks(self) -> tuple[Leak, ...]:
        """Those that fail the file and concern this face, or nobody knows whose."""
        return tuple(
            leak
            for leak in self.leaks
            if leak.fails and leak.shows and leak.face in (None, self.person.id)
        )

    @property
    def ran(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.standing is not None)

    @property
    def broken(self) -> tuple[Tried, ...]:
        """Attacks that could not run."""
        return tuple(one for one in self.tried if one.status == "failed")

    @property
    def strongest(self) -> Tried | None:
        """The attack with the lowest false-match rate for its limit."""
        return min(self.ran, key=lambda one: one.nearness, default=None)

    @property
    def limit(self) -> float:
        """The false-match rate below which the strongest attack has found the person."""
        return 0.0 if self.strongest is None else self.strongest.limit

    @property
    def found(self) -> bool:
        """Whether an attack found the person."""
        return any(one.fails for one in self.tried)

    @property
    def fails(self) -> bool:
        """Whether the person keeps the file from passing, whatever is accepted."""
        return self.kind in ("found", "unproven", "not-covered")

    @property
    def bits(self) -> float:
        """Bits left by the strongest attack beyond what the luckiest of as many would find by
        chance; not below 0. The largest of k chance values of log2(N / rank) is about H_k / ln 2
        (H_k: harmonic number), the mean of the largest of k exponential ones. A zone of one colour
        leaves none: what an attack makes of it is the same whoever is under it."""
        if self.strongest is None or self.strongest.standing is None or self.person.empty:
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

    def entry(self, verdict: str) -> PersonEntry:
        """As documents have it.

        Args:
            verdict: on the person, in words.
        """
        best, strongest = self.person.best, self.strongest
        box = best.look.box
        found = None if strongest is None else strongest.standing
        strength = strength_of(self.person)
        near = None if strength is None else self.known.weak_near(strength)
        stronger = None if strength is None else self.known.stronger_near(strength)
        return PersonEntry(
            id=self.person.id,
            frame=best.frame,
            time_s=None if best.time_s is None else round(best.time_s, 3),
            face_px=(round(box.width), round(box.height)),
            frames=self.person.frames,
            frames_attacked=len(self.person.sights),
            operator=_operator(best.look.operator, strength),
            kind=self.kind,
            passed=self.kind == "removed",
            unproven=self.person.unproven,
            measured=None if near is None else near.entry(),
            stronger=None if stronger is None else stronger.entry(),
            strongest=None if strongest is None else strongest.name,
            false_match_rate=None if found is None else significant(found.fmr),
            limit=significant(self.limit),
            rank=None if found is None else found.rank,
            list_length=None if found is None else found.list_length,
            candidates=self.candidates,
            bits=round(self.bits, 2),
            share_of_clear=round(self.share_of_clear, 3),
            cpu_seconds=round(sum(one.cpu_s for one in self.tried), 3),
            attacks=[one.entry() for one in self.tried],
            verdict=verdict,
        )


def _operator(operator: Operator | None, strength: Strength | None) -> OperatorEntry | None:
    if operator is None:
        return None
    return OperatorEntry(
        kind=operator.kind,
        size_px=round(operator.size_px, 2),
        strength=None if strength is None else round(strength.size, 3),
        jpeg_quality=operator.jpeg_quality,
    )


def _luck(tries: int) -> float:
    """Bits that the luckiest of so many attacks finds by chance beyond what one does."""
    harmonic = sum(1 / k for k in range(1, tries + 1))
    return (harmonic - 1) / math.log(2)


def significant(value: float) -> float:
    """To three digits."""
    return float(f"{value:.3g}")
