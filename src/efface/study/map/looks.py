"""What many frames give: a still face under natural motion, redacted frame by frame.

Motion and light are simulated (``study/motion.py``), and frames are coded as H.264 after they were
redacted, as videos are published: frames of real videos say more where people turn their heads, and
less where they hold still. Two attackers: a recogniser as
it is, whose templates of all frames are averaged (K0); and, together (K2), the network that
efface carries and linear maps fitted to single redacted pictures of other people and to what the
network makes of them, whose answers for all frames are averaged. ``efface``'s own methods
draw one fill a track, frozen, so that further frames are no further looks; they are not simulated
here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.attack.adapted.shipped import Adapted
from efface.attack.interface import Look
from efface.attack.matching import standard
from efface.attack.recognisers import recognisers
from efface.measure.bits import rank_bits
from efface.measure.ranks import places
from efface.measure.significance import permutation
from efface.study import linear, motion
from efface.study.attackers import person_means
from efface.study.cache import version
from efface.study.figures import by_person, figures
from efface.study.frames import MovingRow, looks_of
from efface.study.map.design import MapCell
from efface.study.map.material import SmallRun
from efface.study.run import shipped_network
from efface.study.splits import Indices
from efface.study.templates import means, unit

FRAMES = (1, 10, 50)
PEOPLE = 40
"""The first of those scored: each costs 50 pictures."""

FITTED = 3
"""Pictures of each train person that maps are fitted to."""

WIDTHS = (20, 80)


def measured(run: SmallRun, cell: MapCell, folder: Path, *, seed: int) -> dict[str, Any]:
    """By what the attacker knows and by number of frames, as plain JSON types; kept on disk."""
    here = (Path(module.__file__ or "") for module in (motion, linear))
    weights = shipped.weights if (shipped := shipped_network()) else ""
    code = version(Path(__file__), *here, run.fingerprint(cell.kind.row), weights, str(seed))
    path = folder / f"{cell.name}-looks-{code}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(_measured(run, cell, seed)), encoding="utf-8")
        partial.replace(path)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _measured(run: SmallRun, cell: MapCell, seed: int) -> dict[str, Any]:
    row = MovingRow(cell.name, cell.kind.row.title, cell.kind.row.redaction, coded=True)
    splits, clear = run.splits, run.clear
    search = splits.parts["test"]
    people = min(PEOPLE, len(search.gallery))
    probes = [search.probes[search.person == p][0] for p in range(people)]
    fitted = splits.train[_first_of_each(splits.train_people, FITTED)]
    who = splits.train_people[_first_of_each(splits.train_people, FITTED)]
    learnt = _blocks([looks_of(run.data, row, int(i), 1)[0] for i in fitted])
    basis = linear.Basis.of(learnt)
    maps = {
        name: linear.fit_ridge(
            learnt,
            person_means(rows, splits)[_first_of_each(splits.train_people, FITTED)],
            who,
            seed=seed,
            basis=basis,
        )
        for name, rows in clear.items()
    }
    common = {
        name: learnt[f"adapted-{name}"].mean(axis=0)
        for name in clear
        if f"adapted-{name}" in learnt
    }
    galleries = {name: means(rows, search.gallery[:people]) for name, rows in clear.items()}
    usual = {name: rows[splits.train].mean(axis=0) for name, rows in clear.items()}
    found: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
    for index in probes:
        seen = _blocks(looks_of(run.data, row, int(index), max(FRAMES)))
        for frames in FRAMES:
            some = {name: rows[:frames] for name, rows in seen.items()}
            plain = [g @ unit(some[name].mean(axis=0)) for name, g in galleries.items()]
            answers = {name: maps[name].predict(some) for name in galleries}
            exact = [
                unit(g - usual[name]) @ unit(answers[name].mean(axis=0))
                for name, g in galleries.items()
            ]
            exact += [
                unit(galleries[name] - usual[name])
                @ unit(some[f"adapted-{name}"].mean(axis=0) - mean)
                for name, mean in common.items()
            ]
            for level, scores in (("K0", plain), ("K2", exact)):
                both = np.mean([standard(one) for one in scores], axis=0)
                found.setdefault((level, frames), []).append(both)
    person = np.arange(people)
    tables = {key: np.stack(rows) for key, rows in found.items()}
    one = {level: _bits(tables[level, 1], person) for level in ("K0", "K2")}
    return {
        level: {
            str(frames): _figures(tables[level, frames], person, seed)
            | {
                "coded": row.coded,
                "p": permutation(_bits(tables[level, frames], person), one[level], seed=seed),
            }
            for frames in FRAMES
        }
        for level in ("K0", "K2")
    }


def _first_of_each(people: Indices, count: int) -> NDArray[np.bool_]:
    """Which pictures are among the first so many of their person."""
    turn = np.zeros(len(people), np.intp)
    for person in np.unique(people):
        own = people == person
        turn[own] = np.arange(own.sum())
    return turn < count


def _blocks(looks: Sequence[Look]) -> dict[str, NDArray[np.float32]]:
    return linear.blocks(looks, recognisers(), Adapted() if shipped_network() else None)


def _bits(scores: NDArray[np.float64], person: NDArray[np.int64]) -> NDArray[np.float64]:
    return by_person(rank_bits(places(scores, person)), person, len(person))


def _figures(scores: NDArray[np.float64], person: NDArray[np.int64], seed: int) -> dict[str, Any]:
    found = figures(scores, person, seed)
    plain = {
        name: [one.value, one.interval.low, one.interval.high]
        for name, one in (("rank1", found.rank1), ("rank10", found.rank10), ("bits", found.bits))
    }
    return {**plain, "people": found.people}
