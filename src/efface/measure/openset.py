"""Open-set identification, with the terms of NIST's Face Recognition Technology Evaluation.

FPIR: the share of non-mated searches (the person is not in the gallery) that return anybody at or
above a threshold. TPIR: the share of mated searches that return the right person at or above it
(1 - FNIR; P. Grother, M. Ngan and K. Hanaoka, NISTIR 8271, section 3, for lists as long as the
gallery).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def threshold(non_mated: ArrayLike, fpir: float) -> float:
    """The lowest score that a false alarm must exceed so that FPIR is at most ``fpir``.

    Searches above it are returned, so one that ties with a false alarm is not. With fewer than
    1 / ``fpir`` searches this is the highest of them: the rate that holds is then 0 in the sample.

    Args:
        non_mated: highest score of each non-mated search, shape (searches,).
        fpir: the rate allowed.

    Raises:
        ValueError: there is no search, or the rate is no share.
    """
    highest = np.sort(np.asarray(non_mated, np.float64))[::-1]
    if not len(highest):
        raise ValueError("expected at least one non-mated search, got none")
    if not 0 <= fpir < 1:
        raise ValueError(f"expected a rate from 0 to below 1, got {fpir}")
    return float(highest[int(np.floor(fpir * len(highest) + 1e-9))])


def tpir(mated: ArrayLike, non_mated: ArrayLike, fpir: float = 0.01) -> float:
    """TPIR at an FPIR of at most ``fpir``.

    Args:
        mated: score of the right person in each mated search, shape (searches,).
        non_mated: highest score of each non-mated search, shape (searches,).
        fpir: the rate allowed.

    Raises:
        ValueError: a kind of search is missing, or the rate is no share.
    """
    own = np.asarray(mated, np.float64)
    if not len(own):
        raise ValueError("expected at least one mated search, got none")
    return float(np.mean(own > threshold(non_mated, fpir)))


def searches(scores: ArrayLike, true: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mated and non-mated searches out of a closed set.

    Each search gives both: the right person's score, and the highest score in the gallery without
    that person, which is what the search would have returned had they not been enrolled.

    Args:
        scores: shape (searches, candidates), at least two candidates.
        true: index of the true candidate of each search, shape (searches,).

    Returns:
        The right person's score and the highest of the others', both of shape (searches,).
    """
    table = np.asarray(scores, np.float64)
    index = np.asarray(true, np.int64)
    if table.ndim != 2 or table.shape[1] < 2 or index.shape != table.shape[:1]:
        raise ValueError(
            "expected scores of shape (searches, candidates), at least two candidates, and one "
            f"true candidate for each search, got {table.shape} and {index.shape}"
        )
    own = np.take_along_axis(table, index[:, None], axis=1)[:, 0]
    others = table.copy()
    np.put_along_axis(others, index[:, None], -np.inf, axis=1)
    return own, others.max(axis=1)
