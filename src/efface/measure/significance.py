"""Whether an attack finds more than it does in a control, on the same people.

All tests are one-sided: less than the control is no finding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

DRAWS = 20_000


def mcnemar(attack: ArrayLike, control: ArrayLike) -> float:
    """Exact p-value that hits are more frequent in the attack than in the control.

    One search a person in each. Only people who are hit in one and not in the other count (Q.
    McNemar, Psychometrika 12, 1947; exact binomial). 1 when there are none.

    Args:
        attack: hits, shape (people,).
        control: hits of the same people, shape (people,).

    Raises:
        ValueError: the shapes differ.
    """
    first, second = np.asarray(attack, bool), np.asarray(control, bool)
    _paired(first.shape, second.shape)
    only_first = int(np.count_nonzero(first & ~second))
    only_second = int(np.count_nonzero(second & ~first))
    return float(binom.sf(only_first - 1, only_first + only_second, 0.5))


def permutation(attack: ArrayLike, control: ArrayLike, draws: int = DRAWS, seed: int = 0) -> float:
    """p-value that the mean is higher in the attack than in the control, over people.

    Flips the sign of each person's difference at random, the seed deciding how; counts the draw
    that was observed, so that the p-value is valid however few are drawn, and never 0.

    Args:
        attack: one value a person (a share of hits, bits), shape (people,).
        control: those of the same people, shape (people,).
        draws: sign patterns drawn.
        seed: decides them.

    Raises:
        ValueError: the shapes differ.
    """
    first, second = np.asarray(attack, np.float64), np.asarray(control, np.float64)
    _paired(first.shape, second.shape)
    difference = first - second
    difference = difference[difference != 0]
    if not len(difference):
        return 1.0
    rng = np.random.default_rng(seed)
    observed = difference.sum()
    tolerance = 1e-12 * np.abs(difference).sum()
    signs = rng.integers(0, 2, (draws, len(difference)), np.int8)
    sums = (2.0 * signs - 1.0) @ difference
    return float((1 + np.count_nonzero(sums >= observed - tolerance)) / (1 + draws))


def _paired(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    if first != second or len(first) != 1:
        raise ValueError(f"expected one value a person in both, got shapes {first} and {second}")
