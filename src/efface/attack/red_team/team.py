"""Every attack on one person, each timed, each a test of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from efface.attack.interface import (
    Attack,
    Candidates,
    Case,
    Evidence,
    Knowledge,
    Look,
    Prediction,
    Ranking,
    Reconstruction,
)
from efface.attack.matching import Scores
from efface.attack.recognisers.interface import Recogniser
from efface.attack.red_team.distractors import Distractors, Lineup, check_enough, lineup
from efface.attack.red_team.joint import JointTest
from efface.attack.red_team.people import Person
from efface.attack.red_team.rank import Vectors, together, vectors_of
from efface.attack.red_team.result import PersonResult, Tried
from efface.attack.red_team.single_test import judged
from efface.errors import EffaceError
from efface.measure.gate import RateLimits, limit, limits

SEED = 20_260_601
"""Of the place at which a person is hidden: the same files give the same figures."""


RESTORING = ("off-the-shelf", "inversion", "fusion")
"""Families that compute the picture back, and know nothing of faces that would show in a fill."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who attacks, with what, among whom."""

    attacks: tuple[Attack, ...]
    recognisers: tuple[Recogniser, ...]
    distractors: Distractors
    alpha: float


def attack_person(person: Person, team: Team, number: int = 0) -> PersonResult:
    """Run every attack on one person.

    An attack that raises is a failed run, and a person with one has not passed.

    Args:
        number: of the person, for the place at which they are hidden.

    Raises:
        RefusedError: there are too few distractors for so many attacks.
    """
    rng = np.random.default_rng([SEED, number])
    among = lineup(person.best.clear, team.distractors, team.recognisers, rng)
    trials = [_Trial(attack, person, among, team) for attack in team.attacks]
    joint = JointTest([trial for trial in trials if trial.applies is not False])
    alone = sum(trial.applies is not False for trial in trials)
    bounds = RateLimits(0.0, 0.0)
    if alone:
        check_enough(len(team.distractors), alone + joint.applies, team.alpha)
        even = limit(team.alpha, alone)
        shared = limits(team.alpha, alone, len(team.distractors))
        bounds = shared if joint.applies else RateLimits(even, even)
    tried = (*(trial.run(bounds.alone) for trial in trials), *joint.run(bounds.together))
    return PersonResult(person, tried, len(team.distractors) + 1)


def case_for(attack: Attack, person: Person, candidates: Candidates) -> Case:
    """What an attack is given: fusion all frames, others the most telling ones; the operator only
    where the attacker knows it; nothing but the zone's pixels."""
    sights = person.sights if attack.family == "fusion" else person.main
    knows = attack.knowledge > Knowledge.METHOD
    looks = tuple(
        sight.only if knows else sight.untold
        for sight in sorted(sights, key=lambda sight: sight.frame)
    )
    return Case(looks, attack.knowledge, candidates)


class _Trial:
    """One attack on one person."""

    def __init__(self, attack: Attack, person: Person, among: Lineup, team: Team) -> None:
        self.attack, self._team = attack, team
        self.among = among
        self.plain = all(_is_plain(sight.only) for sight in person.main)
        self.vectors: Vectors = {}
        self._pieces: Sequence[Evidence] = ()
        self._case = case_for(attack, person, among.candidates)
        self.applies: bool | Exception
        """Or what went wrong when it was asked."""
        try:
            self.applies = attack.applies(self._case)
        except Exception as error:  # a plug-in may do anything; it is named, and the gate fails
            self.applies = error

    def run(self, bound: float) -> Tried:
        """Run it, if it applies.

        Args:
            bound: the false-match rate below which it has found the person.
        """
        attack = self.attack
        tried = Tried(attack.name, attack.title, attack.family, attack.knowledge, "not-applicable")
        if self.applies is False:
            return tried
        start = time.process_time()
        try:
            if isinstance(self.applies, Exception):
                raise self.applies
            pieces = attack.run(self._case)
            self.vectors = self._scores(pieces) if pieces else {}
            self._pieces = pieces
            found = judged(self, bound)
        except Exception as error:  # never a pass: it is named, and the gate fails
            spent = time.process_time() - start
            return replace(tried, status="failed", cpu_s=spent, reason=why(error))
        return replace(
            tried,
            status="ran",
            standing=found,
            limit=bound,
            cpu_s=time.process_time() - start,
            picture=_picture(pieces),
        )

    def combine(self, vectors: Vectors) -> Scores:
        return together(vectors)

    @cached_property
    def control(self) -> Vectors | None:
        """The same of a plain fill of the zone; ``None``: the attack does not apply to one.

        Attacks that restore pictures restore a plain fill to itself, and need not run again.
        """
        plain = self._control(self._pieces)
        return None if plain is None else self._scores(plain)

    def _control(self, pieces: Sequence[Evidence]) -> Sequence[Evidence] | None:
        looks = tuple(map(filled, self._case.looks))
        if self.attack.family in RESTORING and all(isinstance(p, Reconstruction) for p in pieces):
            plain = Reconstruction(looks[0].pixels, looks[0].points)
            return [plain] * len(pieces)
        control = replace(self._case, looks=looks)
        return self.attack.run(control) if self.attack.applies(control) else None

    def _scores(self, pieces: Sequence[Evidence]) -> dict[str, Scores]:
        return vectors_of(pieces, self.among.candidates, self._team.recognisers)


def _is_plain(look: Look) -> bool:
    """Whether the zone has one colour, but for lossy coding."""
    return look.operator is not None and look.operator.kind == "solid"


def why(error: Exception) -> str:
    """Why something could not run, in a few words."""
    if isinstance(error, EffaceError):
        return error.message
    return f"{type(error).__name__}: {error}"


def filled(look: Look) -> Look:
    """The same look with nothing in its zone but the zone's mean colour."""
    colour = look.pixels[look.zone].mean(axis=0).round().astype(np.uint8)
    return replace(look, pixels=np.broadcast_to(colour, look.pixels.shape).copy())


def _picture(pieces: Sequence[Evidence]) -> Reconstruction | None:
    """What a report may show: the first picture among the evidence."""
    for piece in pieces:
        if isinstance(piece, Reconstruction):
            return piece
        if isinstance(piece, Prediction | Ranking) and piece.picture is not None:
            return piece.picture
    return None
