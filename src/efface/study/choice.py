"""Which attacker speaks for a column: chosen on the select people alone, scored once on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from efface.attack.interface import Knowledge
from efface.measure.bits import rank_bits
from efface.measure.ranks import places
from efface.study.attackers import Answer, Scores, together
from efface.study.splits import Indices, Splits

FAMILIES = ("off-the-shelf", "parrot", "adapted", "inversion", "inverter")
"""Columns by family, where a row has any."""

RESTORED_AND_ADAPTED = "inversion + adapted"
"""Column of attackers that are fitted to what an inversion left (K2 given both)."""

LEVELS = {
    "K0": Knowledge.UNAWARE,
    "K1": Knowledge.METHOD,
    "K2": Knowledge.EXACT,
    "insider": Knowledge.INSIDER,
}
"""Columns by what the attacker knows: the strongest of all that need no more."""


@dataclass(frozen=True, slots=True)
class ChosenAttacker:
    """The attacker of one column."""

    column: str
    answer: Answer
    bits: float
    """Beyond chance, on the select people: what it was chosen by."""


def bits(scores: Scores, person: Indices) -> float:
    """Mean bits beyond chance: finer than a hit rate on few people."""
    return float(rank_bits(places(scores, person)).mean())


def choices(splits: Splits, answers: Sequence[Answer]) -> list[ChosenAttacker]:
    """One attacker for every column that has one.

    At each level of knowledge the strongest of each kind also compete together (``together``).
    """
    person = splits.parts["select"].person
    rated = [(bits(a.scores["select"], person), a) for a in answers]
    found = []
    for family in FAMILIES:
        own = [pair for pair in rated if pair[1].family == family]
        if own:
            found.append(_best(family, own))
    both = [pair for pair in rated if "+ linear map" in pair[1].name]
    if both:
        found.append(_best(RESTORED_AND_ADAPTED, both))
    for column, level in LEVELS.items():
        able = [pair for pair in rated if pair[1].knowledge <= level]
        kinds = {_kind(a) for _, a in able}
        best = [_best("", [pair for pair in able if _kind(pair[1]) == kind]) for kind in kinds]
        best.sort(key=lambda choice: (-choice.bits, choice.answer.name))
        for count in range(2, len(best) + 1):
            joint = together(
                " & ".join(choice.answer.name for choice in best[:count]),
                [choice.answer for choice in best[:count]],
            )
            able.append((bits(joint.scores["select"], person), joint))
        found.append(_best(column, able))
    return found


def _kind(answer: Answer) -> str:
    return answer.name.split(",")[0]


def _best(column: str, rated: Sequence[tuple[float, Answer]]) -> ChosenAttacker:
    value, answer = max(rated, key=lambda pair: (pair[0], pair[1].name))
    return ChosenAttacker(column, answer, value)
