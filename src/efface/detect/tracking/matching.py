"""Which box of this frame is which face of the last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import perm

import numpy as np
from numpy.typing import NDArray

from efface.detect.tracking.circle import FLAT, Circle


@dataclass(frozen=True, slots=True)
class Gate:
    """How unlike two boxes may be that show one face."""

    distance: float
    """Farthest that centres may be apart, in face sizes."""
    ratio: float
    """Most that sizes may differ, as a factor."""


SURE_GATE = Gate(1.0, 2.0)
"""For candidates that are surely faces."""
DOUBTFUL_GATE = Gate(0.4, 1.4)
"""For others: in the place of a hidden face there may be anything."""
_FAR = 1e3
"""More than any pair costs, so that as many as possible are matched."""
MOST_WAYS = 6_000
"""Groups of faces and boxes that can be matched in no more ways are matched by trying each: four
and six, say, take milliseconds."""


def sizes(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric mean of width and height, shape (n,)."""
    return np.asarray(np.sqrt(boxes[:, 2] * boxes[:, 3]))


def distances(
    a: NDArray[np.float64], b: NDArray[np.float64], gate: Gate, circle: Circle = FLAT
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
    a: NDArray[np.float64], b: NDArray[np.float64], gate: Gate, circle: Circle = FLAT
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
    rows, columns = cost.shape
    if rows > columns:
        return [(i, j) for j, i in _cheapest(cost.T)]
    if perm(columns + rows, rows) <= MOST_WAYS:
        nobody = np.full((rows, rows), _FAR)
        costs = np.hstack([cost, nobody]).tolist()
        best = min(
            permutations(range(columns + rows), rows),
            key=lambda order: sum(costs[i][j] for i, j in enumerate(order)),
        )
        return [(i, j) for i, j in enumerate(best) if j < columns]
    # half a second to import, and not needed where few faces are near each other
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    found = linear_sum_assignment(np.where(np.isfinite(cost), cost, _FAR))
    return [(int(i), int(j)) for i, j in zip(*found, strict=True) if np.isfinite(cost[i, j])]
