"""What an attack family must do. An implementation is one class in one file of this room.

An attack on faces is given a ``Case``: what one person's redacted face looks like, in one frame or
many, and what the attacker is taken to know. It answers with ``Evidence``: a reconstruction, a
predicted template, or a score for every candidate. It is never told which candidate is the right
one. Who asked turns evidence into scores against the candidates (``attack/matching.py``), and
scores into ranks and bits (``measure/``).

An attack on the file (a thumbnail, the traces of compression) is a ``FileAttack``: it says what it
found, in words and with the place.

Rules for implementations:

* alignment is given: attackers know where the face was (``Look.points``), so that a failure is a
  failure to recognise and not one to find;
* pixels outside ``Look.zone`` are there only where the caller means them to be used: for the
  evidence of a zone alone they are already replaced (``attack/looks.py``);
* the same case gives the same evidence: whatever draws random numbers seeds them with a constant;
* nothing is written to disk, and no exception is swallowed: an attack that could not run is a
  failed run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from efface.regions import Box

if TYPE_CHECKING:
    from efface.attack.operator import Operator

Pixels = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

Points = NDArray[np.float64]
"""Shape (5, 2), x and y: right eye, left eye (the person's own, so that the right eye is on the
left of the picture), tip of the nose, right and left corner of the mouth; YuNet's five."""

Template = NDArray[np.float32]
"""A recogniser's embedding, shape (dimensions,), of unit length."""

Family = Literal[
    "off-the-shelf",
    "parrot",
    "adapted",
    "appearance",
    "inversion",
    "inverter",
    "diffusion",
    "fusion",
    "leaks",
    "context",
    "missed",
    "together",
]


class Knowledge(IntEnum):
    """What the attacker has, as docs/threat-model.md defines it."""

    UNAWARE = 0
    """K0: the published file, an off-the-shelf recogniser, a gallery of clear pictures."""
    METHOD = 1
    """K1: also knows the method, and has to guess its parameters from the file."""
    EXACT = 2
    """K2: also knows every parameter, and trains on redacted faces of other people."""
    INSIDER = 3
    """K2, and the person's other pictures are in its training set."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Look:
    """One face in one redacted frame, cut out at the picture's own scale. Never changed, and equal
    to nothing but itself."""

    pixels: Pixels
    zone: NDArray[np.bool_]
    """Which pixels the redaction changed, shape (height, width)."""
    box: Box
    """The face (not the zone), in pixels of the cut-out."""
    points: Points
    """In pixels of the cut-out; taken from the original."""
    operator: Operator | None = None
    """What was done to the zone, with all parameters; ``None``: the attacker is not told."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The people among whom the attacker looks, in an order that says nothing."""

    templates: Mapping[str, NDArray[np.float32]]
    """By recogniser: clear faces, shape (people, dimensions), rows of unit length."""
    chips: NDArray[np.uint8] | None = None
    """Clear faces, shape (people, CHIP_PX, CHIP_PX, 3), aligned (``attack/alignment.py``); ``None``
    where only templates are at hand."""
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """What certain attacks compare, by name: shape (people, numbers)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One person's redacted face, and what the attacker may use."""

    looks: tuple[Look, ...]
    """One for a photo; frames in order for a video. Never empty."""
    knowledge: Knowledge
    """Above ``METHOD`` every look's operator is given."""
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Evidence: a picture of the face, which recognisers then compare with candidates."""

    pixels: Pixels
    points: Points
    """In pixels of ``pixels``."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Evidence: the templates that the clear face would have."""

    templates: Mapping[str, Template]
    """By recogniser."""
    picture: Reconstruction | None = None
    """What a report may show of it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Evidence: a score for each candidate; higher is more alike."""

    scores: NDArray[np.float64]
    """Shape (people,)."""
    picture: Reconstruction | None = None
    """What a report may show of it."""


Evidence = Reconstruction | Prediction | Ranking


class Attack(ABC):
    """An attack on one person's face."""

    name: ClassVar[str]
    """Stable machine name, such as ``richardson-lucy``."""
    title: ClassVar[str]
    """For people: what it does, in a few words."""
    family: ClassVar[Family]
    knowledge: ClassVar[Knowledge]
    """The least it needs."""

    def applies(self, case: Case) -> bool:
        """Whether there is anything for it to do: fusion needs several looks, a parrot needs
        pictures of its candidates. What does not apply is reported as such and is not a test."""
        return True

    @abstractmethod
    def run(self, case: Case) -> Sequence[Evidence]:
        """Everything it found out about this person; the best counts, as one attack.

        An attack that tries several settings fuses them into one piece of evidence itself where it
        can: each piece returned is another chance to be right by luck and is counted as one.
        """


@dataclass(frozen=True, slots=True)
class Leak:
    """Something the redacted file gives away besides its zones' pixels."""

    kind: str
    """Stable machine name, such as ``thumbnail``, ``compression-traces``, ``uncovered-face``."""
    where: str
    """Place a person can look up: ``APP1 Exif, IFD1``, ``frame 112 (0:04.480)``."""
    detail: str
    """What it is and why it matters, in words; never the secret itself."""
    fails: bool = True
    """The gate fails; otherwise it is a warning: it tells little about a face by itself."""
    face: str | None = None
    """Track whose face it concerns; ``None``: not known, or no face."""
    shows: bool = True
    """It may show a face; otherwise it says who or where somebody is."""
