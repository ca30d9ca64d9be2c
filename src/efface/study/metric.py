"""A recogniser adapted to a redaction: a linear map under which a person's redacted pictures agree.

Linear discriminant analysis on features of redacted pictures of other people (P. Belhumeur, J.
Hespanha and D. Kriegman, IEEE TPAMI 19, 1997), after whitening by principal components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

Floats = NDArray[np.float64]
Blocks = Mapping[str, NDArray[np.floating]]
"""One matrix of features (pictures, width) a source."""


@dataclass(frozen=True, slots=True)
class Whitening:
    """Principal components of one block, each of unit deviation but for the weakest."""

    mean: Floats
    axes: Floats

    @classmethod
    def of(cls, features: NDArray[np.floating], width: int) -> Whitening:
        """
        Args:
            features: shape (pictures, features).
            width: components to keep at most.
        """
        values = np.asarray(features, np.float64)
        mean = values.mean(axis=0)
        sizes, axes = _components(values - mean, width)
        kept = sizes > 1e-6 * max(sizes[0], 1e-12)
        spread = sizes[kept] / np.sqrt(len(values))
        floor = 0.1 * spread[0] if len(spread) else 1.0
        return cls(mean, (axes[kept] / np.maximum(spread, floor)[:, None]).T)

    def __call__(self, features: NDArray[np.floating]) -> Floats:
        return np.asarray((features - self.mean) @ self.axes, np.float64)


@dataclass(frozen=True, slots=True)
class Metric:
    """Features to a space in which cosines compare people."""

    whitenings: Mapping[str, Whitening]
    axes: Floats

    @classmethod
    def fit(
        cls, blocks: Blocks, people: NDArray[np.int64], width: int = 100, shrinkage: float = 0.3
    ) -> Metric:
        """
        Args:
            blocks: of redacted pictures.
            people: who is in each, shape (pictures,).
            width: components of each block.
            shrinkage: share of the mean variance mixed into the scatter within people.
        """
        whitenings = {name: Whitening.of(block, width) for name, block in blocks.items()}
        joined = _joined(whitenings, blocks)
        if joined.shape[1] == 0:
            return cls(whitenings, np.zeros((0, 1)))
        _, index = np.unique(people, return_inverse=True)
        counts = np.bincount(index)
        means = np.stack([np.bincount(index, weights=c) / counts for c in joined.T], axis=1)
        inside = joined - means[index]
        within = inside.T @ inside / len(joined)
        size = np.trace(within) / len(within)
        within = (1 - shrinkage) * within + (shrinkage * size + 1e-9) * np.eye(len(within))
        values, vectors = np.linalg.eigh(within)
        whiten = vectors / np.sqrt(values)
        between = (means - joined.mean(axis=0)) @ whiten
        _, sizes, axes = np.linalg.svd(between, full_matrices=False)
        # a direction counts by how far people differ along it, beyond what pictures of one do
        gain = sizes**2 / len(means)
        weight = np.sqrt(gain / (1 + gain))
        return cls(whitenings, whiten @ (axes * weight[:, None]).T)

    def __call__(self, blocks: Blocks) -> Floats:
        """Shape (pictures, axes)."""
        return np.asarray(_joined(self.whitenings, blocks) @ self.axes, np.float64)


def _components(off: Floats, width: int) -> tuple[Floats, Floats]:
    """The largest singular values and right singular vectors as rows, by the smaller of the two
    matrices of products: many times faster than a decomposition of ``off``."""
    few = off.shape[0] < off.shape[1]
    products = off @ off.T if few else off.T @ off
    last = len(products) - 1
    first = max(0, last + 1 - width)
    squares, ways = eigh(products, subset_by_index=(first, last), check_finite=False)
    sizes, ways = np.sqrt(np.maximum(squares[::-1], 0)), ways[:, ::-1]
    if few:
        ways = (off.T @ ways) / np.maximum(sizes, 1e-9 * max(sizes[0], 1e-300))
    return sizes, ways.T


def _joined(whitenings: Mapping[str, Whitening], blocks: Blocks) -> Floats:
    return np.concatenate([w(np.asarray(blocks[name])) for name, w in whitenings.items()], axis=1)
