"""Whether a proof is about this commitment, file and zones, before anything is hashed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.interface import Content, HiddenLeaves
from efface.evidence.commitment.proof import Proof, ProofError
from efface.evidence.commitment.tree import Mask

Failure = Literal[
    "too-little", "another-picture", "damaged", "another-commitment", "more-hidden", "less-hidden",
    "not-of-root", "changed",
]  # fmt: skip
"""too-little: of means alone, by an earlier version; another-picture: size, components, tables or
the like are not the committed ones; damaged: the proof is none; another-commitment: it says itself
that it belongs to another one; more-hidden, less-hidden: it hides other blocks than the zones
touch; not-of-root: it does not lead to the root; changed: something outside the zones is not as it
was committed."""


OF_MEANS = ("means", "video-means")
"""Kinds of commitment that say too little."""


class Fails(Exception):
    """The first thing that does not hold."""

    def __init__(self, failure: Failure, says: str, where: str | None = None) -> None:
        super().__init__(says)
        self.failure: Failure = failure
        self.says = says
        self.where = where


def check_kind(commitment: Commitment, kind: str) -> None:
    """Whether a file is of the kind that was committed to, and that says enough.

    Args:
        kind: of the file.

    Raises:
        Fails: it is not.
    """
    if commitment.kind in OF_MEANS:
        raise Fails(
            "too-little",
            "The commitment is to means of coarse cells, as earlier versions made them. Things of "
            "any size could be put in or taken out beside the zones without changing them, so that "
            "nothing is called proven. Seal the original again with this version, and redact it "
            "into the new pack.",
        )
    if kind != commitment.kind:
        raise Fails(
            "another-picture", f"The commitment is to {commitment.kind}, and the file has {kind}."
        )


def accepted(commitment: Commitment, proof: bytes, content: Content, hidden: HiddenLeaves) -> Proof:
    """The proof, if it is about this commitment, this kind of file, and these zones.

    Raises:
        Fails: it is not.
    """
    check_kind(commitment, content.kind)
    names = odd(commitment.parameters, content.parameters)
    if names:
        raise Fails("another-picture", f"The file differs from what was committed in its {names}.")
    try:
        read = Proof.from_bytes(proof, content.pages)
    except ProofError as error:
        raise damaged(error) from error
    if not hmac.compare_digest(read.root, commitment.root):
        raise Fails("another-commitment", "The proof belongs to another commitment.")
    _check_zones(read, content, hidden)
    return read


def damaged(error: Exception) -> Fails:
    """What is said of a proof that cannot be read."""
    return Fails("damaged", f"The proof is damaged or cut: {error}.")


def odd(committed: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Names of parameters in which a file differs from what was committed; empty: in none."""
    names = [name for name in (*found, *committed) if committed.get(name) != found.get(name)]
    known = list(dict.fromkeys(name for name in names if name in found))
    return ", ".join(known) or ("parameters" if names else "")


def _check_zones(proof: Proof, content: Content, hidden: HiddenLeaves) -> None:
    """The proof hides what the signed zones touch: no more, no less."""
    more = [ours & ~zones for ours, zones in zip(proof.hidden, hidden.pages, strict=True)]
    less = [zones & ~ours for ours, zones in zip(proof.hidden, hidden.pages, strict=True)]
    if any(page.any() for page in more):
        raise hides_more(sum(int(page.sum()) for page in more), _first(content, more))
    if any(page.any() for page in less):
        raise hides_less(sum(int(page.sum()) for page in less), _first(content, less))


def hides_more(count: int, first: str) -> Fails:
    """What is said of a proof that hides leaves beside the zones.

    Args:
        first: where the first of them is.
    """
    return Fails(
        "more-hidden",
        f"The proof hides {count} blocks that no signed zone touches, the first at {first}.",
        first,
    )


def hides_less(count: int, first: str) -> Fails:
    """What is said of a proof that shows leaves of zones, or tracks that are missing."""
    return Fails(
        "less-hidden",
        f"The proof shows {count} blocks that the signed zones touch or the file lacks, the first "
        f"at {first}: it was made for another redaction.",
        first,
    )


def _first(content: Content, marked: list[Mask]) -> str:
    number = next(n for n, page in enumerate(marked) if page.any())
    row, column = np.argwhere(marked[number])[0].tolist()
    return content.where(number, slice(row, row + 1), slice(column, column + 1))
