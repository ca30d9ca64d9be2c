"""What an attacker may learn from, as arrays: who is in which picture, and what each shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.study.people import Part, StudyPicture

Floats = NDArray[np.floating]
Indices = NDArray[np.int64]
Templates = Mapping[str, NDArray[np.float32]]
"""By recogniser: shape (pictures, dimensions), rows of unit length."""


@dataclass(frozen=True, slots=True)
class Search:
    """The people of one part: pictures of their gallery, and probes to search for."""

    gallery: Indices
    """Of pictures, shape (people, pictures of each)."""
    probes: Indices
    """Of pictures, shape (probes,)."""
    person: Indices
    """Row of the gallery for each probe, shape (probes,)."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Which picture is for what."""

    train: Indices
    """Of pictures, shape (pictures,)."""
    train_people: Indices
    """Who is in them, shape (pictures,)."""
    parts: Mapping[Part, Search]
    """``select`` and ``test``."""

    @classmethod
    def of(cls, pictures: Sequence[StudyPicture]) -> Splits:
        """The roles of these pictures."""
        train = np.array([i for i, p in enumerate(pictures) if p.role == "train"], np.int64)
        parts: dict[Part, Search] = {}
        for part in ("select", "test"):
            people = sorted({p.person for p in pictures if p.part == part})
            gallery = [
                [i for i, p in enumerate(pictures) if p.person == who and p.role == "gallery"]
                for who in people
            ]
            probes = [i for i, p in enumerate(pictures) if p.part == part and p.role == "probe"]
            person = [people.index(pictures[i].person) for i in probes]
            parts[part] = Search(
                np.array(gallery, np.int64), np.array(probes, np.int64), np.array(person, np.int64)
            )
        return cls(train, np.array([pictures[i].person for i in train], np.int64), parts)


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
