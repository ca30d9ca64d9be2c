"""What recognisers and networks make of pictures, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.study.splits import Indices

Floats = NDArray[np.floating]
Templates = Mapping[str, NDArray[np.float32]]
"""By recogniser: shape (pictures, dimensions), rows of unit length."""


@dataclass(frozen=True, slots=True)
class Features:
    """What recognisers and networks make of every picture of one row; rows in the study's order."""

    templates: Templates
    """Of the redacted faces."""
    pixels: NDArray[np.float32]
    """Aligned and small, shape (pictures, values)."""
    around: NDArray[np.float32]
    """The same of a wider view, with hair, chin and what the picture shows beside the face."""
    predicted: Templates
    """What the shipped network predicts of train pictures and probes; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The same for pictures that an attack rebuilt; only some pictures were."""

    pictures: Indices
    """Which, sorted, shape (rebuilt,)."""
    templates: Templates
    """Shape (rebuilt, dimensions)."""
    pixels: NDArray[np.float32]

    def rows(self, wanted: Indices) -> Indices:
        """Where the wanted pictures are.

        Raises:
            KeyError: one was not rebuilt.
        """
        at = np.searchsorted(self.pictures, wanted)
        at = np.minimum(at, len(self.pictures) - 1)
        if not np.array_equal(self.pictures[at], wanted):
            raise KeyError("a picture was not rebuilt")
        return np.asarray(at, np.int64)


def means(templates: NDArray[np.floating], groups: Indices) -> NDArray[np.float64]:
    """One template a person: the mean of several, of unit length.

    Args:
        templates: shape (pictures, dimensions).
        groups: shape (people, pictures of each).
    """
    return unit(templates[groups].mean(axis=1))


def unit(rows: Floats) -> NDArray[np.float64]:
    """Rows at unit length; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float64)
