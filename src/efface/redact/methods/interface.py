"""What a method of redaction must do. An implementation is one subclass of ``Method``, in a file of
its own, and a line in ``catalogue``.

A method decides what stands in zones, not where they lie. What its filling may depend on is what it
declares in its docstring: the policy, a secret, the surroundings, or what ``prepare`` took from the
pictures; never on another frame's face, and never on the face at all without saying how much of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from efface.policy import MethodPolicy, ReplacePolicy
from efface.redact.people import NOBODY, NamedPeople
from efface.regions import Box, Regions
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

SECRET_BYTES = 32
"""Of the secret that is drawn for each file: enough for any generator of random numbers."""

Pictures = Callable[[Collection[int]], Iterable[tuple[int, NDArray[np.uint8]]]]
"""The pictures of some frames, by their numbers, each once and the earliest first: RGB, shape
(height, width, 3), upright. In a video every frame up to the last is decoded for that: ask once."""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What a filling has to be shown before a zone of a video is filled: of a face's whole track,
    it wants the surroundings in one frame."""

    frames: Collection[int]
    see: Callable[[Sequence[Zone], Surroundings], None]
    """Is shown each of these frames: its zones, as they are filled, and what surrounds them."""


@dataclass(frozen=True, slots=True)
class NewFace:
    """A face that was drawn, as it was before it was laid into a zone."""

    picture: NDArray[np.uint8]
    """RGB, shape (height, width, 3)."""
    box: Box
    """Of the face in it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of a filling when every zone was filled."""

    kept: bytes = b""
    """As ``Prepared.kept``."""
    notes: tuple[str, ...] = ()
    """As ``Prepared.notes``."""
    drawn: Mapping[str, NewFace] = field(default_factory=dict)
    """By track: faces of nobody in its zones, who must be like nobody here."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a method made for one file."""

    filling: Filling
    kept: bytes = b""
    """What the filling can be made of once more, for a court: it goes under seal, next to the
    original. Nothing, where the policy says it all."""
    notes: tuple[str, ...] = ()
    """What the user has to know of it; sentences."""
    beforehand: Beforehand | None = None
    finish: Callable[[], Finished] | None = None
    """Says what is kept and what is to be known, where that follows from filling; ``None``: it is
    said above."""

    def finished(self) -> Finished:
        """To be asked when every zone was filled."""
        return Finished(self.kept, self.notes) if self.finish is None else self.finish()


class Method(ABC):
    """A way to fill zones, with the settings of a policy."""

    def __init__(
        self,
        policy: MethodPolicy,
        replacing: ReplacePolicy | None = None,
        people: NamedPeople = NOBODY,
    ) -> None:
        """
        Args:
            replacing: of faces that are drawn; the defaults when left out.
            people: whom the user named, where faces are drawn.
        """
        self.policy, self.replacing, self.people = policy, replacing or ReplacePolicy(), people

    def check(self) -> None:
        """Look at what the settings name, before any work is done.

        Raises:
            EffaceError: something of it cannot be used.
        """
        return

    @abstractmethod
    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        """Make the filling of one file.

        Args:
            regions: what is covered and what stays visible, of every frame; ``regions.media`` says
                what kind of file it is, and the size of its frames.
            pictures: of the input, for what is taken from it once a face.
            secret: ``SECRET_BYTES`` drawn at random for this file, unknown to whoever sees it.
        """

    @abstractmethod
    def repeat(self, kept: bytes) -> Filling:
        """The filling once more. It is asked for the zones that were filled, in their order; their
        tracks are then named by numbers, in the order in which they first come.

        Args:
            kept: of ``prepare``, from under seal; hostile, as all that is read.

        Raises:
            VerificationError: that is not what this method keeps.
        """
