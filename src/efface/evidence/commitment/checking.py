"""Checking a proof: a redacted file against a commitment, without the original."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.acceptance import Fails, Failure, accepted, damaged
from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.comparing import FigureComparison, TooFar
from efface.evidence.commitment.corrections import CorrectionsError
from efface.evidence.commitment.cover import Cover, Levels
from efface.evidence.commitment.format import (
    DIGEST_BYTES,
    NODE,
    OVER_PAGES,
    SEED_BYTES,
    root_of,
)
from efface.evidence.commitment.interface import Content, HiddenLeaves
from efface.evidence.commitment.leaves import leaf_hashes
from efface.evidence.commitment.proof import Proof
from efface.evidence.commitment.tree import (
    Bytes,
    Mask,
    child_seeds,
    climbed,
    leaves_under,
    parents,
)


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
        read = accepted(commitment, proof, content, hidden)
        walk = _Walk(commitment, read, content)
        walk.check()
    except Fails as fails:
        return ProofResult(fails.failure, fails.says, NOTHING, where=fails.where)
    claim = content.claim(hidden)
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
    )


NOTHING = "It says nothing about whether the rest of the file is as it was committed."


class _Walk:
    """From the seeds over the leaves to the root."""

    def __init__(self, commitment: Commitment, proof: Proof, content: Content) -> None:
        self._commitment = commitment
        self._proof = proof
        self._content = content
        self._cover = Cover(proof.hidden)
        self._context = commitment.context
        self._taken = {"map": 0, "seeds": 0, "hashes": 0}
        self._figures: FigureComparison | None = None

    def check(self) -> None:
        """Raises ``Fails`` at the first thing that does not hold."""
        maps = [self._map_of(number) for number in range(len(self._content.pages))]
        self._check_root(maps)
        over = self._over()
        rows = self._content.rows()
        rule = self._content.pages[0].rule
        try:
            if rule is not None:
                self._figures = FigureComparison(rule, self._proof.corrections, self._open_bytes())
            for number, mapped in enumerate(maps):
                self._check_page(number, rows, over[0, number], mapped)
            if self._figures is not None:
                self._figures.finish()
        except CorrectionsError as error:
            raise damaged(error) from error

    def _open_bytes(self) -> int:
        """Of the payloads of open leaves."""
        pages = zip(self._content.pages, self._cover.pages, strict=True)
        return sum(int(levels.open[0].sum()) * page.payload for page, levels in pages)

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
            raise Fails("not-of-root", "The proof does not lead to the signed root.")

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

    def _check_page(
        self, number: int, rows: Iterator[NDArray[Any]], seed: Bytes, mapped: Bytes
    ) -> None:
        page, levels = self._content.pages[number], self._cover.pages[number]
        above = seed.reshape(1, 1, SEED_BYTES)
        salts = self._seeds(levels, levels.top - 1, above) if levels.top else above
        opened = levels.open[0]
        if self._figures is not None:
            rows = self._figures.rows(islice(rows, page.rows), opened)
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
        if self._figures is not None and self._figures.too_far is not None:
            self._too_far(number, self._figures.too_far)

    def _too_far(self, number: int, found: TooFar) -> None:
        place = slice(found.row, found.row + 1), slice(found.column, found.column + 1)
        where = self._content.where(number, *place)
        raise Fails(
            "changed",
            "Outside the zones the file is farther from what was committed than encoding explains: "
            f"{found.says} is accepted, at {where}.",
            where,
        )

    def _fail(self, number: int, level: int, wrong: Mask) -> None:
        page = self._content.pages[number]
        row, column = np.argwhere(wrong)[0].tolist()
        high, wide = leaves_under(page.rows, page.columns, level)
        where = self._content.where(
            number,
            slice(row * high, min((row + 1) * high, page.rows)),
            slice(column * wide, min((column + 1) * wide, page.columns)),
        )
        raise Fails(
            "changed", f"Outside the zones the file is not as it was committed: {where}.", where
        )
