"""A second implementation of what ``efface.evidence.commitment.format`` says of videos, from its
text alone, one node at a time."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from tests.evidence.commitment.reference import MISSING, corners, leaf, sha

Place = tuple[int, int, int]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def page_seed(key: bytes, context: bytes, page: int) -> bytes:
    return hmac.new(key, b"\7" + context + struct.pack(">I", page), "sha256").digest()[:16]


def axis_of(shape: Place) -> int:
    groups, rows, columns = shape
    if groups > 1:
        return 0
    return 2 if columns >= rows else 1


def places(shape: Place) -> list[Place]:
    return [(g, r, c) for g, r, c in product(*map(range, shape))]


class SegmentTree:
    """All hashes and seeds of one segment, by level and place."""

    def __init__(self, payloads: Bytes, page: int, seed: bytes, context: bytes) -> None:
        groups, rows, columns = payloads.shape[:3]
        self.shapes: list[Place] = [(groups, rows, columns)]
        while self.shapes[-1] != (1, 1, 1):
            halved = list(self.shapes[-1])
            axis = axis_of(self.shapes[-1])
            halved[axis] = (halved[axis] + 1) // 2
            self.shapes.append((halved[0], halved[1], halved[2]))
        self.top = len(self.shapes) - 1
        self.seeds: dict[tuple[int, Place], bytes] = {(self.top, (0, 0, 0)): seed}
        for level in range(self.top, 0, -1):
            for place in places(self.shapes[level]):
                both = sha(b"\6", self.seeds[level, place])
                for half, child in enumerate(self.children(level, place)):
                    if child is not None:
                        self.seeds[level - 1, child] = both[16 * half : 16 * half + 16]
        self.hashes: dict[tuple[int, Place], bytes] = {}
        for place in places(self.shapes[0]):
            group, row, column = place
            where = page, group, row * columns + column
            payload = payloads[place].tobytes()
            self.hashes[0, place] = leaf(context, where, self.seeds[0, place], payload)
        for level in range(1, self.top + 1):
            for place in places(self.shapes[level]):
                below = [
                    MISSING if child is None else self.hashes[level - 1, child]
                    for child in self.children(level, place)
                ]
                self.hashes[level, place] = sha(b"\2", bytes([level - 1]), *below)

    def children(self, level: int, place: Place) -> list[Place | None]:
        below = self.shapes[level - 1]
        axis = axis_of(below)
        out: list[Place | None] = []
        for half in (0, 1):
            child = list(place)
            child[axis] = 2 * child[axis] + half
            out.append((child[0], child[1], child[2]) if child[axis] < below[axis] else None)
        return out

    def leaves(self, level: int, place: Place) -> list[Place]:
        if level == 0:
            return [place]
        found = [child for child in self.children(level, place) if child is not None]
        return [one for child in found for one in self.leaves(level - 1, child)]

    def proof(self, hidden: Mask) -> bytes:
        """Of a segment of figures, but for its length and its corrections."""

        def state(level: int, place: Place) -> str:
            seen = {bool(hidden[one]) for one in self.leaves(level, place)}
            return "mixed" if len(seen) == 2 else "hidden" if seen == {True} else "open"

        def parent(level: int, place: Place) -> str:
            axis = axis_of(self.shapes[level])
            up = list(place)
            up[axis] //= 2
            return state(level + 1, (up[0], up[1], up[2]))

        seeds, hashes = b"", b""
        for level in range(self.top, -1, -1):
            for place in places(self.shapes[level]):
                own = state(level, place)
                above = parent(level, place) if level < self.top else ""
                if own == "open" and above != "open":
                    seeds += self.seeds[level, place]
                if own == "hidden" and level < self.top and above != "hidden":
                    hashes += self.hashes[level, place]
        changes: Sequence[Mask] = [
            mask ^ hidden[n - 1] if n else mask for n, mask in enumerate(hidden)
        ]
        edges = corners([change.tolist() for change in changes])
        marks = b""
        for group in range(len(hidden)):
            told = [0, 0]
            for place in places(self.shapes[0]):
                if place[0] == group and not hidden[place]:
                    told = [a ^ b for a, b in zip(told, self.hashes[0, place][:2], strict=True)]
            marks += bytes(told)
        return struct.pack(">I", len(edges)) + edges + marks + seeds + hashes
