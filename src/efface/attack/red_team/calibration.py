"""How often the gate is wrong, as it was measured: carried with the attacks, and printed with every
result."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from msgspec import structs

from efface.attack.red_team.form import (
    CalibrationDocument,
    CalibrationEntry,
    FailedShareEntry,
    StrongerEntry,
)
from efface.attack.red_team.strength import Strength
from efface.documents.reading import as_model

_FILE = files("efface.attack") / "calibration.toml"


@dataclass(frozen=True, slots=True)
class FailedShare:
    """How many of some redactions the gate failed."""

    name: str
    """The redaction, in words."""
    n: int
    failed: int
    low: float
    """Of an exact 95 % interval of the share."""
    high: float
    kind: str | None = None
    """Of a weak redaction, as fitted most often; ``None``: not fitted."""
    strength: float | None = None
    """The median, as in ``Strength.size``."""

    @property
    def share(self) -> float:
        return self.failed / self.n

    def entry(self) -> FailedShareEntry:
        """As documents have it."""
        return FailedShareEntry(**asdict(self), share=round(self.share, 4))


@dataclass(frozen=True, slots=True)
class Stronger:
    """What the strongest attacker of the leak table reaches, who knows every parameter and has
    trained on redacted pictures of other people (K2): rank 1 among few people, in percent."""

    name: str
    """Of the table's row."""
    rank_1: float
    low: float
    """Of a 95 % interval."""
    high: float
    n: int
    """People among whom they are found."""
    chance: float
    kind: str
    strength: float

    def entry(self) -> StrongerEntry:
        """As documents have it."""
        return StrongerEntry(**asdict(self))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a study (``efface.study.gate``) measured; empty where nothing was."""

    date: str = ""
    alpha: float = 0.0
    distractors: int = 0
    people: str = ""
    attacks: tuple[str, ...] = ()
    recognisers: tuple[str, ...] = ()
    constant: tuple[FailedShare, ...] = ()
    """False alarms: constant fills, of which nothing can be told."""
    weak: tuple[FailedShare, ...] = ()
    """Power: redactions that everybody knows to be weak."""
    stronger: tuple[Stronger, ...] = ()
    """The leak table."""
    differs: tuple[str, ...] = ()
    """How this run differs from the one that was measured, in words."""

    def beside(
        self, attacks: Iterable[str], recognisers: Iterable[str], alpha: float
    ) -> Calibration:
        """The same, with what differs from a run with these attacks and recognisers."""
        differs = []
        for what, ours, theirs in (
            ("attacks", set(attacks), set(self.attacks)),
            ("recognisers", set(recognisers), set(self.recognisers)),
        ):
            if ours - theirs:
                differs.append(f"{what} not measured: {', '.join(sorted(ours - theirs))}")
            if theirs - ours:
                differs.append(f"{what} measured and not used: {', '.join(sorted(theirs - ours))}")
        if alpha != self.alpha:
            differs.append(f"alpha was {self.alpha:g}, here it is {alpha:g}")
        return replace(self, differs=tuple(differs))

    def weak_near(self, strength: Strength) -> FailedShare | None:
        """The weak redaction that is nearest in kind and strength; ``None``: none is near."""
        return _nearest(self.weak, strength)

    def stronger_near(self, strength: Strength) -> Stronger | None:
        """The row of the leak table that is nearest; ``None``: none is near."""
        return _nearest(self.stronger, strength)

    def entry(self) -> CalibrationEntry:
        """As documents have it."""
        return CalibrationEntry(
            date=self.date,
            alpha=self.alpha,
            distractors=self.distractors,
            people=self.people,
            attacks=list(self.attacks),
            recognisers=list(self.recognisers),
            constant=[share.entry() for share in self.constant],
            weak=[share.entry() for share in self.weak],
            differs=list(self.differs),
        )


Row = TypeVar("Row", FailedShare, Stronger)


def _nearest(rows: Iterable[Row], strength: Strength) -> Row | None:
    near = [
        (strength.apart(row.kind, row.strength), row)
        for row in rows
        if row.kind is not None and row.strength is not None
    ]
    distance, row = min(near, key=lambda pair: pair[0], default=(math.inf, None))
    return None if math.isinf(distance) else row


@cache
def calibration() -> Calibration:
    """What was measured for the attacks that efface carries."""
    return parsed(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def parsed(document: Mapping[str, Any]) -> Calibration:
    """Read a document.

    Raises:
        ValueError: it is of another schema, or a count is impossible.
    """
    said = as_model(dict(document), CalibrationDocument)
    for row in (*said.constant, *said.weak):
        if row.failed > row.n:
            raise ValueError(f"expected 0 to n failed of {row.name!r}, got {row.failed} of {row.n}")
    return Calibration(
        date=said.date,
        alpha=said.alpha,
        distractors=said.distractors,
        people=said.people,
        attacks=said.attacks,
        recognisers=said.recognisers,
        constant=tuple(FailedShare(**structs.asdict(row)) for row in said.constant),
        weak=tuple(FailedShare(**structs.asdict(row)) for row in said.weak),
        stronger=tuple(Stronger(**structs.asdict(row)) for row in said.stronger),
    )
