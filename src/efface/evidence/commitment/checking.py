"""Checking a proof: a redacted file against a commitment, without the original."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.cover import Cover, Levels
from efface.evidence.commitment.format import (
    DIGEST_BYTES,
    NODE,
    OVER_PAGES,
    SEED_BYTES,
    root_of,
)
from efface.evidence.commitment.interface import Content, HiddenLeaves, LeafGrid
from efface.evidence.commitment.leaves import leaf_hashes
from efface.evidence.commitment.proof import Proof, ProofError
from efface.evidence.commitment.tree import (
    Bytes,
    Mask,
    child_seeds,
    climbed,
    leaves_under,
    parents,
)

Failure = Literal[
    "another-picture", "damaged", "another-commitment", "more-hidden", "less-hidden", "not-of-root",
    "changed",
]  # fmt: skip
"""another-picture: size, components, tables or the like are not the committed ones; damaged: the
proof is none; another-commitment: it says itself that it belongs to another one; more-hidden,
less-hidden: it hides other blocks than the zones touch; not-of-root: it does not lead to the root;
changed: something outside the zones is not as it was committed."""


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What came of a check."""

    failure: Failure | None
    """``None``: the proof holds."""
    says: str
    """One sentence: what is proven, or what does not hold and where."""
    does_not_say: str
    proven: int = 0
    """Leaves shown to be the committed ones."""
    hidden: int = 0
    """Leaves that zones touch."""
    ring: int = 0
    """Pixels outside the zones, of all frames, in hidden leaves: not proven."""
    share: float | None = None
    """Which part of what lies outside the zones is proven, 0 to 1; ``None``: nothing lies there."""
    covered: float = 0.0
    """Which part of the picture the zones fill, 0 to 1."""
    deviation: int = 0
    """How far the farthest value compared within a tolerance is off."""
    where: str | None = None
    """The first place that does not hold, in the order of the file."""

    @property
    def ok(self) -> bool:
        return self.failure is None


def check(
    commitment: Commitment, proof: bytes, content: Content, hidden: HiddenLeaves
) -> ProofResult:
    """Hold a redacted file against a commitment.

    Args:
        commitment: as it was signed; whether and by whom it was is not looked at here.
        proof: of whoever redacted the file.
        content: of the redacted file, ``matched`` to the commitment's parameters.
        hidden: ``content.hidden`` of the zones in the signed statement.

    Raises:
        InputError: the redacted file cannot be decoded whole.
    """
    try:
        read = _accepted(commitment, proof, content, hidden)
        walk = _Walk(commitment, read, content)
        walk.check()
    except _Fails as fails:
        return ProofResult(fails.failure, fails.says, NOTHING, where=fails.where)
    claim = content.claim(hidden, walk.deviation)
    leaves = sum(page.leaves for page in content.pages)
    return ProofResult(
        None,
        claim.proves,
        claim.does_not_prove,
        leaves - hidden.leaves,
        hidden.leaves,
        hidden.ring,
        hidden.proven,
        1 - hidden.outside / hidden.total if hidden.total else 0.0,
        walk.deviation,
    )


NOTHING = "It says nothing about whether the rest of the file is as it was committed."


class _Fails(Exception):
    """The first thing that does not hold."""

    def __init__(self, failure: Failure, says: str, where: str | None = None) -> None:
        super().__init__(says)
        self.failure: Failure = failure
        self.says = says
        self.where = where


def _accepted(
    commitment: Commitment, proof: bytes, content: Content, hidden: HiddenLeaves
) -> Proof:
    """The proof, if it is about this commitment, this kind of file, and these zones."""
    if content.kind != commitment.kind:
        raise _Fails(
            "another-picture",
            f"The commitment is to {commitment.kind}, and the file has {content.kind}.",
        )
    odd = _odd(commitment.parameters, content.parameters)
    if odd:
        raise _Fails("another-picture", f"The file differs from what was committed in its {odd}.")
    try:
        read = Proof.from_bytes(proof, content.pages)
    except ProofError as error:
        raise _Fails("damaged", f"The proof is damaged or cut: {error}.") from error
    if not hmac.compare_digest(read.root, commitment.root):
        raise _Fails("another-commitment", "The proof belongs to another commitment.")
    _check_zones(read, content, hidden)
    return read


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
        raise _Fails(
            "more-hidden",
            f"The proof hides {sum(int(page.sum()) for page in more)} blocks that no signed zone "
            f"touches, the first at {where}.",
            where,
        )
    if any(page.any() for page in less):
        where = _first(content, less)
        raise _Fails(
            "less-hidden",
            f"The proof shows {sum(int(page.sum()) for page in less)} blocks that the signed zones "
            f"touch or the file lacks, the first at {where}: it was made for another redaction.",
            where,
        )


def _first(content: Content, marked: list[Mask]) -> str:
    number = next(n for n, page in enumerate(marked) if page.any())
    row, column = np.argwhere(marked[number])[0].tolist()
    return content.where(number, slice(row, row + 1), slice(column, column + 1))


