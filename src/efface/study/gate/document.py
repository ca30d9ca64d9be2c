"""Answers of the gate as attack/calibration.toml."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from efface.attack.red_team.calibration import FailedShare, Stronger, calibration
from efface.attack.red_team.strength import Strength
from efface.measure.intervals import clopper_pearson
from efface.study.gate import stronger
from efface.study.gate.answers import GateAnswer, team, typical
from efface.study.gate.trials import TRIALS, GateTrial
from efface.study.rows import ROWS

Answers = Mapping[int, Sequence[GateAnswer]]
"""By index of the trial."""


def known() -> dict[str, FailedShare]:
    """Rows by name that this gate, with these attacks and recognisers, has measured.

    Raises:
        ValueError: what was measured is of another gate.
    """
    measured, gate = calibration(), team()
    same = measured.beside(
        (one.name for one in gate.attacks), (one.name for one in gate.recognisers), gate.alpha
    )
    if same.differs or measured.distractors != len(gate.distractors):
        raise ValueError(f"what was measured is of another gate: {'; '.join(same.differs)}")
    return {row.name: row for row in (*measured.constant, *measured.weak)}


def document(
    answers: Answers,
    folders: Sequence[Path],
    kept: Mapping[str, FailedShare] | None = None,
    table: Sequence[Stronger] = (),
) -> str:
    """The TOML file.

    Args:
        answers: of the gate.
        folders: that the pictures came from.
        kept: rows by name of which only kind and strength are new, if anything.
        table: what stronger attackers reach.
    """
    gate, kept = team(), kept or {}
    lines = [
        "# How often the gate fails plain fills (false alarms) and weak redactions (power), with",
        "# exact 95 % intervals, and what the strongest attacker of docs/leak-table.md reaches.",
        "# Written by bench/leak/gate.py (make bench-gate).",
        'schema = "efface.calibration/1"',
        f'date = "{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"',
        f"alpha = {gate.alpha}",
        f"distractors = {len(gate.distractors)}",
        f'people = "{" and ".join(folder.name for folder in folders)}, one picture a person"',
        f"attacks = [{', '.join(sorted(repr(a.name) for a in gate.attacks))}]".replace("'", '"'),
        f"recognisers = [{', '.join(repr(r.name) for r in gate.recognisers)}]".replace("'", '"'),
    ]
    for key in ("constant", "weak"):
        for index, trial in enumerate(TRIALS):
            if trial.key == key and (trial.name in kept or index in answers):
                row = _row(trial, answers.get(index, ()), kept.get(trial.name))
                lines += ["", f"[[{key}]]", *_fields(row)]
        if key == "constant":
            for stranger in _strangers(answers, kept):
                lines += ["", f"[[{key}]]", *_fields(stranger)]
    for reached in table:
        lines += ["", "[[stronger]]", *_fields(reached)]
    return "\n".join(lines) + "\n"


def table(
    page: Path,
    strengths: Mapping[str, Strength],
    answers: Answers,
    kept: Mapping[str, FailedShare],
) -> tuple[Stronger, ...]:
    """The leak table, with the strengths that are the gate's own.

    Args:
        page: docs/leak-table.md.
        strengths: of its rows, by name.
        answers: of the gate.
        kept: rows by name that were measured before.

    Raises:
        ValueError: the page has no such table, or lacks a row.
    """
    titles = {row.title: row.name for row in ROWS if row.name in stronger.CUT}
    own = {}
    for index, trial in enumerate(TRIALS):
        row = (
            _row(trial, answers.get(index, ()), kept.get(trial.name))
            if (trial.name in titles and (index in answers or trial.name in kept))
            else None
        )
        if row is not None and row.kind is not None and row.strength is not None:
            own[titles[trial.name]] = Strength(row.kind, row.strength)
    return tuple(stronger.rows(page, {**strengths, **own}))


def _strangers(answers: Answers, kept: Mapping[str, FailedShare]) -> Iterator[FailedShare]:
    """Rows in which somebody else was looked for."""
    for index, trial in enumerate(TRIALS):
        if trial.stranger is None:
            continue
        found = [one.stranger for one in answers.get(index, ()) if one.stranger is not None]
        if found:
            yield _share(trial.stranger, found)
        elif trial.stranger in kept:
            yield kept[trial.stranger]


def _share(name: str, failed: Sequence[bool]) -> FailedShare:
    found = clopper_pearson(sum(failed), len(failed))
    return FailedShare(name, len(failed), sum(failed), round(found.low, 4), round(found.high, 4))


def _row(trial: GateTrial, answers: Sequence[GateAnswer], known: FailedShare | None) -> FailedShare:
    fitted = typical(answers) if trial.key == "weak" else None
    kind, size = (None, None) if fitted is None else (fitted.kind, round(fitted.size, 3))
    if known is not None:
        return known if fitted is None else replace(known, kind=kind, strength=size)
    share = _share(trial.name, [one.failed for one in answers])
    return replace(share, kind=kind, strength=size)


def _fields(row: FailedShare | Stronger) -> list[str]:
    return [
        f"{key} = {json.dumps(value)}" for key, value in asdict(row).items() if value is not None
    ]
