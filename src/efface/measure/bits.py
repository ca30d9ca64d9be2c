"""Identity left, in bits.

Two measures. From ranks: by how much a search narrows down who it is. From scores: how far apart
the scores of the right and of the wrong person lie, whatever the size of the gallery.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from efface.measure.ranks import Places

Floats = NDArray[np.float64]

NEIGHBOURS = 5
"""k of the nearest-neighbour estimate. Higher: less noise, more bias towards 0."""


def chance_bits(candidates: int) -> float:
    """Mean of log2(N / rank) when every rank is equally likely: log2 N - log2(N!) / N.

    About 1.4 (1 / ln 2, from below) for large N, and not 0: a search by chance is at times lucky.

    Raises:
        ValueError: there is no candidate.
    """
    if candidates < 1:
        raise ValueError(f"expected candidates from 1, got {candidates}")
    return float(np.log2(candidates) - gammaln(candidates + 1) / np.log(2) / candidates)


def rank_bits(found: Places) -> Floats:
    """Bits beyond chance of each search, shape (searches,): log2(N / rank) less its expectation.

    Ties are averaged over the ranks they could take, so that scores which are all the same give
    exactly 0. A single search below 0 did worse than chance; only means say anything.
    """
    n = found.candidates
    summed = np.concatenate([[0.0], np.cumsum(np.log2(n / np.arange(1, n + 1)))])
    first, last = found.better, found.better + found.tied + 1
    mean = (summed[last] - summed[first]) / (last - first)
    return np.asarray(mean - chance_bits(n), np.float64)


def relative_entropy(
    genuine: ArrayLike, impostor: ArrayLike, neighbours: int = NEIGHBOURS
) -> float:
    """Relative entropy of genuine against impostor scores in bits (biometric system information).

    The measure is that of K. Takahashi and T. Murakami, "A measure of information gained through
    biometric systems", Image and Vision Computing 32 (2014); the estimate that of Q. Wang, S.
    Kulkarni and S. Verdú, "Divergence estimation for multidimensional densities via k-nearest-
    neighbor distances", IEEE Transactions on Information Theory 55 (2009), in one dimension: the
    mean of log2(nu / rho) + log2(m / (n - 1)), where rho is the distance to the k-th nearest other
    genuine score and nu that to the k-th nearest impostor score. Distances below a billionth of the
    scores' range count as that much, so that repeated scores do not divide by 0. An estimate below
    0 (there is no such divergence) is returned as 0.

    Args:
        genuine: scores of the right person, at least ``neighbours`` + 1.
        impostor: scores of others, at least ``neighbours``.
        neighbours: k.

    Raises:
        ValueError: too few scores, or one that is not finite.
    """
    p, q = np.sort(np.ravel(np.asarray(genuine, float))), np.sort(np.ravel(np.asarray(impostor)))
    if len(p) <= neighbours or len(q) < neighbours or neighbours < 1:
        raise ValueError(
            f"expected more than {neighbours} genuine and as many impostor scores, got {len(p)} "
            f"and {len(q)}"
        )
    if not (np.isfinite(p).all() and np.isfinite(q).all()):
        raise ValueError("expected finite scores")
    spread = max(p[-1], q[-1]) - min(p[0], q[0])
    if spread == 0:
        return 0.0
    least = 1e-9 * spread
    rho = np.maximum(_kth_distance(p, p, neighbours + 1), least)  # itself is the first
    nu = np.maximum(_kth_distance(p, q.astype(float), neighbours), least)
    found = float(np.mean(np.log2(nu / rho)) + np.log2(len(q) / (len(p) - 1)))
    return max(0.0, found)


def _kth_distance(points: Floats, among: Floats, k: int) -> Floats:
    """Distance from each point to its ``k``-th nearest in a sorted array that has at least ``k``.

    The k nearest are k neighbours in a row; of the k + 1 rows that can be, the right one has the
    smallest greatest distance.
    """
    at = np.searchsorted(among, points)
    first = at[:, None] - np.arange(k + 1)[None, :]
    valid = (first >= 0) & (first + k <= len(among))
    low = among[np.clip(first, 0, len(among) - 1)]
    high = among[np.clip(first + k - 1, 0, len(among) - 1)]
    reach = np.maximum(points[:, None] - low, high - points[:, None])
    return np.asarray(np.where(valid, reach, np.inf).min(axis=1), np.float64)


def share_of_clear(bits: float, clear: float) -> float:
    """Bits left as a share of what the same recogniser gets from the clear face, 0 to 1.

    Raises:
        ValueError: the clear face gives nothing, so that there is nothing to have a share of.
    """
    if not clear > 0:
        raise ValueError(f"expected a clear face to give more than 0 bits, got {clear}")
    return float(np.clip(bits / clear, 0.0, 1.0))
