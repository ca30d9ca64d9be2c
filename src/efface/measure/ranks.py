"""Where the true one stands among candidates, and what follows for who searches a list.

Ties are chance. A candidate that scores exactly like the true one would come before or after it by
the toss of a coin, so an attack that scores everybody the same has found nothing: its expected
rank is the middle one, and it never hits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the true one stands in each of some searches."""

    better: Integers
    """Candidates that score higher, shape (searches,)."""
    tied: Integers
    """Other candidates that score exactly the same, shape (searches,)."""
    candidates: int
    """The true one among them."""

    @property
    def expected(self) -> Floats:
        """Rank to be expected, from 1: the middle of those that tie."""
        return 1 + self.better + self.tied / 2

    @property
    def certain(self) -> Integers:
        """Rank that is reached however ties fall: behind all that tie."""
        return 1 + self.better + self.tied

    def hits(self, k: int = 1) -> NDArray[np.bool_]:
        """Searches in which the true one is certainly among the first ``k``, shape (searches,).

        Raises:
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError(f"expected k from 1, got {k}")
        return self.certain <= k

    def rate(self, k: int = 1) -> float:
        """Rank-``k`` identification rate: the share of searches that hit."""
        return float(np.mean(self.hits(k)))

    def list_length(self, share: float) -> int:
        """Candidates one has to look at, best first, to see the true one in ``share`` of searches.

        Raises:
            ValueError: the share is not above 0 and at most 1, or there is no search.
        """
        if not 0 < share <= 1:
            raise ValueError(f"expected a share above 0 and at most 1, got {share}")
        if not len(self.better):
            raise ValueError("expected at least one search, got none")
        needed = int(np.ceil(share * len(self.better) - 1e-9))
        return int(np.ceil(np.sort(self.expected)[needed - 1]))

    def some(self, searches: Integers | NDArray[np.bool_]) -> Places:
        """The same for chosen searches (indices or a mask)."""
        return Places(self.better[searches], self.tied[searches], self.candidates)


def places(scores: ArrayLike, true: ArrayLike) -> Places:
    """Where the true candidates stand.

    Args:
        scores: higher is more alike, shape (searches, candidates).
        true: index of the true candidate of each search, shape (searches,).

    Raises:
        ValueError: shapes do not agree, an index names no candidate, or a score is not a number.
    """
    table = np.asarray(scores, np.float64)
    index = np.asarray(true, np.int64)
    if table.ndim != 2 or index.shape != table.shape[:1]:
        raise ValueError(
            "expected scores of shape (searches, candidates) and one true candidate for each "
            f"search, got {table.shape} and {index.shape}"
        )
    if np.isnan(table).any():
        raise ValueError("expected numbers as scores, got NaN")
    if len(index) and (index.min() < 0 or index.max() >= table.shape[1]):
        raise ValueError(f"expected true candidates within 0 to {table.shape[1] - 1}")
    own = np.take_along_axis(table, index[:, None], axis=1)
    better = (table > own).sum(axis=1)
    tied = (table == own).sum(axis=1) - 1
    return Places(better.astype(np.int64), tied.astype(np.int64), table.shape[1])
