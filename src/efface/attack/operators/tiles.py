"""A mosaic's grid, its cells averaged or sampled, the original at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from efface.attack.operator import Operator
from efface.attack.operators.grid import LINES, changes, find_comb
from efface.attack.operators.search import Problem, descend

_SAMPLES = tuple((x, y) for y in (0.0, 0.25, 0.5, 0.75) for x in (0.0, 0.25, 0.5, 0.75))


def best_mosaic(problem: Problem) -> Operator | None:
    """The grid seen in the redacted pixels, its cells averaged or sampled."""
    x, y, width, height = problem.bounds
    part = np.s_[y : y + height, x : x + width]
    combs = [find_comb(change) for change in changes(problem.redacted[part], problem.zone[part])]
    across, down = combs
    if across is None or down is None or min(across.excess, down.excess) < LINES:
        return None
    start = Operator(
        "mosaic",
        across.side_px,
        size_y_px=down.side_px,
        offset_px=(x + across.offset_px, y + down.offset_px),
    )
    tried = [replace(start, within=within) for within in (None, problem.bounds)]
    sampled = replace(start, kind="sampled-mosaic")
    tried += [replace(sampled, sample=sample) for sample in _SAMPLES]
    tried.append(replace(sampled, sample=(0.5, 0.5), blended=True))
    found = problem.best(tried)
    if problem.cost(found) < 1:
        return found
    values = descend(
        lambda v: problem.cost(_grid_moved(found, v)),
        [0.0] * 4,
        [0.25, 0.25, 0.5, 0.5],
        [0.03, 0.03, 0.25, 0.25],
    )
    return _grid_moved(found, values)


def _grid_moved(start: Operator, v: Sequence[float]) -> Operator:
    across, down = start.sides_px
    x, y = start.offset_px
    return replace(
        start,
        size_px=max(across + v[0], 2.0),
        size_y_px=max(down + v[1], 2.0),
        offset_px=(x + v[2], y + v[3]),
    )
