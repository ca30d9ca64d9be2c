"""A proof as bytes (``efface.proof/1``, see ``format``), read as what it is: a stranger's."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from efface.evidence.commitment import corners
from efface.evidence.commitment.cover import Cover
from efface.evidence.commitment.format import DIGEST_BYTES, MAGIC, SEED_BYTES
from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.tree import Bytes, Mask

_HEAD = len(MAGIC) + DIGEST_BYTES + 4


class ProofError(ValueError):
    """The bytes are no proof for these pages; the text goes on from "the proof is damaged: "."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What is told about the original, and nothing else."""

    root: bytes
    """Of the commitment it belongs to."""
    hidden: tuple[Mask, ...]
    map: Bytes
    """Shape (nodes, 32)."""
    seeds: Bytes
    """Shape (seeds, 16)."""
    hashes: Bytes
    """Shape (hashes, 32)."""
    corrections: bytes = b""
    """Of pages with a rule (see ``corrections``), one chunk for all of them."""

    def to_bytes(self, pages: Sequence[LeafGrid]) -> bytes:
        edges = corners.encoded(self.hidden)
        return b"".join(
            (
                MAGIC,
                self.root,
                struct.pack(">I", len(edges)),
                edges,
                self.map.tobytes(),
                self.seeds.tobytes(),
                self.hashes.tobytes(),
                self.corrections,
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes, pages: Sequence[LeafGrid]) -> Proof:
        """Read a proof about pages like these.

        Nothing is allocated by what the proof says of itself: the pages are those of the file at
        hand, and every length follows from them and from which leaves are hidden.

        Raises:
            ProofError: it is none.
        """
        if len(data) < _HEAD or data[: len(MAGIC)] != MAGIC:
            raise ProofError("it does not begin as proofs of this version do")
        root = data[len(MAGIC) : len(MAGIC) + DIGEST_BYTES]
        (length,) = struct.unpack_from(">I", data, _HEAD - 4)
        if length > len(data) - _HEAD:
            raise ProofError("it ends too early")
        at = _HEAD + length
        try:
            hidden = corners.decoded(data[_HEAD:at], pages)
        except corners.CornersError as error:
            raise ProofError(str(error)) from error
        parts = []
        counts = Cover(hidden).counts
        for count, size in zip(counts, (DIGEST_BYTES, SEED_BYTES, DIGEST_BYTES), strict=True):
            if len(data) - at < count * size:
                raise ProofError("it ends too early")
            parts.append(np.frombuffer(data, np.uint8, count * size, at).reshape(count, size))
            at += count * size
        mapped, seeds, hashes = parts
        if at < len(data) and not any(page.rule for page in pages):
            raise ProofError("it is followed by something else")
        return cls(root, hidden, mapped, seeds, hashes, data[at:])
