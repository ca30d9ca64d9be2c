"""A second implementation of ``efface.commitment.format``, written from its text alone.

Slow and plain, one node at a time: nothing of the implementation under test is used.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Sequence
from typing import Any

Payloads = list[list[bytes]]
"""Of one page, by row and column."""
Mask = list[list[bool]]
MISSING = bytes(32)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def context(kind: str, parameters: Any, nonce: bytes) -> bytes:
    header = json.dumps(
        {"kind": kind, "parameters": parameters}, sort_keys=True, separators=(",", ":")
    ).encode()
    return sha(b"efface.commitment/1", b"\0", nonce, header)


def children(shape: tuple[int, int], row: int, column: int) -> list[tuple[int, int] | None]:
    """Where the children of a node are, in the level of this shape below it."""
    rows, columns = shape
    if columns >= rows:
        both = [(row, 2 * column), (row, 2 * column + 1)]
    else:
        both = [(2 * row, column), (2 * row + 1, column)]
    return [(r, c) if r < rows and c < columns else None for r, c in both]


def levels(shape: tuple[int, int]) -> list[tuple[int, int]]:
    out = [shape]
    while out[-1] != (1, 1):
        rows, columns = out[-1]
        out.append((rows, (columns + 1) // 2) if columns >= rows else ((rows + 1) // 2, columns))
    return out


def leaf(context: bytes, place: tuple[int, int, int], salt: bytes, payload: bytes) -> bytes:
    return sha(b"\1\0\0\0", struct.pack(">III", *place), salt, context, payload)


class Tree:
    """All hashes and seeds of one tree, by level, row and column."""

    def __init__(self, shape: tuple[int, int], seed: bytes, tag: bytes) -> None:
        self.shapes, self.tag = levels(shape), tag
        self.seeds: dict[tuple[int, int, int], bytes] = {(len(self.shapes) - 1, 0, 0): seed}
        self.hashes: dict[tuple[int, int, int], bytes] = {}
        for level in range(len(self.shapes) - 1, 0, -1):
            for row, column in places(self.shapes[level]):
                both = sha(b"\6", self.seeds[level, row, column])
                for half, child in enumerate(children(self.shapes[level - 1], row, column)):
                    if child is not None:
                        self.seeds[(level - 1, *child)] = both[16 * half : 16 * half + 16]

    def climb(self) -> bytes:
        """From the hashes of level 0, which are set, to the last."""
        for level in range(1, len(self.shapes)):
            for row, column in places(self.shapes[level]):
                below = [
                    MISSING if child is None else self.hashes[(level - 1, *child)]
                    for child in children(self.shapes[level - 1], row, column)
                ]
                self.hashes[level, row, column] = sha(self.tag, bytes([level - 1]), *below)
        return self.hashes[len(self.shapes) - 1, 0, 0]


def places(shape: tuple[int, int]) -> list[tuple[int, int]]:
    return [(row, column) for row in range(shape[0]) for column in range(shape[1])]


class Whole:
    """A commitment with everything in it, as whoever has the key knows it."""

    def __init__(self, context: bytes, key: bytes, pages: Sequence[Payloads]) -> None:
        top = hmac.new(key, b"\5" + context, "sha256").digest()[:16]
        self.over = Tree((1, len(pages)), top, b"\3")
        self.pages = []
        for number, page in enumerate(pages):
            tree = Tree((len(page), len(page[0])), self.over.seeds[0, 0, number], b"\2")
            for row, column in places((len(page), len(page[0]))):
                salt = tree.seeds[0, row, column]
                tree.hashes[0, row, column] = leaf(
                    context, (number, row, column), salt, page[row][column]
                )
            self.over.hashes[0, 0, number] = tree.climb()
            self.pages.append(tree)
        self.root = sha(b"\4", context, self.over.climb())


def below(tree: Tree, level: int, row: int, column: int) -> list[tuple[int, int]]:
    """The leaves under a node."""
    if level == 0:
        return [(row, column)]
    found = children(tree.shapes[level - 1], row, column)
    return [leaf for c in found if c is not None for leaf in below(tree, level - 1, *c)]


def state(tree: Tree, hidden: Mask, level: int, row: int, column: int) -> str:
    seen = {hidden[r][c] for r, c in below(tree, level, row, column)}
    return "mixed" if len(seen) == 2 else "hidden" if seen == {True} else "open"


def parent(tree: Tree, level: int, row: int, column: int) -> tuple[int, int]:
    rows, columns = tree.shapes[level]
    return (row, column // 2) if columns >= rows else (row // 2, column)


def proof(whole: Whole, hidden: Sequence[Mask]) -> bytes:
    """A proof without tolerances, put together from its description."""
    numbers = range(len(whole.pages))
    shapes = [tree.shapes for tree in whole.pages]
    highest = max(len(s) for s in shapes) - 1
    mapped = next(
        (
            level
            for level in range(highest + 1)
            if sum(r * c for r, c in (s[min(level, len(s) - 1)] for s in shapes)) <= 256
        ),
        highest,
    )
    every = [
        state(tree, mask, len(tree.shapes) - 1, 0, 0)
        for tree, mask in zip(whole.pages, hidden, strict=True)
    ]

    def over_state(level: int, column: int) -> str:
        seen = {every[c] for _, c in below(whole.over, level, 0, column)}
        return seen.pop() if len(seen) == 1 else "mixed"

    maps, seeds, hashes = b"", b"", b""
    top = len(whole.over.shapes) - 1
    for level in range(top, -1, -1):
        for _, column in places(whole.over.shapes[level]):
            under = level < top and over_state(level + 1, column // 2) == "open"
            if over_state(level, column) == "open" and not under:
                seeds += whole.over.seeds[level, 0, column]
    for number in numbers:
        tree, mask = whole.pages[number], hidden[number]
        own = min(mapped, len(tree.shapes) - 1)
        maps += b"".join(tree.hashes[(own, *place)] for place in places(tree.shapes[own]))
        for level in range(len(tree.shapes) - 2, -1, -1):
            for place in places(tree.shapes[level]):
                here = state(tree, mask, level, *place)
                above = state(tree, mask, level + 1, *parent(tree, level, *place))
                if here == "open" and above != "open":
                    seeds += tree.seeds[(level, *place)]
                if here == "hidden" and above != "hidden" and level < own:
                    hashes += tree.hashes[(level, *place)]
    edges = corners(hidden)
    head = b"efface.proof/1\0\0" + whole.root + struct.pack(">I", len(edges)) + edges
    return head + maps + seeds + hashes


def corners(hidden: Sequence[Mask]) -> bytes:
    flags = []
    for mask in hidden:
        for row, column in places((len(mask), len(mask[0]))):
            around = [(row, column), (row - 1, column), (row, column - 1), (row - 1, column - 1)]
            set_there = [mask[r][c] for r, c in around if r >= 0 and c >= 0]
            flags.append(sum(set_there) % 2 == 1)
    out, before = bytearray(), -1
    for position in (at for at, flag in enumerate(flags) if flag):
        distance, before = position - before, position
        while distance >= 128:
            out.append(distance % 128 + 128)
            distance //= 128
        out.append(distance)
    return bytes(out)
