"""What the gate says of pictures."""

from __future__ import annotations

import multiprocessing
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.interface import Attack, Case, Evidence, Look, Ranking
from efface.attack.red_team.attacker import Attacker
from efface.attack.red_team.people import Person, person_in
from efface.attack.red_team.strength import Strength, strength_of
from efface.attack.red_team.team import Team, attack_person
from efface.policy import Policy
from efface.study.faces import PlacedFace, read
from efface.study.gate.trials import TRIALS


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What the gate said of one picture."""

    failed: bool
    strength: Strength | None
    """Of the redaction, as fitted; ``None``: nothing that has one."""
    stranger: bool | None = None
    """Whether the next person was found in it; ``None``: not looked for."""


@dataclass(frozen=True, slots=True)
class GateJob:
    """One picture under one trial."""

    trial: int
    """Index in ``TRIALS``."""
    picture: int
    """Index among the pictures."""
    fitted_only: bool = False
    """Nothing is attacked, only kind and strength are fitted."""


def chosen(folders: Sequence[Path], count: int) -> list[Path]:
    """Pictures, evenly from every folder; of the London set the neutral ones, one a person."""
    each = []
    for folder in folders:
        found = sorted(path for path in folder.rglob("*.jpg") if "smiling" not in path.name)
        step = np.linspace(0, len(found) - 1, min(len(found), -(-count // len(folders))))
        each.append([found[int(k)] for k in step.round()])
    return [path for some in each for path in some][:count]


@cache
def team() -> Team:
    """The gate's attacks, recognisers and distractors; once a process."""
    return Attacker(Policy()).team


def answers(
    jobs: Sequence[GateJob], paths: Sequence[Path], faces: Sequence[PlacedFace], *, processes: int
) -> Iterator[tuple[GateJob, GateAnswer | None]]:
    """What the gate says, job by job in their order; ``None``: nothing of the face was changed.

    Args:
        paths: pictures of one person each.
        faces: one for each picture.
        processes: how many work side by side.
    """
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        processes, start, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        todo = [pool.submit(answer, job, paths, faces) for job in jobs]
        for job, future in zip(jobs, todo, strict=True):
            yield job, future.result()


def answer(job: GateJob, paths: Sequence[Path], faces: Sequence[PlacedFace]) -> GateAnswer | None:
    """What the gate says of this picture; ``None``: nothing of the face was changed."""
    n = job.picture
    original, redacted = TRIALS[job.trial].change(n, paths, faces)
    person = person_in(original, redacted, faces[n].box, faces[n].points)
    if person is None:
        return None
    if job.fitted_only:
        return GateAnswer(failed=False, strength=strength_of(person))
    gate = remembering()
    found = finds(person, gate, n)
    if TRIALS[job.trial].stranger is None:
        return GateAnswer(found, strength_of(person))
    other = (n + 1) % len(paths)
    stranger = somebody(person, chip(read(paths[other]), faces[other].points))
    return GateAnswer(found, strength_of(person), finds(stranger, gate, n))


def remembering() -> Team:
    """The gate for several searches of one redaction."""
    return replace(team(), attacks=tuple(map(Remembered, team().attacks)))


def somebody(person: Person, clear: NDArray[np.uint8]) -> Person:
    """The same redaction, in which somebody else is looked for.

    Args:
        clear: their aligned face, shape (CHIP_PX, CHIP_PX, 3).
    """
    return replace(person, sights=(replace(person.best, clear=clear),))


class Remembered(Attack):
    """An attack that gives the same evidence of the same looks again, whoever is looked for."""

    def __init__(self, attack: Attack) -> None:
        self.name, self.title = attack.name, attack.title  # type: ignore[misc]
        self.family, self.knowledge = attack.family, attack.knowledge  # type: ignore[misc]
        self._attack = attack
        self._known: list[tuple[tuple[Look, ...], Sequence[Evidence]]] = []

    def applies(self, case: Case) -> bool:
        return self._attack.applies(case)

    def run(self, case: Case) -> Sequence[Evidence]:
        for looks, pieces in self._known:
            if looks == case.looks:  # a look equals nothing but itself
                return pieces
        pieces = self._attack.run(case)
        if not any(isinstance(piece, Ranking) for piece in pieces):
            self._known.append((case.looks, pieces))
        return pieces


def finds(person: Person, gate: Team, n: int) -> bool:
    """Whether the gate finds the person.

    Args:
        n: number of the picture, for the place at which they are hidden.

    Raises:
        RuntimeError: an attack could not run.
    """
    result = attack_person(person, gate, n)
    if result.broken:
        raise RuntimeError(f"{result.broken[0].name} could not run: {result.broken[0].reason}")
    return result.found


def typical(given: Sequence[GateAnswer]) -> Strength | None:
    """The kind that was fitted most often, and the median of its strengths."""
    fitted = [one.strength for one in given if one.strength is not None]
    if not fitted:
        return None
    kind = statistics.mode(one.kind for one in fitted)
    return Strength(kind, statistics.median(one.size for one in fitted if one.kind == kind))