class _Walk:
    """From the seeds over the leaves to the root."""

    def __init__(self, commitment: Commitment, proof: Proof, content: Content) -> None:
        self._commitment = commitment
        self._proof = proof
        self._content = content
        self._cover = Cover(proof.hidden)
        self._context = commitment.context
        self._taken = {"map": 0, "seeds": 0, "hashes": 0}
        self.deviation = 0

    def check(self) -> None:
        """Raises ``_Fails`` at the first thing that does not hold."""
        maps = [self._map_of(number) for number in range(len(self._content.pages))]
        self._check_root(maps)
        over = self._over()
        rows = self._content.rows()
        for number, mapped in enumerate(maps):
            self._check_page(number, rows, over[0, number], mapped)

    def _take(self, part: Literal["map", "seeds", "hashes"], count: int) -> Bytes:
        start = self._taken[part]
        self._taken[part] = start + count
        taken: Bytes = getattr(self._proof, part)[start : start + count]
        return taken

    def _map_of(self, number: int) -> Bytes:
        shape = self._cover.pages[number].hidden[self._cover.mapped(number)].shape
        return self._take("map", shape[0] * shape[1]).reshape(*shape, DIGEST_BYTES)

    def _check_root(self, maps: list[Bytes]) -> None:
        lasts = [
            climbed(hashes, NODE, self._cover.mapped(number)) for number, hashes in enumerate(maps)
        ]
        top = climbed(np.stack(lasts)[None], OVER_PAGES).tobytes()
        root = root_of(self._context, top)
        if not hmac.compare_digest(root, self._commitment.root):
            raise _Fails("not-of-root", "The proof does not lead to the signed root.")

    def _over(self) -> Bytes:
        """Seeds of the pages, zero where they are not given."""
        return self._seeds(self._cover.over, self._cover.over.top, None)

    def _seeds(self, levels: Levels, start: int, above: Bytes | None) -> Bytes:
        """Seeds of a tree's leaves, zero where they are not given.

        Args:
            start: the highest level of which seeds are given.
            above: the seeds of the level above, if there is one.
        """
        seeds = above
        for level in range(start, -1, -1):
            shape = levels.open[level].shape
            if seeds is None:
                seeds = np.zeros((*shape, SEED_BYTES), np.uint8)
            else:
                known = levels.open[level + 1]
                seeds = child_seeds(seeds, shape, None if known.all() else known)
            given = levels.outermost(levels.open, level)
            if level < levels.top or above is None:
                seeds[given] = self._take("seeds", int(given.sum()))
        assert seeds is not None
        return seeds

    def _check_page(self, number: int, rows: Iterator[Bytes], seed: Bytes, mapped: Bytes) -> None:
        page, levels = self._content.pages[number], self._cover.pages[number]
        above = seed.reshape(1, 1, SEED_BYTES)
        salts = self._seeds(levels, levels.top - 1, above) if levels.top else above
        opened = levels.open[0]
        carried = self._proof.payloads[number]
        if carried is not None:
            rows = self._within(number, page, rows, carried)
        hashes = leaf_hashes(number, page, rows, salts, context=self._context, wanted=opened)
        given = dict(self._cover.hashes_in(number))
        told = {level: self._take("hashes", int(mask.sum())) for level, mask in given.items()}
        for level in range(self._cover.mapped(number) + 1):
            if level:
                hashes = parents(hashes, level - 1, NODE, ~levels.hidden[level])
            if level in given:
                hashes[given[level]] = told[level]
        level = self._cover.mapped(number)
        wrong = (hashes != mapped).any(axis=2) & ~levels.hidden[level]
        if wrong.any():
            self._fail(number, level, wrong)

    def _fail(self, number: int, level: int, wrong: Mask) -> None:
        page = self._content.pages[number]
        row, column = np.argwhere(wrong)[0].tolist()
        high, wide = leaves_under(page.rows, page.columns, level)
        where = self._content.where(
            number,
            slice(row * high, min((row + 1) * high, page.rows)),
            slice(column * wide, min((column + 1) * wide, page.columns)),
        )
        raise _Fails(
            "changed", f"Outside the zones the file is not as it was committed: {where}.", where
        )

    def _within(
        self, number: int, page: LeafGrid, rows: Iterator[Bytes], carried: Bytes
    ) -> Iterator[Bytes]:
        """The committed payloads in place of the file's, which must be near."""
        at = 0
        committed = np.zeros((page.columns, page.payload), np.uint8)
        for row, (opened, own) in enumerate(
            zip(self._cover.pages[number].open[0], rows, strict=False)
        ):
            count = int(opened.sum())
            committed[opened] = carried[at : at + count]
            at += count
            apart = np.abs(committed[opened].astype(np.int16) - own[opened]).max(axis=1, initial=0)
            self.deviation = max(self.deviation, int(apart.max(initial=0)))
            if page.tolerance is not None and self.deviation > page.tolerance:
                column = int(np.flatnonzero(opened)[(apart > page.tolerance).argmax()])
                where = self._content.where(number, slice(row, row + 1), slice(column, column + 1))
                raise _Fails(
                    "changed",
                    f"Outside the zones the file is up to {int(apart.max())} of 255 away from what "
                    f"was committed, more than {page.tolerance}: {where}.",
                    where,
                )
            yield committed
