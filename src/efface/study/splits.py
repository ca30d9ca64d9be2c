"""Which picture of whom is for what: to train attackers, to choose among them, to score them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.study.people import Part, StudyPicture

Indices = NDArray[np.int64]


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
