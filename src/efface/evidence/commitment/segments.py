"""The trees of hashes and seeds over one segment of a video (see ``format``)."""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

import numpy as np

from efface.evidence.commitment.cover import Levels
from efface.evidence.commitment.format import (
    DIGEST_BYTES,
    NODE,
    PAGE_SEED,
    SEED_BYTES,
)
from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.leaves import leaf_hashes
from efface.evidence.commitment.tree import (
    Bytes,
    Mask,
    all_hashes,
    all_seeds,
    child_seeds,
    parents,
)
from efface.evidence.commitment.video import VideoGrid


def page_seed(key: bytes, context: bytes, page: int) -> Bytes:
    """The seed of a page of a video, 16 bytes."""
    made = hmac.digest(key, PAGE_SEED + context + struct.pack(">I", page), "sha256")
    return np.frombuffer(made[:SEED_BYTES], np.uint8)


def track_hash(page: int, digest: bytes, salt: Bytes, context: bytes) -> Bytes:
    """The hash of the one leaf of a track, 32 bytes."""
    rows = iter((np.frombuffer(digest, np.uint8)[None],))
    hashes = leaf_hashes(
        page, LeafGrid(1, 1, DIGEST_BYTES), rows, salt.reshape(1, 1, -1), context=context
    )
    return np.asarray(hashes[0, 0])


@dataclass(frozen=True, slots=True, eq=False)
class SegmentOpening:
    """What a proof tells of a segment's trees, and its leaves' marks."""

    marks: Bytes
    seeds: Bytes
    """Shape (seeds, 16)."""
    hashes: Bytes
    """Shape (hashes, 32)."""


class SegmentLeaves:
    """One segment's leaves."""

    def __init__(self, grid: VideoGrid, page: int, context: bytes) -> None:
        self._grid, self._page, self._context = grid, page, context

    def _leaves(self, payloads: Bytes, salts: Bytes, wanted: Mask | None = None) -> Bytes:
        """Hashes of leaves, shape (groups, rows, columns, 32)."""
        groups, number = len(payloads), self._grid.leaves.number
        hashes = leaf_hashes(
            self._page,
            self._grid.page(groups),
            iter(payloads.reshape(groups, number, -1)),
            salts.reshape(groups, number, SEED_BYTES),
            context=self._context,
            wanted=None if wanted is None else wanted.reshape(groups, number),
        )
        return hashes.reshape(*payloads.shape[:3], DIGEST_BYTES)

    def top(self, payloads: Bytes, seed: Bytes) -> Bytes:
        """The hash of the last node, 32 bytes.

        Args:
            payloads: shape (groups, rows, columns, payload), as they are hashed.
            seed: of the page.
        """
        salts = all_seeds(seed, *payloads.shape[:3])[0]
        return all_hashes(self._leaves(payloads, salts), NODE)[-1].reshape(-1)

    def opened(self, payloads: Bytes, seed: Bytes, hidden: Mask) -> tuple[Bytes, SegmentOpening]:
        """The same, and what opens the leaves that are not hidden."""
        levels = Levels.over(hidden, ~hidden)
        seeds = all_seeds(seed, *hidden.shape)
        hashes = all_hashes(self._leaves(payloads, seeds[0]), NODE)
        down = range(levels.top, -1, -1)
        return hashes[-1].reshape(-1), SegmentOpening(
            marks(hashes[0], ~hidden, exact=self._grid.exact),
            np.concatenate([seeds[n][levels.outermost(levels.open, n)] for n in down]),
            np.concatenate(
                [
                    np.empty((0, DIGEST_BYTES), np.uint8),
                    *(hashes[n][levels.outermost(levels.hidden, n)] for n in down[1:]),
                ]
            ),
        )

    def checked(
        self, payloads: Bytes, hidden: Mask, opening: SegmentOpening
    ) -> tuple[Bytes | None, Bytes]:
        """The hash of the last node as it follows from payloads and opening (``None``: all is
        hidden), and the marks of its leaves.

        Args:
            payloads: of open leaves.
            opening: with as many seeds and hashes as ``counts`` has.
        """
        levels = Levels.over(hidden, ~hidden)
        if levels.hidden[-1].all():
            return None, marks(np.zeros((*hidden.shape, DIGEST_BYTES), np.uint8), ~hidden,
                               exact=self._grid.exact)  # fmt: skip
        salts = _salts(levels, opening.seeds)
        leaves = hashes = self._leaves(payloads, salts, levels.open[0])
        given = _by_level(levels, opening.hashes)
        for level in range(levels.top + 1):
            if level:
                hashes = parents(hashes, level - 1, NODE, ~levels.hidden[level])
            if level < levels.top:
                hashes[levels.outermost(levels.hidden, level)] = given[level]
        return hashes.reshape(-1), marks(leaves, levels.open[0], exact=self._grid.exact)


def counts(hidden: Mask) -> tuple[int, int]:
    """How many seeds and hashes open a segment."""
    levels = Levels.over(hidden, ~hidden)
    seeds = (levels.outermost(levels.open, n) for n in range(levels.top + 1))
    hashes = (levels.outermost(levels.hidden, n) for n in range(levels.top))
    return sum(int(one.sum()) for one in seeds), sum(int(one.sum()) for one in hashes)


def marks(leaves: Bytes, opened: Mask, *, exact: bool) -> Bytes:
    """What shows where a file differs, shape (groups, marks): the first two bytes of the hashes of
    a group's open leaves, added without carry; where ``exact``, the first byte of those of each
    row, then of each column."""
    if not exact:
        both = np.where(opened[..., None], leaves[..., :2], 0).astype(np.uint8)
        told: Bytes = np.bitwise_xor.reduce(both.reshape(len(both), -1, 2), axis=1)
        return told
    first = np.where(opened, leaves[..., 0], 0).astype(np.uint8)
    lines = [np.bitwise_xor.reduce(first, axis=axis) for axis in (2, 1)]
    return np.concatenate(lines, axis=1)


def marks_of_a_group(grid: VideoGrid) -> int:
    """Bytes of marks."""
    return grid.leaves.rows + grid.leaves.columns if grid.exact else 2


def _salts(levels: Levels, given: Bytes) -> Bytes:
    """Seeds of leaves, zero where they are not given."""
    seeds, at = np.zeros((*levels.open[-1].shape, SEED_BYTES), np.uint8), 0
    for level in range(levels.top, -1, -1):
        if level < levels.top:
            seeds = child_seeds(seeds, levels.open[level].shape, levels.open[level + 1])
        mask = levels.outermost(levels.open, level)
        count = int(mask.sum())
        seeds[mask] = given[at : at + count]
        at += count
    return seeds


def _by_level(levels: Levels, given: Bytes) -> dict[int, Bytes]:
    out, at = {}, 0
    for level in range(levels.top - 1, -1, -1):
        count = int(levels.outermost(levels.hidden, level).sum())
        out[level] = given[at : at + count]
        at += count
    return out
