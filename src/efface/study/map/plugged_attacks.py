"""Attacks that a lab has installed (``efface.attack.plugins``), as attackers of a study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from efface.attack.alignment import chip
from efface.attack.interface import Attack, Candidates, Case, Knowledge
from efface.attack.matching import fused, match
from efface.attack.plugins import installed, points
from efface.attack.recognisers import recognisers
from efface.errors import EffaceError, RefusedError
from efface.study.attackers import Answer, Scores
from efface.study.map.material import SmallRun
from efface.study.people import Part
from efface.study.rows import StudyRow
from efface.study.splits import Search
from efface.study.templates import means


def plugged_answers(run: SmallRun, row: StudyRow) -> Iterator[Answer]:
    """What each installed attack makes of a row, one probe at a time.

    It sees the whole redacted picture, as all attackers of a study do, clear pictures of the people
    sought, and from K2 on the operator. Where it does not apply, everybody is as likely.

    Raises:
        RefusedError: one cannot be loaded, or fails: it must not look like one that finds nothing.
    """
    attacks = installed()
    if not attacks:
        return
    people = {part: _candidates(run, search) for part, search in run.splits.parts.items()}
    for attack in attacks:
        found: dict[Part, Scores] = {}
        for part, search in run.splits.parts.items():
            scores = _scores(run, row, attack, search, people[part])
            if scores is not None:
                found[part] = scores
        if len(found) == len(run.splits.parts):
            yield Answer(attack.name, attack.family, attack.knowledge, found)


def plugged_version() -> list[str]:
    """Names and versions of what is installed: results made with others are not taken again."""
    return [f"{p.name} {p.value} {p.dist.version if p.dist else ''}" for p in points()]


def _scores(
    run: SmallRun, row: StudyRow, attack: Attack, search: Search, people: Candidates
) -> Scores | None:
    """``None``: it applies to no probe."""
    found = np.zeros((len(search.probes), len(search.gallery)))
    asked = False
    for place, index in enumerate(search.probes):
        case = _case(run, row, attack.knowledge, people, int(index))
        if case is None:
            continue
        try:
            if attack.applies(case):
                asked = True
                pieces = [match(one, people, recognisers()) for one in attack.run(case)]
                every = {f"{n} {key}": s for n, one in enumerate(pieces) for key, s in one.items()}
                if every:
                    found[place] = fused(every)
        except EffaceError:
            raise
        except Exception as error:
            raise RefusedError(
                f"the attack {attack.name!r} that is installed here fails: "
                f"{type(error).__name__}: {error}",
                path=run.data.pictures[int(index)].path,
                hint="Repair or remove the package that brings it.",
            ) from error
    return found if asked else None


def _case(
    run: SmallRun, row: StudyRow, knowledge: Knowledge, people: Candidates, index: int
) -> Case | None:
    """``None``: it would have to be told the operator, and there is none to tell."""
    look = run.data.look(row, index)
    if knowledge <= Knowledge.METHOD:
        look = replace(look, operator=None)
    elif look.operator is None:
        return None
    return Case((look,), knowledge, people)


def _candidates(run: SmallRun, search: Search) -> Candidates:
    clear = run.data if run.reference is None else run.reference.data
    chips = [
        chip(clear.pixels(int(own[0])), clear.faces[int(own[0])].points) for own in search.gallery
    ]
    templates = {n: means(rows, search.gallery) for n, rows in run.clear.items()}
    return Candidates(
        {name: rows.astype(np.float32) for name, rows in templates.items()}, np.stack(chips)
    )
