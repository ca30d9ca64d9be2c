"""Binary trees of hashes and of seeds over a grid of leaves: one level from the next, all its nodes
at a time.

Hashes have shape (rows, columns, 32), seeds (rows, columns, 16), uint8. The formulas are those of
``format``.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.format import DIGEST_BYTES, SEED, SEED_BYTES

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Shape = tuple[int, int]
"""Rows and columns."""


def shapes(rows: int, columns: int) -> list[Shape]:
    """The levels of a tree, leaves first."""
    if rows < 1 or columns < 1:
        raise ValueError(f"expected at least one leaf, got {rows}x{columns}")
    levels = [(rows, columns)]
    while levels[-1] != (1, 1):
        rows, columns = levels[-1]
        halved = (rows, -(-columns // 2)) if columns >= rows else (-(-rows // 2), columns)
        levels.append(halved)
    return levels


def leaves_under(rows: int, columns: int, level: int) -> Shape:
    """Rows and columns of leaves under a node of a level, in a tree over a grid."""
    high = wide = 1
    for shape in shapes(rows, columns)[:level]:
        high, wide = (high, 2 * wide) if axis_of(shape) else (2 * high, wide)
    return high, wide


def axis_of(shape: tuple[int, ...]) -> int:
    """Along which axis two nodes of a level have one parent: the longer one."""
    return 1 if shape[1] >= shape[0] else 0


def pairs(nodes: NDArray[Any], missing: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    """The first and the second children of the next level's nodes.

    Args:
        nodes: shape (rows, columns, …), one entry a node.
        missing: what stands for a second child that is not there.
    """
    axis = axis_of(nodes.shape)
    if nodes.shape[axis] % 2:
        padding = [(0, 0)] * nodes.ndim
        padding[axis] = (0, 1)
        nodes = np.pad(nodes, padding, constant_values=missing)
    return (nodes[:, ::2], nodes[:, 1::2]) if axis else (nodes[::2], nodes[1::2])


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
    first, second = pairs(children)
    if wanted is None:
        wanted = np.ones(first.shape[:2], bool)
    data = np.empty((int(wanted.sum()), 2 + 2 * DIGEST_BYTES), np.uint8)
    data[:, 0], data[:, 1] = tag[0], level
    data[:, 2 : 2 + DIGEST_BYTES], data[:, 2 + DIGEST_BYTES :] = first[wanted], second[wanted]
    out = np.zeros(first.shape, np.uint8)
    out[wanted] = hashed(data)
    return out


def climbed(hashes: Bytes, tag: bytes, level: int = 0) -> Bytes:
    """The hash of the last level, 32 bytes, over all hashes of a level."""
    while hashes.shape[:2] != (1, 1):
        hashes = parents(hashes, level, tag)
        level += 1
    last: Bytes = hashes[0, 0]
    return last


def child_seeds(seeds: Bytes, shape: Shape, known: Mask | None = None) -> Bytes:
    """The seeds of the level below; zero under nodes whose seed is not known.

    Args:
        shape: of the level below.
    """
    if known is None:
        known = np.ones(seeds.shape[:2], bool)
    data = np.empty((int(known.sum()), 1 + SEED_BYTES), np.uint8)
    data[:, 0] = SEED[0]
    data[:, 1:] = seeds[known]
    grown = np.zeros((*seeds.shape[:2], 2, SEED_BYTES), np.uint8)
    grown[known] = hashed(data).reshape(-1, 2, SEED_BYTES)
    axis = axis_of(shape)
    both = grown if axis else grown.transpose(0, 2, 1, 3)
    below = both.reshape(
        seeds.shape[0] * (1 if axis else 2), seeds.shape[1] * (2 if axis else 1), SEED_BYTES
    )
    return below[: shape[0], : shape[1]]
