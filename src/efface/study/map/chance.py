"""At chance, and from which strength on: by the words of docs/threat-model.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from efface.measure.intervals import clopper_pearson
from efface.measure.significance import permutation
from efface.study.map.design import MapCell
from efface.study.map.form import CellEntry, ColumnEntry, ThresholdEntry

BOUND = 0.025
"""Exact upper bound of the share of people found, up to which it is small: nobody of 119."""

SIGNIFICANT = 0.05
"""Of a test against the constant fill. It is not divided by the number of tests: that would make
it easier to be called at chance."""

Found = Mapping[str, Any]


def judged(column: Found, control: Found | None, seed: int) -> dict[str, Any]:
    """Bound, tests and verdict of one attacker.

    Args:
        column: of ``cell.column``.
        control: the same attacker's knowledge, of a constant fill; ``None``: this is one.
        seed: of the tests.
    """
    hits = int(np.count_nonzero(np.array(column["each_rank1"]) > 0))
    people = int(column["people"])
    bound = clopper_pearson(hits, people, 0.9).high
    p = {
        name: 1.0 if control is None else permutation(column[name], control[name], seed=seed)
        for name in ("each_rank1", "each_bits")
    }
    return {
        "bound": bound,
        "p_rank1": p["each_rank1"],
        "p_bits": p["each_bits"],
        "at_chance": bound <= BOUND and min(p.values()) >= SIGNIFICANT,
    }


def at_chance(cell: CellEntry) -> bool:
    """Whether every attacker is, whatever it knows."""
    return all(column.at_chance for column in cell.columns.values())


def strongest(cell: CellEntry) -> ColumnEntry:
    """The attacker that found most bits."""
    return max(cell.columns.values(), key=lambda column: column.bits[0])


def thresholds(cells: Sequence[CellEntry]) -> list[ThresholdEntry]:
    """One line for each method and width, in their order."""
    lines: defaultdict[tuple[str, str, int], list[CellEntry]] = defaultdict(list)
    for cell in cells:
        if cell.control is not None and cell.method != "clear":
            lines[cell.method, cell.unit, cell.width_px].append(cell)
    return [_threshold(key, line) for key, line in lines.items()]


def _threshold(key: tuple[str, str, int], line: Sequence[CellEntry]) -> ThresholdEntry:
    method, unit, width = key
    by_strength = sorted(line, key=lambda c: (c.strength or 0) * (1 if c.more_hides else -1))
    some: list[CellEntry] = []
    for cell in reversed(by_strength):  # the strongest first
        if not at_chance(cell):
            break
        some.append(cell)
    rest = by_strength[: len(by_strength) - len(some)]
    found = rest[-1] if rest else None
    bounds = [column.bound for cell in some for column in cell.columns.values()]
    return ThresholdEntry(
        method=method,
        unit=unit,
        width_px=width,
        at_chance_from=some[-1].strength if some else None,
        bound=max(bounds) if bounds else None,
        found_at=found.strength if found else None,
        found_rank1=strongest(found).rank1 if found else None,
        said=_said(some, found),
    )


def _said(some: Sequence[CellEntry], found: CellEntry | None) -> str:
    said = []
    if some:
        people = strongest(some[-1]).N
        most = max(column.bound for cell in some for column in cell.columns.values())
        said.append(
            f"At chance from {_strength(some[-1])} on, in all that was measured: at most "
            f"{100 * most:.1f} % of people (N = {people})."
        )
    if found is not None:
        best = strongest(found)
        share, low, high = (100 * value for value in best.rank1)
        figure = f"rank-1 {share:.1f} % ({low:.1f} to {high:.1f}, N = {best.N})"
        why = "Not at chance" if _shown(found) else "Not shown to be at chance"
        said.append(f"{why} at {_strength(found)}: {figure}.")
    return " ".join(said)


def _shown(cell: CellEntry) -> bool:
    """Whether an attacker found more than in the constant fill: else there are too few people, or
    the fill itself says as much."""
    tests = [p for column in cell.columns.values() for p in (column.p_rank1, column.p_bits)]
    return min(tests) < SIGNIFICANT


def _strength(cell: CellEntry) -> str:
    return cell.title if cell.strength is None else f"{cell.strength:g} ({cell.title})"


def control_of(cell: MapCell, found: Mapping[str, Found]) -> Found | None:
    """What was found in the constant fill of the same zone, on faces of the same width."""
    name = cell.kind.row.control
    return None if name is None else found[f"{name}@{cell.width_px}"]
