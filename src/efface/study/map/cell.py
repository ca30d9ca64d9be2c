"""One cell: attack, choose on some people, score once on others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from efface.measure.ranks import places
from efface.study import choice, results
from efface.study.cache import version
from efface.study.choice import LEVELS, ChosenAttacker
from efface.study.figures import figures, unsaid
from efface.study.linear import WIDTHS
from efface.study.map.accusation import accused_by, clear_scores
from efface.study.map.design import MapCell
from efface.study.map.gallery import hit_rates
from efface.study.map.material import SmallRun
from efface.study.map.plugged_attacks import plugged_answers, plugged_version
from efface.study.rebuilders import coarse, groups
from efface.study.splits import Splits

QUICK_WIDTHS = (64,)
"""Principal components that linear maps of the coarse map keep, to save time."""

PROGRAM = (*results.CODE, "results", "map/cell", "map/gallery", "map/material")
"""Modules of the study that decide who is found."""

CODE = (*PROGRAM, "map/accusation")
"""Modules under whose contents results are kept on disk."""


def measured(
    run: SmallRun, cell: MapCell, folder: Path, *, quick: bool, seed: int
) -> dict[str, Any]:
    """One cell's results as plain JSON types; from disk where this very code has found them.

    Args:
        run: on faces of the cell's width.
        folder: where results are kept.
        quick: attackers of the coarse map.
        seed: of the bootstrap.
    """
    given = results.tools(run, cell.kind.row, coarse() if quick else groups())
    given += plugged_version()
    code = version(*_modules(CODE), run.fingerprint(cell.kind.row), *given, str((quick, seed)))
    path = folder / f"{cell.name}-{code}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(_measured(run, cell, quick, seed)), encoding="utf-8")
        partial.replace(path)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def program() -> str:
    """Digest of the attackers' code, and of attacks that are plugged in: cells of one map are
    compared with each other, and should be of one."""
    return version(*_modules(PROGRAM), *plugged_version())


def _modules(names: tuple[str, ...]) -> list[Path]:
    home = Path(results.__file__).parent
    return [home / f"{name}.py" for name in names]


def _measured(run: SmallRun, cell: MapCell, quick: bool, seed: int) -> dict[str, Any]:
    row = cell.kind.row
    widths, rebuilding = (QUICK_WIDTHS, coarse()) if quick else (WIDTHS, groups())
    found = [*results.answers(run, row, widths, rebuilding), *plugged_answers(run, row)]
    chosen = {one.column: one for one in choice.choices(run.splits, found)}
    clear = clear_scores(run.splits, run.clear)
    return {
        "name": cell.name,
        "program": program(),
        "covered": run.covered(row),
        "columns": {
            level: column(run.splits, chosen[level], seed)
            | accused_by(run.splits, level, chosen, clear, seed)
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
