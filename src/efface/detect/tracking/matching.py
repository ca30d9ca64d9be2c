"""Which box of this frame is which face of the last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect.tracking.circle import FLAT, Circle


@dataclass(frozen=True, slots=True)
class MatchGate:
    """How unlike two boxes may be that show one face."""

    distance: float
    """Farthest that centres may be apart, in face sizes."""
    ratio: float
    """Most that sizes may differ, as a factor."""


SURE_GATE = MatchGate(1.0, 2.0)
"""For candidates that are surely faces."""
DOUBTFUL_GATE = MatchGate(0.4, 1.4)
"""For others: in the place of a hidden face there may be anything."""
_FAR = 1e3
"""More than any pair costs, so that as many as possible are matched."""
MOST_STEPS = 10_000
"""Groups of faces and boxes are matched by trying one way after the other, best first, in so many
steps: a crowd's take some hundreds, milliseconds."""


def sizes(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric mean of width and height, shape (n,)."""
    return np.asarray(np.sqrt(boxes[:, 2] * boxes[:, 3]))


def distances(
    a: NDArray[np.float64], b: NDArray[np.float64], gate: MatchGate, circle: Circle = FLAT
) -> NDArray[np.float64]:
    """How unlike every pair of boxes is: between centres in face sizes, plus the logarithm of the
    ratio of the sizes; infinite for pairs that cannot be one face. Shape (len(a), len(b))."""
    size_a, size_b = sizes(a), sizes(b)
    centre_a, centre_b = a[:, :2] + a[:, 2:4] / 2, b[:, :2] + b[:, 2:4] / 2
    off = centre_a[:, None] - centre_b[None]
    apart = np.hypot(circle.apart(off[..., 0]), off[..., 1])
    apart /= np.maximum(size_a[:, None], size_b[None])
    ratio = np.abs(np.log(size_a[:, None] / size_b[None]))
    possible = (apart <= gate.distance) & (ratio <= np.log(gate.ratio))
    return np.where(possible, apart + ratio, np.inf)


def matches(
    a: NDArray[np.float64], b: NDArray[np.float64], gate: MatchGate, circle: Circle = FLAT
) -> list[tuple[int, int]]:
    """Pairs (index in ``a``, index in ``b``) of boxes that are most alike on the whole.

    Args:
        a: shape (n, 4 or more): x, y, width, height.
        b: likewise.
        circle: how places across go on.
    """
    if not len(a) or not len(b):
        return []
    cost = distances(a, b, gate, circle)
    pairs: list[tuple[int, int]] = []
    for rows, columns in _apart(np.isfinite(cost)):
        pairs += [(rows[i], columns[j]) for i, j in _cheapest(cost[np.ix_(rows, columns)])]
    return sorted(pairs)


def _apart(possible: NDArray[np.bool_]) -> Iterator[tuple[list[int], list[int]]]:
    """Groups of rows and columns between which nothing is possible."""
    left = set(map(int, np.flatnonzero(possible.any(axis=1))))
    while left:
        rows, columns = {left.pop()}, set[int]()
        while True:
            reached = set(map(int, np.flatnonzero(possible[sorted(rows)].any(axis=0))))
            if reached == columns:
                break
            columns = reached
            rows = set(map(int, np.flatnonzero(possible[:, sorted(columns)].any(axis=1))))
        left -= rows
        yield sorted(rows), sorted(columns)


def _cheapest(cost: NDArray[np.float64]) -> list[tuple[int, int]]:
    """As many pairs of rows and columns as are possible, at the least cost."""
    if cost.shape[0] > cost.shape[1]:
        return [(i, j) for j, i in _cheapest(cost.T)]
    pairs = _tried(cost)
    if pairs is not None:
        return pairs
    # half a second to import, and hardly ever needed
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    found = linear_sum_assignment(np.where(np.isfinite(cost), cost, _FAR))
    return [(int(i), int(j)) for i, j in zip(*found, strict=True) if np.isfinite(cost[i, j])]


def _tried(cost: NDArray[np.float64]) -> list[tuple[int, int]] | None:
    """The same by branch and bound: a way is left as soon as it costs as much as the best one so
    far, even if each row that is left had its cheapest column. ``None`` after too many steps."""
    possible = [np.flatnonzero(np.isfinite(row)) for row in cost]
    order = sorted(range(len(cost)), key=lambda i: len(possible[i]))
    options = [
        [*sorted((float(cost[i, j]), int(j)) for j in possible[i]), (_FAR, -1)] for i in order
    ]
    least = [0.0]
    for row in reversed(options):
        least.insert(0, least[0] + row[0][0])
    best, best_cost, steps = [-1] * len(order), np.inf, 0
    way: list[int] = []

    def go_on(spent: float) -> None:
        nonlocal best, best_cost, steps
        steps += 1
        depth = len(way)
        if depth == len(order):
            best, best_cost = way.copy(), spent
            return
        for more, column in options[depth]:
            if spent + more + least[depth + 1] >= best_cost or steps > MOST_STEPS:
                return
            if column < 0 or column not in way:
                way.append(column)
                go_on(spent + more)
                way.pop()

    go_on(0.0)
    if steps > MOST_STEPS:
        return None
    return [(i, j) for i, j in zip(order, best, strict=True) if j >= 0]
