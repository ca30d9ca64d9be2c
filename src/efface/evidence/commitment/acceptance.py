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


OF_MEANS = ("means",)
"""Kinds of commitment that say too little."""


class Fails(Exception):
    """The first thing that does not hold."""

    def __init__(self, failure: Failure, says: str, where: str | None = None) -> None:
        super().__init__(says)
        self.failure: Failure = failure
        self.says = says
        self.where = where


def accepted(commitment: Commitment, proof: bytes, content: Content, hidden: HiddenLeaves) -> Proof:
    """The proof, if it is about this commitment, this kind of file, and these zones.

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
    if content.kind != commitment.kind:
        raise Fails(
            "another-picture",
            f"The commitment is to {commitment.kind}, and the file has {content.kind}.",
        )
    odd = _odd(commitment.parameters, content.parameters)
    if odd:
        raise Fails("another-picture", f"The file differs from what was committed in its {odd}.")
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


def _odd(committed: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    names = [name for name in (*found, *committed) if committed.get(name) != found.get(name)]
    known = list(dict.fromkeys(name for name in names if name in found))
    return ", ".join(known) or ("parameters" if names else "")


def _check_zones(proof: Proof, content: Content, hidden: HiddenLeaves) -> None:
    """The proof hides what the signed zones touch: no more, no less."""
    more = [ours & ~zones for ours, zones in zip(proof.hidden, hidden.pages, strict=True)]
    less = [zones & ~ours for ours, zones in zip(proof.hidden, hidden.pages, strict=True)]
    if any(page.any() for page in more):
        where = _first(content, more)
        raise Fails(
            "more-hidden",
            f"The proof hides {sum(int(page.sum()) for page in more)} blocks that no signed zone "
            f"touches, the first at {where}.",
            where,
        )
    if any(page.any() for page in less):
        where = _first(content, less)
        raise Fails(
            "less-hidden",
            f"The proof shows {sum(int(page.sum()) for page in less)} blocks that the signed zones "
            f"touch or the file lacks, the first at {where}: it was made for another redaction.",
            where,
        )


def _first(content: Content, marked: list[Mask]) -> str:
    number = next(n for n, page in enumerate(marked) if page.any())
    row, column = np.argwhere(marked[number])[0].tolist()
    return content.where(number, slice(row, row + 1), slice(column, column + 1))
