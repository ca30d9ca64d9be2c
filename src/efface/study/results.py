"""One row after the other: attack, choose on some people, score on others. Resumable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from efface.study import attackers, choice
from efface.study.attackers import Answer
from efface.study.cache import version
from efface.study.choice import ChosenAttacker
from efface.study.figures import Figure, Figures, another_person, figures
from efface.study.linear import WIDTHS
from efface.study.rebuilders import Rebuilder, RebuilderGroup, groups
from efface.study.rows import CLEAR, StudyRow
from efface.study.run import StudyRun, shipped_network
from efface.study.splits import Indices, Splits
from efface.study.templates import Features, means, unit

TRIED = 1
"""Probes of each select person on which inversions are compared."""

TELLING = 0.3
"""Bits on the select people from which an inversion is run on the rest: the others find nothing."""

CLEAR_ENOUGH = 1.0
"""Bits on the select people from which an attacker is fitted to what an inversion leaves."""

FITTED = 1
"""Pictures of each train person that the chosen inversion rebuilds, to fit an attacker to it."""

CODE = ("attackers", "choice", "figures", "linear", "metric", "run", "splits", "templates")
"""Modules beside this one under whose contents results are kept on disk."""


def answers(
    run: StudyRun,
    row: StudyRow,
    widths: Sequence[int] = WIDTHS,
    rebuilding: Sequence[RebuilderGroup] | None = None,
) -> Iterator[Answer]:
    """Every attacker's answers to one row.

    Args:
        run: the pictures.
        row: how they are redacted.
        widths: what linear maps try (``linear.fit_ridge``).
        rebuilding: attacks that rebuild faces; all of efface's own when ``None``.
    """
    found = replace(run.features(row), predicted=run.predicted(row))
    yield from attackers.answers(run.splits, run.clear, found, widths)
    some = groups() if rebuilding is None else rebuilding
    yield from _inversions(run, row, found, some if row.inverted else ())


def _inversions(
    run: StudyRun, row: StudyRow, found: Features, rebuilding: Sequence[RebuilderGroup]
) -> Iterator[Answer]:
    """The best method at each level, chosen on a probe of each select person, run on the rest."""
    select = run.splits.parts["select"]
    first = np.sort(
        np.concatenate([select.probes[select.person == p][:TRIED] for p in set(select.person)])
    )
    person = select.person[np.searchsorted(select.probes, first)]
    for group in rebuilding:
        rated = []
        for method in _fitting(run, row, group):
            tried = run.rebuilt(row, method, first, "tried")
            best = max(
                choice.bits(unit(rows) @ means(run.clear[rec], select.gallery).T, person)
                for rec, rows in tried.templates.items()
            )
            rated.append((best, method.name, method))
        if not rated:
            continue
        value, _, chosen = max(rated)
        if value < TELLING:
            continue
        fitted = group.fitted and value > CLEAR_ENOUGH
        probes = np.concatenate([part.probes for part in run.splits.parts.values()])
        wanted = [probes]
        if fitted:
            wanted.append(_some_train(run.splits))
        restored = run.rebuilt(row, chosen, np.sort(np.concatenate(wanted)), "used")
        yield from attackers.restored_answers(
            run.splits,
            run.clear,
            restored,
            name=chosen.name,
            family=group.family,
            knowledge=group.knowledge,
            seen=found if fitted else None,
        )


def _fitting(run: StudyRun, row: StudyRow, group: RebuilderGroup) -> list[Rebuilder]:
    return [method for method in group.methods if method.fits(run.data.look(row, 0))]


def _some_train(splits: Splits) -> Indices:
    return np.concatenate(
        [splits.train[splits.train_people == p][-FITTED:] for p in np.unique(splits.train_people)]
    )


def result(run: StudyRun, row: StudyRow) -> dict[str, Any]:
    """One row's results as plain JSON types; from disk where this very code has found them."""
    code = version(
        run.fingerprint(row),
        run.fingerprint(CLEAR),
        *(Path(__file__).with_name(f"{name}.py") for name in CODE),
        Path(__file__),
        *tools(run, row),
    )
    path = run.cache / f"{row.name}-result-{code}.json"
    if not path.exists():
        found = choice.choices(run.splits, list(answers(run, row)))
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(_document(run, row, found)), encoding="utf-8")
        partial.replace(path)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _document(run: StudyRun, row: StudyRow, found: Sequence[ChosenAttacker]) -> dict[str, Any]:
    person = run.splits.parts["test"].person
    columns = {c.column: column(c, figures(c.answer.scores["test"], person)) for c in found}
    strongest = next(c for c in found if c.column == "K2").answer.scores["test"]
    other = attackers_null(strongest, person)
    return {
        "row": row.name,
        "title": row.title,
        "control": row.control,
        "covered": run.covered(row),
        "columns": columns,
        "another person": other,
    }


def tools(
    run: StudyRun, row: StudyRow, rebuilding: Sequence[RebuilderGroup] | None = None
) -> list[str]:
    """What attacks use that is no module of the study: digests of what each attack rebuilds of this
    row, and of the shipped network's weights.

    Args:
        run: the pictures.
        row: how they are redacted.
        rebuilding: attacks that rebuild faces; all of efface's own when ``None``.
    """
    some = groups() if rebuilding is None else rebuilding
    found = [
        f"{method.name} {run.version(row, method)}"
        for group in (some if row.inverted else ())
        for method in _fitting(run, row, group)
    ]
    shipped = shipped_network()
    return [*found, shipped.weights] if shipped is not None else found


def attackers_null(scores: np.ndarray[Any, Any], person: Indices) -> list[float]:
    """Rank-1 of the strongest attacker at K2 when each search is scored for another person."""
    found = figures(another_person(scores, person), person)
    return [found.rank1.value, found.rank1.interval.low, found.rank1.interval.high]


def column(choice: ChosenAttacker, found: Figures) -> dict[str, Any]:
    def plain(one: Figure) -> list[float]:
        return [one.value, one.interval.low, one.interval.high]

    return {
        "attacker": choice.answer.name,
        "knowledge": int(choice.answer.knowledge),
        "select_bits": choice.bits,
        "people": found.people,
        "searches": found.searches,
        "rank1": plain(found.rank1),
        "rank10": plain(found.rank10),
        "tpir": plain(found.tpir),
        "bits": plain(found.bits),
        "entropy": found.entropy,
        "half": found.half,
        "most": found.most,
        "each_rank1": found.each_rank1.tolist(),
        "each_bits": [round(v, 4) for v in found.each_bits.tolist()],
    }
