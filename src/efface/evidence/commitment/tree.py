"""Binary trees of hashes and of seeds over a grid of leaves: one level from the next, all its nodes
at a time.

Hashes have shape (rows, columns, 32), seeds (rows, columns, 16), uint8; those of a segment of a
video have one axis more in front, groups of frames. The formulas are those of ``format``.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.format import DIGEST_BYTES, SEED, SEED_BYTES

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Shape = tuple[int, ...]
"""Rows and columns; of a segment groups, rows and columns."""


def shapes(*shape: int) -> list[Shape]:
    """The levels of a tree over leaves in a grid of this shape, leaves first."""
    if min(shape) < 1:
        raise ValueError(f"expected at least one leaf, got {'x'.join(map(str, shape))}")
    levels: list[Shape] = [shape]
    while max(levels[-1]) > 1:
        below = levels[-1]
        axis = axis_of(below)
        levels.append((*below[:axis], -(-below[axis] // 2), *below[axis + 1 :]))
    return levels


def leaves_under(rows: int, columns: int, level: int) -> Shape:
    """Rows and columns of leaves under a node of a level, in a tree over a grid."""
    high = wide = 1
    for shape in shapes(rows, columns)[:level]:
        high, wide = (high, 2 * wide) if axis_of(shape) else (2 * high, wide)
    return high, wide


def axis_of(shape: Shape) -> int:
    """Along which axis two nodes of a level have one parent: through time while there is more than
    one group, then the longer one of rows and columns."""
    if len(shape) == 2:
        return 1 if shape[1] >= shape[0] else 0
    return 0 if shape[0] > 1 else 1 + axis_of(shape[1:])


def pairs(
    nodes: NDArray[Any], missing: int = 0, parts: int = 0
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The first and the second children of the next level's nodes.

    Args:
        nodes: one entry a node.
        missing: what stands for a second child that is not there.
        parts: axes of an entry, the last ones.
    """
    axis = axis_of(nodes.shape[: nodes.ndim - parts])
    if nodes.shape[axis] % 2:
        padding = [(0, 0)] * nodes.ndim
        padding[axis] = (0, 1)
        nodes = np.pad(nodes, padding, constant_values=missing)
    before = (slice(None),) * axis
    return nodes[*before, ::2], nodes[*before, 1::2]


def hashed(rows: Bytes) -> Bytes:
    """SHA-256 of each row, shape (rows, 32)."""
    count, size = rows.shape
    view: Any = np.ascontiguousarray(rows).reshape(-1).data
    sha256 = hashlib.sha256
    joined = b"".join(
        [sha256(view[at : at + size]).digest() for at in range(0, count * size, size)]
    )
    return np.frombuffer(joined, np.uint8).reshape(count, DIGEST_BYTES)


def parents(children: Bytes, level: int, tag: bytes, wanted: Mask | None = None) -> Bytes:
    """The hashes of the next level; zero where ``wanted`` is false.

    Args:
        children: hashes of level ``level``.
        tag: first byte of what is hashed.
    """
    first, second = pairs(children, parts=1)
    if wanted is None:
        wanted = np.ones(first.shape[:-1], bool)
    data = np.empty((int(wanted.sum()), 2 + 2 * DIGEST_BYTES), np.uint8)
    data[:, 0], data[:, 1] = tag[0], level
    data[:, 2 : 2 + DIGEST_BYTES], data[:, 2 + DIGEST_BYTES :] = first[wanted], second[wanted]
    out = np.zeros(first.shape, np.uint8)
    out[wanted] = hashed(data)
    return out


def climbed(hashes: Bytes, tag: bytes, level: int = 0) -> Bytes:
    """The hash of the last level, 32 bytes, over all hashes of a level."""
    while max(hashes.shape[:-1]) > 1:
        hashes = parents(hashes, level, tag)
        level += 1
    last: Bytes = hashes.reshape(-1)
    return last


def child_seeds(seeds: Bytes, shape: Shape, known: Mask | None = None) -> Bytes:
    """The seeds of the level below; zero under nodes whose seed is not known.

    Args:
        shape: of the level below.
    """
    if known is None:
        known = np.ones(seeds.shape[:-1], bool)
    data = np.empty((int(known.sum()), 1 + SEED_BYTES), np.uint8)
    data[:, 0] = SEED[0]
    data[:, 1:] = seeds[known]
    grown = np.zeros((*known.shape, 2, SEED_BYTES), np.uint8)
    grown[known] = hashed(data).reshape(-1, 2, SEED_BYTES)
    axis = axis_of(shape)
    both = np.moveaxis(grown, -2, axis + 1)
    doubled = (*known.shape[:axis], 2 * known.shape[axis], *known.shape[axis + 1 :], SEED_BYTES)
    below: Bytes = both.reshape(doubled)[tuple(map(slice, shape))]
    return below


def all_seeds(top: Bytes, *shape: int) -> list[Bytes]:
    """The seeds of every level of a tree, leaves first.

    Args:
        top: the seed of the last node, 16 bytes.
        shape: of the leaves.
    """
    seeds = [top.reshape(*[1] * len(shape), SEED_BYTES)]
    for below in reversed(shapes(*shape)[:-1]):
        seeds.append(child_seeds(seeds[-1], below))
    return seeds[::-1]


def all_hashes(leaves: Bytes, tag: bytes) -> list[Bytes]:
    """The hashes of every level of a tree, leaves first.

    Args:
        leaves: of level 0.
        tag: first byte of what is hashed.
    """
    levels = [leaves]
    while max(levels[-1].shape[:-1]) > 1:
        levels.append(parents(levels[-1], len(levels) - 1, tag))
    return levels
