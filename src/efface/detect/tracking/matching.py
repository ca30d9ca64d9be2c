"""Which box of this frame is which face of the last one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


def sizes(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric mean of width and height, shape (n,)."""
    return np.asarray(np.sqrt(boxes[:, 2] * boxes[:, 3]))


def distances(a: NDArray[np.float64], b: NDArray[np.float64], gate: Gate) -> NDArray[np.float64]:
    """How unlike every pair of boxes is: between centres in face sizes, plus the logarithm of the
    ratio of the sizes; infinite for pairs that cannot be one face. Shape (len(a), len(b))."""
    size_a, size_b = sizes(a), sizes(b)
    centre_a, centre_b = a[:, :2] + a[:, 2:4] / 2, b[:, :2] + b[:, 2:4] / 2
    apart = np.linalg.norm(centre_a[:, None] - centre_b[None], axis=2)
    apart /= np.maximum(size_a[:, None], size_b[None])
    ratio = np.abs(np.log(size_a[:, None] / size_b[None]))
    possible = (apart <= gate.distance) & (ratio <= np.log(gate.ratio))
    return np.where(possible, apart + ratio, np.inf)


def matches(a: NDArray[np.float64], b: NDArray[np.float64], gate: Gate) -> list[tuple[int, int]]:
    """Pairs (index in ``a``, index in ``b``) of boxes that are most alike on the whole.

    Args:
        a: shape (n, 4 or more): x, y, width, height.
        b: likewise.
    """
    if not len(a) or not len(b):
        return []
    cost = distances(a, b, gate)
    possible = np.isfinite(cost)
    if (possible.sum(axis=0) <= 1).all() and (possible.sum(axis=1) <= 1).all():
        rows, columns = np.nonzero(possible)
    else:
        # half a second to import, and not needed where faces are far apart
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

        rows, columns = linear_sum_assignment(np.where(possible, cost, _FAR))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if possible[i, j]]
