"""How strong a redaction is, told from the zone, on a scale that leaves out the face's size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from efface.attack.interface import Look
    from efface.attack.red_team.people import Person

FAMILIES = {
    "gaussian": "blur",
    "box": "blur",
    "median": "blur",
    "mosaic": "mosaic",
    "sampled-mosaic": "mosaic",
    "swirl": "swirl",
    "solid": "solid",
}
"""Kinds whose strengths are on one scale."""

NEAR = 1.6
"""Strengths are near when neither is more than so many times the other."""

OTHER_KIND = 0.4
"""How much further away another kind of the family counts, in natural logarithms of the ratio."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Kind and strength of a redaction."""

    kind: str
    """As fitted (``attack/operators``)."""
    size: float
    """Blurs: standard deviation in face widths (of a box: its side over the root of 12, a median
    counts as a box). Mosaics: cells across the face. Swirls: degrees at the centre. Fills: width of
    the zone in face widths."""

    @property
    def words(self) -> str:
        """For people."""
        match FAMILIES[self.kind]:
            case "blur":
                return f"a blur of {self.size:.2f} of the face's width"
            case "mosaic":
                return f"a mosaic of {self.size:.0f} cells across the face"
            case "swirl":
                return f"a swirl of {self.size:.0f} degrees"
            case _:
                return f"a fill {self.size:.1f} times as wide as the face"

    def apart(self, kind: str, size: float) -> float:
        """How far another redaction is, from 0; infinity where it is not near."""
        if FAMILIES.get(kind) != FAMILIES[self.kind] or min(size, self.size) <= 0:
            return math.inf
        ratio = abs(math.log(size / self.size))
        if ratio > math.log(NEAR):
            return math.inf
        return ratio + (0.0 if kind == self.kind else OTHER_KIND)


def strength_of(person: Person) -> Strength | None:
    """Of the most telling frame; ``None`` where no redaction of a known kind explains the zone."""
    return strength_in(person.best.look)


def strength_in(look: Look) -> Strength | None:
    """Of one zone whose operator is known."""
    operator, face = look.operator, look.box.width
    if operator is None or operator.kind not in FAMILIES or face <= 0:
        return None
    across, down = operator.sides_px
    match operator.kind:
        case "gaussian":
            size = across / face
        case "box" | "median":
            size = math.sqrt(across * down / 12) / face
        case "mosaic" | "sampled-mosaic":
            size = face / math.sqrt(across * down) if across * down > 0 else 0.0
        case "swirl":
            size = abs(math.degrees(operator.angle))
        case _:
            size = float(np.count_nonzero(look.zone.any(axis=0))) / face
    return Strength(operator.kind, size) if size > 0 else None
