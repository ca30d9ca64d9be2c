"""One cell: attack, choose on some people, score once on others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.measure.ranks import places
from efface.study import attackers, choice, results
from efface.study.attackers import Answer, Scores
from efface.study.cache import version
from efface.study.choice import LEVELS, ChosenAttacker
from efface.study.figures import figures, rate, unsaid
from efface.study.map.design import MapCell
from efface.study.map.gallery import hit_rates
from efface.study.map.material import SmallRun
from efface.study.splits import Indices, Splits
from efface.study.templates import Templates

QUICK_WIDTHS = (64,)
"""Principal components that linear maps of the coarse map keep, to save time."""

FALSE_MATCH_RATE = 1e-3
"""Of the threshold past which a wrong candidate is an accusation."""

CODE = (*results.CODE, "results", "map/cell", "map/gallery", "map/material")
"""Modules of the study under whose contents results are kept on disk."""


def measured(
    run: SmallRun, cell: MapCell, folder: Path, *, quick: bool, seed: int
) -> dict[str, Any]:
    """One cell's results as plain JSON types; from disk where this very code has found them.

    Args:
        run: on faces of the cell's width.
        folder: where results are kept.
        quick: attackers that rebuild nothing.
        seed: of the bootstrap.
    """
    home = Path(results.__file__).parent
    modules = (home / f"{name}.py" for name in CODE)
    code = version(*modules, run.fingerprint(cell.kind.row), str((quick, seed)))
    path = folder / f"{cell.name}-{code}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(_measured(run, cell, quick, seed)), encoding="utf-8")
        partial.replace(path)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _measured(run: SmallRun, cell: MapCell, quick: bool, seed: int) -> dict[str, Any]:
    row = cell.kind.row
    if quick:
        found = list(attackers.answers(run.splits, run.clear, run.features(row), QUICK_WIDTHS))
    else:
        found = list(results.answers(run, row))
    chosen = {one.column: one for one in choice.choices(run.splits, found)}
    limits = clear_thresholds(run.splits, run.clear)
    return {
        "name": cell.name,
        "covered": run.covered(row),
        "columns": {
            level: column(run.splits, chosen[level], seed)
            | {"accused": accused_by(run.splits, level, chosen, limits, seed)}
            for level in LEVELS
        },
    }


def column(splits: Splits, chosen: ChosenAttacker, seed: int) -> dict[str, Any]:
    """What is kept of one attacker; numbers about ranks, nothing of a face."""
    person = splits.parts["test"].person
    scores = chosen.answer.scores["test"]
    out = results.column(chosen, figures(scores, person, seed))
    level = np.where(unsaid(scores, person)[:, None], 0.0, scores)
    found = places(level, person)
    out["better"], out["tied"] = found.better.tolist(), found.tied.tolist()
    out["galleries"] = hit_rates(found, person, seed)
    return out


def accused_by(
    splits: Splits,
    level: str,
    chosen: Mapping[str, ChosenAttacker],
    limits: Mapping[str, float],
    seed: int,
) -> list[float]:
    """How often the first candidate is a wrong person whose score passes as a match.

    K0 is a recogniser as it is, with the threshold that it has on clear faces. All others have
    scores of their own, and the threshold is the one that a thousandth of wrong pairs passes among
    the people chosen on, redacted in the same way.
    """
    answer = chosen["off-the-shelf" if level == "K0" else level].answer
    limit = limits.get(answer.name)
    if limit is None:
        search = splits.parts["select"]
        limit = threshold(answer.scores["select"], search.person)
    return accusations(answer, splits.parts["test"].person, limit, seed)


def accusations(answer: Answer, person: Indices, limit: float, seed: int) -> list[float]:
    """The rate with its interval."""
    scores = answer.scores["test"]
    first = scores.argmax(axis=1)
    wrong = (first != person) & (scores.max(axis=1) > limit)
    people = scores.shape[1]
    each = np.bincount(person, wrong.astype(float), people) / np.bincount(person, None, people)
    found = rate(each, seed)
    return [found.value, found.interval.low, found.interval.high]


def threshold(scores: Scores, person: Indices) -> float:
    """The score that a thousandth of wrong pairs passes; the highest, where there are fewer."""
    return float(np.quantile(wrong_pairs(scores, person), 1 - FALSE_MATCH_RATE, method="higher"))


def wrong_pairs(scores: Scores, person: Indices) -> NDArray[np.float64]:
    """Scores of everybody but the right one."""
    return np.asarray(scores[np.arange(scores.shape[1])[None, :] != person[:, None]], np.float64)


def clear_thresholds(splits: Splits, clear: Templates) -> dict[str, float]:
    """Of each recogniser as it is, by the attacker's name: on clear faces of people chosen on."""
    person = splits.parts["select"].person
    return {
        answer.name: threshold(answer.scores["select"], person)
        for answer in attackers.direct_answers(splits, clear, clear)
    }
