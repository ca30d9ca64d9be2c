"""What a court repeats a layered fill from, under seal: of each fill what was told of the face
before noise, and the secret that noise came from; and which track has which fill.

Tracks are in the order in which their zones come first, as a statement of redaction numbers them.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.unpacking import unpacked

SEED_BYTES = 32
MOST_FILLS = 100_000
MOST_CELLS = 4

_HEAD = struct.Struct(">4sBIII")
_MAGIC = b"efl1"


@dataclass(frozen=True, eq=False)
class KeptFill:
    """One fill."""

    seed: bytes
    """Of its noise."""
    told: NDArray[np.int64]
    """As ``channel.coded`` gives it."""


@dataclass(frozen=True, eq=False)
class KeptFills:
    """All fills of a file."""

    cells: int
    noise: int
    """In thousandths."""
    fills: tuple[KeptFill, ...]
    tracks: tuple[int, ...]
    """Of each track, the number of its fill."""

    def to_bytes(self) -> bytes:
        """For the seal."""
        head = _HEAD.pack(_MAGIC, self.cells, self.noise, len(self.fills), len(self.tracks))
        parts = [fill.seed + fill.told.astype(">i2").tobytes() for fill in self.fills]
        return head + zlib.compress(
            b"".join(parts) + np.array(self.tracks, ">u4").tobytes(), 9
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> KeptFills:
        """Read ``to_bytes``; nothing in it is believed.

        Raises:
            ValueError: it is something else.
        """
        if len(data) < _HEAD.size:
            raise ValueError("it is too short")
        magic, cells, noise, count, named = _HEAD.unpack_from(data)
        known = magic == _MAGIC and 1 <= cells <= MOST_CELLS and noise > 0
        if not known or max(count, named) > MOST_FILLS:
            raise ValueError("it does not begin as one")
        row = SEED_BYTES + 2 * 3 * cells * cells
        plain = unpacked(data[_HEAD.size :], row * count + 4 * named)
        rows = [plain[n * row : (n + 1) * row] for n in range(count)]
        fills = tuple(
            KeptFill(r[:SEED_BYTES], np.frombuffer(r[SEED_BYTES:], ">i2").astype(np.int64))
            for r in rows
        )
        tracks = tuple(np.frombuffer(plain[row * count :], ">u4").tolist())
        if any(number >= count for number in tracks):
            raise ValueError("a track has a fill that is not there")
        return cls(cells, noise, fills, tracks)
