"""How often the gate is wrong, as it was measured: carried with the attacks, and printed with every
result."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from typing import Any

SCHEMA = "efface.calibration/1"

_FILE = files("efface.attack") / "calibration.toml"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some redactions the gate failed."""

    name: str
    """The redaction, in words."""
    n: int
    failed: int
    low: float
    """Of an exact 95 % interval of the share."""
    high: float

    @property
    def share(self) -> float:
        return self.failed / self.n

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {**asdict(self), "share": round(self.share, 4)}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What ``bench/leak`` measured; empty where nothing was."""

    date: str = ""
    alpha: float = 0.0
    distractors: int = 0
    people: str = ""
    attacks: tuple[str, ...] = ()
    recognisers: tuple[str, ...] = ()
    constant: tuple[Share, ...] = ()
    """False alarms: constant fills, of which nothing can be told."""
    weak: tuple[Share, ...] = ()
    """Power: redactions that everybody knows to be weak."""
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

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "date": self.date,
            "alpha": self.alpha,
            "distractors": self.distractors,
            "people": self.people,
            "attacks": list(self.attacks),
            "recognisers": list(self.recognisers),
            "constant": [share.to_json() for share in self.constant],
            "weak": [share.to_json() for share in self.weak],
            "differs": list(self.differs),
        }


def calibration() -> Calibration:
    """What was measured for the attacks that efface carries."""
    return parsed(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def parsed(document: Mapping[str, Any]) -> Calibration:
    """Read a document.

    Raises:
        ValueError: it is of another schema, or a count is impossible.
    """
    if document.get("schema") != SCHEMA:
        raise ValueError(f"expected schema {SCHEMA!r}, got {document.get('schema')!r}")
    values = {key: value for key, value in document.items() if key != "schema"}
    for key in ("attacks", "recognisers"):
        values[key] = tuple(values.get(key, ()))
    for key in ("constant", "weak"):
        values[key] = tuple(Share(**row) for row in values.get(key, ()))
    for row in (*values["constant"], *values["weak"]):
        if not 0 <= row.failed <= row.n or row.n < 1:
            raise ValueError(f"expected 0 to n failed of {row.name!r}, got {row.failed} of {row.n}")
    return Calibration(**values)
