"""Attacks that rebuild a face, as the study runs them: with the operator given, or not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from efface.attack.interface import (
    Attack,
    Candidates,
    Case,
    Family,
    Knowledge,
    Look,
    Reconstruction,
)
from efface.attack.inversion.base import Inversion
from efface.attack.inversion.least_squares import LeastSquares
from efface.attack.inversion.richardson_lucy import RichardsonLucy
from efface.attack.inversion.tikhonov import Tikhonov
from efface.attack.inversion.unswirl import Unswirl
from efface.attack.inversion.wiener import Wiener
from efface.attack.inverter import WEIGHTS, Inverter
from efface.attack.operator import Operator
from efface.attack.operators.blind import guess
from efface.weights import cards

GUESSED = 5
"""Pictures from which the strength of a blur is guessed."""

BLURS = frozenset(("gaussian", "box", "median"))


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """One attack that gives a picture of the face."""

    attack: Attack
    guessing: bool = False
    """It is not told the operators: they are guessed from the redacted pictures alone."""

    @property
    def name(self) -> str:
        return f"{self.attack.name}-blind" if self.guessing else self.attack.name

    def fits(self, look: Look) -> bool:
        """Whether it is made for such redactions (``look`` has its operator)."""
        if isinstance(self.attack, Inversion):
            return look.operator is not None and look.operator.kind in self.attack.kinds
        return self.attack.applies(_case(look))

    def version(self, look: Look) -> str:
        """Digest of what it makes of one look."""
        told = replace(self, guessing=False)
        return hashlib.sha256(told.rebuild([look])[0].pixels.tobytes()).hexdigest()[:12]

    def rebuild(self, looks: Sequence[Look]) -> list[Reconstruction]:
        """One picture for each look; the redacted face itself where the attack does not apply.

        Args:
            looks: with their operators, which one that guesses does not read.
        """
        if self.guessing:
            looks = [
                replace(look, operator=operator)
                for look, operator in zip(looks, guesses(looks), strict=True)
            ]
        return [self._rebuilt(look) for look in looks]

    def _rebuilt(self, look: Look) -> Reconstruction:
        case = _case(look)
        found = self.attack.run(case) if self.attack.applies(case) else ()
        if not found:
            return Reconstruction(look.pixels, look.points)
        if not isinstance(found[0], Reconstruction):
            raise TypeError(f"expected a picture from {self.name}, got {type(found[0]).__name__}")
        return found[0]


def guesses(looks: Sequence[Look]) -> list[Operator]:
    """What was done to pictures by one tool, from their pixels alone.

    The strength of a blur is guessed from some of them, in face widths, and the middle of the
    guesses taken for all: whoever published them used one tool. ``other`` where it is no blur.
    """
    some = [guess(look) for look in looks[:GUESSED]]
    kinds = [operator.kind for operator in some]
    usual = max(sorted(set(kinds)), key=kinds.count)
    if usual not in BLURS:
        return [Operator("other")] * len(looks)
    strength = float(
        np.median(
            [
                operator.relative(look.box.width)
                for operator, look in zip(some, looks, strict=False)
                if operator.kind == usual
            ]
        )
    )
    return [Operator(usual, strength * look.box.width) for look in looks]


def _case(look: Look) -> Case:
    return Case((look,), Knowledge.EXACT, Candidates({}))


@dataclass(frozen=True, slots=True)
class RebuilderGroup:
    """Methods among which one is chosen."""

    family: Family
    knowledge: Knowledge
    methods: tuple[Rebuilder, ...]
    fitted: bool = False
    """Whether an attacker is also fitted to what the chosen one leaves."""

    @property
    def guessing(self) -> bool:
        """Whether its methods are not told the operator."""
        return any(method.guessing for method in self.methods)


@cache
def groups() -> tuple[RebuilderGroup, ...]:
    """Every attack of efface's own that rebuilds faces."""
    given = (Wiener(), Tikhonov(), RichardsonLucy(), LeastSquares(), Unswirl())
    found = [
        RebuilderGroup("inversion", Knowledge.METHOD, (Rebuilder(Wiener(), guessing=True),)),
        RebuilderGroup("inversion", Knowledge.EXACT, tuple(map(Rebuilder, given)), fitted=True),
    ]
    if WEIGHTS in cards():
        found.append(RebuilderGroup("inverter", Knowledge.EXACT, (Rebuilder(Inverter()),)))
    return tuple(found)


@cache
def coarse() -> tuple[RebuilderGroup, ...]:
    """One method for blurs and one for mosaics, of whose results nothing is learnt: what costs
    little and finds much."""
    methods = (Rebuilder(Wiener()), Rebuilder(Tikhonov()))
    return (RebuilderGroup("inversion", Knowledge.EXACT, methods),)
