"""Contents for tests: plain arrays as pages, and photos taken apart after they were redacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment import Claim, Content, HiddenLeaves
from efface.evidence.commitment.interface import LeafGrid
from efface.zones.zone import Zone

KEY = bytes(range(32))
NONCE = bytes(range(100, 116))
Array = NDArray[np.uint8]


class Plain(Content):
    """Arrays of payloads, shape (rows, columns, payload), one a page."""

    kind = "pixels"

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays = list(arrays)
        self.parameters: Mapping[str, Any] = {"shapes": [list(a.shape) for a in arrays]}
        self.pages = tuple(LeafGrid(*_three(array)) for array in arrays)

    def rows(self) -> Iterator[Array]:
        for array in self.arrays:
            yield from array

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        raise NotImplementedError

    def hidden(self, zones: Iterable[Zone]) -> HiddenLeaves:
        raise NotImplementedError

    def where(self, page: int, rows: slice, columns: slice) -> str:
        return f"{page}: {rows.start}-{rows.stop}, {columns.start}-{columns.stop}"

    def claim(self, hidden: HiddenLeaves) -> Claim:
        return Claim("all of it", "nothing else")


def _three(array: Array) -> tuple[int, int, int]:
    rows, columns, payload = array.shape
    return rows, columns, payload


def noise(seed: int, *shapes: tuple[int, int], payload: int = 5) -> list[Array]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (*shape, payload), np.uint8) for shape in shapes]


def changed(array: Array, row: int, column: int, at: int = 0) -> Array:
    """A copy in which one bit of a payload differs."""
    out = array.copy()
    out[row, column, at] ^= 1
    return out
