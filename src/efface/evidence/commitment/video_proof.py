"""A video's proof as bytes (``efface.proof/2``, see ``format``), read as what it is: a
stranger's."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from efface.evidence.commitment import masks
from efface.evidence.commitment.corners import CornersError
from efface.evidence.commitment.format import DIGEST_BYTES, SEED_BYTES, VIDEO_MAGIC
from efface.evidence.commitment.proof import ProofError
from efface.evidence.commitment.segments import SegmentOpening, counts, marks_of_a_group
from efface.evidence.commitment.tree import Bytes, Mask
from efface.evidence.commitment.video import VideoGrid

_HEAD = len(VIDEO_MAGIC) + DIGEST_BYTES
_LENGTH = struct.Struct(">I")
_TRACK_BYTES = 1 + SEED_BYTES
SHORT = "it ends too early"


@dataclass(frozen=True, slots=True, eq=False)
class SegmentProof:
    """What a proof tells of one segment."""

    hidden: Mask
    """Shape (groups, rows, columns)."""
    opening: SegmentOpening
    corrections: bytes

    def to_bytes(self) -> bytes:
        edges = masks.encoded(self.hidden)
        opening = self.opening
        return b"".join(
            (
                _LENGTH.pack(len(edges)),
                edges,
                opening.marks.tobytes(),
                opening.seeds.tobytes(),
                opening.hashes.tobytes(),
                self.corrections,
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes, groups: int, grid: VideoGrid) -> SegmentProof:
        """
        Args:
            groups: that the segment has.

        Raises:
            ProofError: it is none.
        """
        edges, at = _piece(data, 0)
        leaves = grid.leaves
        try:
            hidden = masks.decoded(edges, (groups, leaves.rows, leaves.columns))
        except CornersError as error:
            raise ProofError(str(error)) from error
        seeds, hashes = counts(hidden)
        parts = []
        for count, size in (
            (groups, marks_of_a_group(grid)),
            (seeds, SEED_BYTES),
            (hashes, DIGEST_BYTES),
        ):
            if len(data) - at < count * size:
                raise ProofError(SHORT)
            parts.append(np.frombuffer(data, np.uint8, count * size, at).reshape(count, size))
            at += count * size
        if grid.exact and at < len(data):
            raise ProofError("it is followed by something else")
        return cls(hidden, SegmentOpening(*parts), data[at:])


@dataclass(frozen=True, slots=True, eq=False)
class VideoProof:
    """A whole proof, of which the segments are read when they are needed."""

    root: bytes
    map: Bytes
    """Shape (pages, 32)."""
    tracks: tuple[Bytes | None, ...]
    """Of each the salt; ``None``: it is hidden."""
    segments: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        tracks = (
            bytes(_TRACK_BYTES) if salt is None else b"\1" + salt.tobytes() for salt in self.tracks
        )
        sized = (part for one in self.segments for part in (_LENGTH.pack(len(one)), one))
        return b"".join((VIDEO_MAGIC, self.root, self.map.tobytes(), *tracks, *sized))

    @classmethod
    def from_bytes(cls, data: bytes, segments: int, tracks: int) -> VideoProof:
        """
        Args:
            segments, tracks: how many pages there are.

        Raises:
            ProofError: it is none.
        """
        if len(data) < _HEAD or data[: len(VIDEO_MAGIC)] != VIDEO_MAGIC:
            raise ProofError("it does not begin as proofs of videos of this version do")
        count, at = segments + tracks, _HEAD
        if len(data) < at + count * DIGEST_BYTES + tracks * _TRACK_BYTES:
            raise ProofError(SHORT)
        mapped = np.frombuffer(data, np.uint8, count * DIGEST_BYTES, at)
        at += count * DIGEST_BYTES
        salts: list[Bytes | None] = []
        for _ in range(tracks):
            salts.append(_salt(data[at : at + _TRACK_BYTES]))
            at += _TRACK_BYTES
        parts = []
        for _ in range(segments):
            part, at = _piece(data, at)
            parts.append(part)
        if at < len(data):
            raise ProofError("it is followed by something else")
        root = data[len(VIDEO_MAGIC) : _HEAD]
        return cls(root, mapped.reshape(count, DIGEST_BYTES), tuple(salts), tuple(parts))


def _salt(entry: bytes) -> Bytes | None:
    if entry[0] == 1:
        return np.frombuffer(entry, np.uint8, SEED_BYTES, 1)
    if any(entry):
        raise ProofError("a track is neither open nor hidden")
    return None


def _piece(data: bytes, at: int) -> tuple[bytes, int]:
    """Bytes with their length before them, and where what follows begins."""
    if len(data) - at < _LENGTH.size:
        raise ProofError(SHORT)
    (length,) = _LENGTH.unpack_from(data, at)
    at += _LENGTH.size
    if length > len(data) - at:
        raise ProofError(SHORT)
    return data[at : at + length], at + length
