"""What came of an attack on a file (``efface.attack/1``). No template, ever."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from efface.attack.interface import Leak
from efface.attack.pair import OpenedFile
from efface.attack.red_team.calibration import Calibration
from efface.attack.red_team.form import (
    ATTACK,
    AttackDocument,
    AttackedFile,
    FileTriedEntry,
    OutsideEntry,
)
from efface.attack.red_team.kinds import KINDS, Kind
from efface.attack.red_team.rank import Rank
from efface.attack.red_team.result import PersonResult, significant
from efface.attack.red_team.verdict import LIMITS, REMEDY, place_of, verdict_on
from efface.documents.model import plain
from efface.errors import GateError
from efface.version import __version__

_NAMED = 5
"""Faces that a summary names."""


BACKDROP = 0.1
"""False-match rate of the backdrop alone from which it is warned of; of chance that is said of a
tenth of the people."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the surroundings of one person say, held against other pictures (``--same-person``)."""

    id: str
    standing: Rank
    pictures: int
    """Other pictures of the person."""
    cpu_s: float
    backdrop: Rank | None = None
    """Where what lies beside head and body puts them by itself; ``None``: nothing is seen there."""

    @property
    def warning(self) -> str | None:
        """That the place was recognised and not the person, as far as can be told."""
        if self.backdrop is None or self.backdrop.fmr > BACKDROP:
            return None
        return (
            f"The backdrop alone puts {self.id} in {place_of(self.backdrop)}: these other pictures "
            "seem to be from the same place, so that the figure may tell of the place and not of "
            "the person. Give pictures from elsewhere."
        )

    def entry(self) -> OutsideEntry:
        """As documents have it."""
        return OutsideEntry(
            id=self.id,
            pictures=self.pictures,
            backdrop=None if self.backdrop is None else significant(self.backdrop.fmr),
            warning=self.warning,
            false_match_rate=significant(self.standing.fmr),
            rank=self.standing.rank,
            list_length=self.standing.list_length,
            candidates=self.standing.candidates,
            bits=round(self.standing.bits, 2),
            cpu_seconds=round(self.cpu_s, 3),
        )


@dataclass(frozen=True, slots=True)
class FileTried:
    """One attack on the file as a whole."""

    name: str
    title: str
    leaks: tuple[Leak, ...] = ()
    reason: str | None = None
    """Why it could not run."""
    cpu_s: float = 0.0

    def entry(self) -> FileTriedEntry:
        """As documents have it."""
        return FileTriedEntry(
            name=self.name,
            title=self.title,
            status="ran" if self.reason is None else "failed",
            leaks=list(self.leaks),
            cpu_seconds=round(self.cpu_s, 3),
            reason=self.reason,
        )


