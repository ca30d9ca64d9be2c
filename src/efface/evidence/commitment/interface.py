"""What can be committed to. An implementation is one subclass of ``Content``.

A content is a photo or a video taken apart into pages of leaves (see ``format``): that of the
original when it is committed and proven, that of the redacted file when a proof is checked. Rules
for implementations:

* payloads and parameters are the same for the original and for what efface makes of it, outside the
  zones: colours instead of palette indices, nothing under full transparency, and the like;
* parameters hold nothing that the redacted file does not show: they are published;
* the same file gives the same payloads on every computer: whole numbers, no floats.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from efface.evidence.commitment.tolerance import Allowances, Rule
from efface.evidence.commitment.tree import Mask
from efface.evidence.forms import CommitmentKind
from efface.zones.zone import Zone

Kind = CommitmentKind


@dataclass(frozen=True, slots=True)
class LeafGrid:
    """A grid of leaves."""

    rows: int
    columns: int
    payload: int
    """Bytes of a leaf."""
    rule: Rule | None = None
    """Of a page of figures (see ``figures``): how they are rounded to payloads, and compared. All
    pages of a content have the same, or none."""

    @property
    def leaves(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True, slots=True, eq=False)
class HiddenLeaves:
    """The leaves that zones touch. Their salts stay secret, and nothing of them is proven."""

    pages: tuple[Mask, ...]
    """For each page, shape (rows, columns): true where hidden."""
    ring: int = 0
    """Pixels, of all frames, that lie in such a leaf and were not filled: not proven, too."""
    outside: int = 0
    """Pixels, of all frames, that no zone fills."""
    total: int = 0
    """Pixels of all frames."""

    @property
    def leaves(self) -> int:
        return sum(int(page.sum()) for page in self.pages)

    @property
    def proven(self) -> float | None:
        """Which share of what lies outside the zones is proven, 0 to 1; ``None``: there is nothing
        outside."""
        return (self.outside - self.ring) / self.outside if self.outside > 0 else None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a proof that holds proves, a sentence each."""

    proves: str
    does_not_prove: str


class Content(ABC):
    """A photo or a video taken apart."""

    kind: Kind
    parameters: Mapping[str, Any]
    """Whatever decides how the payloads are to be read; strings, whole numbers, lists, objects."""
    pages: tuple[LeafGrid, ...]

    @abstractmethod
    def rows(self) -> Iterator[NDArray[Any]]:
        """The payloads of one row of leaves after the other, page by page; where pages have a rule,
        the figures that payloads are made of.

        Yields:
            shape (columns, payload), uint8, figures uint16; valid until the next is taken.

        Raises:
            InputError: the file cannot be decoded whole.
        """

    @abstractmethod
    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        """The zones as they are to be filled so that no pixel beside them stays unproven: grown by
        what the format needs, then to whole leaves, upright. A zone that is grown already stays as
        it is."""

    @abstractmethod
    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        """The leaves that zones touch.

        Args:
            zones: upright, of all frames, as they were filled.
        """

    @abstractmethod
    def where(self, page: int, rows: slice, columns: slice) -> str:
        """The place of some leaves in words that a viewer of the file can follow."""

    @abstractmethod
    def claim(self, hidden: HiddenLeaves) -> Claim:
        """What was proven, and what was not."""

    def matched(self, parameters: Mapping[str, Any]) -> Content:
        """This content as a commitment with these parameters sees it, where parts of the original
        that are left out on purpose (the sound) are missing here; usually itself."""
        return self


FIGURES_ALONE = (
    "It is of these figures alone. Whoever redacted could have made fainter changes, and changes "
    "inside cells that left their means and the energy of their edges nearly as they were: small "
    "letters exchanged for others like them, for one. That nobody else did, the hash of the file "
    "in the signed statement shows."
)
"""What a comparison of figures does not prove; docs/evidence.md says how much can be hidden so."""


def figures_claim(cells: str, also: str, unproven: str, allowances: Allowances) -> Claim:
    """What figures prove.

    Args:
        cells: the beginning of the sentence.
        also: its end, but for the full stop.
        unproven: what else is not.
    """
    energy = allowances.energy
    (mean, _), (other, _) = allowances.main.surely, allowances.other.surely
    gained, lost = energy.surely
    rougher, smoother = allowances.rough.surely
    return Claim(
        f"{cells} the mean brightness is within {mean} of 255 of the committed original's and the "
        f"mean of each colour component within {other}; edges, such as things and letters have, "
        f"gained no more than {gained} of 255 of mean energy and lost no more than {lost}, or "
        f"{energy.share} % and {energy.step} of what there was; patterns gained no more than "
        f"{rougher} and lost no more than {smoother}, or {allowances.rough.share} % and "
        f"{allowances.rough.step}{also}.",
        f"{FIGURES_ALONE} {unproven}",
    )


def limits(ring: int) -> str:
    """What no proof proves.

    Args:
        ring: pixels that this one leaves out beside the zones.
    """
    beside = f" or of {ring} pixels that share a block with one" if ring else ""
    return (
        f"It says nothing of what the zones hide{beside}, and not that the original shows what "
        "happened or was not edited before it was committed."
    )