@dataclass(slots=True)
class Outcome:
    """An attack on one redacted file."""

    redacted: OpenedFile
    original: OpenedFile
    alpha: float
    gallery: str
    """Who the distractors are, in words."""
    recognisers: tuple[str, ...]
    calibration: Calibration
    frames: int = 1
    people: list[PersonResult] = field(default_factory=list)
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
    accept_not_found: bool = False
    """Somebody whom these attacks did not find does not fail the file."""

    @property
    def leaks(self) -> tuple[Leak, ...]:
        return tuple(leak for one in self.file_attacks for leak in one.leaks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the file fails, one sentence each; none when it passes."""
        out = []
        for result in self.judged:
            if result.kind == "found" and result.found and result.strongest:
                standing = result.strongest.standing
                assert standing is not None
                out.append(
                    f"{result.person.id} was found by {result.strongest.name}: "
                    f"{place_of(standing)}, false-match rate {standing.fmr:.2g}."
                )
            if result.kind == "not-found" and not self.accept_not_found:
                out.append(
                    f"{result.person.id} was not found by these attacks, which does not prove that "
                    f"they were removed: {result.person.unproven}."
                )
            if result.strongest is None and not result.broken:
                out.append(f"{result.person.id}: {verdict_on(result)}")
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
        named = {leak.face for leak in self.leaks if leak.fails}
        out += [
            f"{track}: nothing of this face was covered. {REMEDY.format(id=track)}"
            for track in self.untouched
            if track not in named
        ]
        out += [f"{track} is not covered. {REMEDY.format(id=track)}"
                for track in self.uncovered if track in named]  # fmt: skip
        return tuple(out)

    @property
    def judged(self) -> tuple[PersonResult, ...]:
        """Everybody, with what the file as a whole gives away of them."""
        return tuple(replace(one, leaks=self.leaks) for one in self.people)

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Tracks of faces that are open and were not meant to be."""
        open_ = [leak.face for leak in self.leaks
                 if leak.fails and leak.face and leak.kind.endswith("covered-face")]  # fmt: skip
        return tuple(dict.fromkeys([*self.untouched, *open_]))

    @property
    def kind(self) -> Kind:
        """The worst of all faces; those that are kept are not covered."""
        kinds: list[Kind] = [result.kind for result in self.judged]
        kinds += ["not-covered"] * bool(self.uncovered or not kinds)
        kinds += ["unproven"] * any(one.reason is not None for one in self.file_attacks)
        return max(kinds, key=KINDS.index)

    @property
    def attacked(self) -> str:
        """Who was attacked, and how, in words."""
        if not self.people:
            return "nobody"
        who = [result.person.id for result in self.people]
        named = ", ".join(who[:_NAMED]) + (f" and {len(who) - _NAMED} more" * (len(who) > _NAMED))
        most = max(len(result.ran) for result in self.people)
        return f"{named}, by up to {most} attacks each, among {self.gallery}"

    @property
    def verdict(self) -> str:
        """For somebody who decides whether the file is published."""
        return in_words(self)

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def exit_code(self) -> int:
        """0 when the file passed, else that of a gate."""
        return 0 if self.passed else GateError.exit_code

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.attack/1``)."""
        return plain(self.document())

    def document(self) -> AttackDocument:
        """As ``efface.attack/1``."""
        return AttackDocument(
            schema=ATTACK,
            efface=__version__,
            exit_code=self.exit_code,
            passed=self.passed,
            kind=self.kind,
            verdict=self.verdict,
            accept_not_found=self.accept_not_found,
            reasons=list(self.reasons),
            redacted=_file(self.redacted),
            original=_file(self.original),
            frames=self.frames,
            alpha=self.alpha,
            gallery=self.gallery,
            recognisers=list(self.recognisers),
            people=[result.entry(verdict_on(result)) for result in self.judged],
            file_attacks=[one.entry() for one in self.file_attacks],
            kept=list(self.kept),
            untouched=list(self.untouched),
            uncovered=list(self.uncovered),
            drawn=list(self.drawn),
            areas=list(self.areas),
            outside=[one.entry() for one in self.outside],
            calibration=self.calibration.entry(),
            notes=list(self.notes),
            report=None if self.report is None else str(self.report),
            limits=list(LIMITS),
        )


def in_words(outcome: Outcome) -> str:
    """The verdict on a file, in a sentence or two."""
    many = len(outcome.people)
    faces = "the face that was" if many == 1 else f"all {many} faces that were"
    kept = ""
    if outcome.kept:
        kept = f" Not covered, as you asked: {', '.join(outcome.kept)}."
    if not outcome.passed:
        if outcome.kind == "not-found":
            return f"NOT FOUND by these attacks, which is no proof. Do not publish this file.{kept}"
        return f"FAILED. Do not publish this file.{kept}"
    if not many:
        return f"NOT COVERED: no face of this file was attacked.{kept}"
    if outcome.kind == "removed":
        return (
            f"REMOVED: of {faces} attacked nothing is left in this file's pixels, in no "
            f"frame, and nothing else in it shows one.{kept}"
        )
    return f"NOT FOUND by these attacks, which is no proof; that was accepted.{kept}"


def _file(opened: OpenedFile) -> AttackedFile:
    return AttackedFile(file=str(opened.path), sha256=opened.sha256, format=opened.format)
