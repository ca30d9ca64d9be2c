"""Committing to a video, and proving what is left of it in a redacted one."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from efface.errors import VerificationError
from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.corrections import CorrectionWriter
from efface.evidence.commitment.filming import Filming, Payloads
from efface.evidence.commitment.format import DIGEST_BYTES, OVER_PAGES, context_of, root_of
from efface.evidence.commitment.masks import HiddenLeavesInTime
from efface.evidence.commitment.segments import SegmentLeaves, page_seed, track_hash
from efface.evidence.commitment.tracks import CommittedTrack, tracks_of
from efface.evidence.commitment.tree import Bytes, climbed
from efface.evidence.commitment.video import VideoGrid
from efface.evidence.commitment.video_proof import SegmentProof, VideoProof
from efface.evidence.forms import NONCE_BYTES
from efface.media.video.interface import Movie
from efface.zones.zone import Zone


def commit_video(movie: Movie, key: bytes, nonce: bytes | None = None) -> Commitment:
    """Commit to an original. Sign it before anything is hidden.

    Args:
        key, nonce: as for a photo.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    nonce = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    grid = VideoGrid.of(movie)
    context = context_of_leaves(grid.kind, nonce)
    filming = Filming(movie, grid)
    lasts = []
    for page, seen in enumerate(filming.segments()):
        leaves = SegmentLeaves(grid, page, context)
        lasts.append(leaves.top(payloads_of(grid, seen), page_seed(key, context, page)))
    tracks = tracks_of(movie, allow_damaged=False)
    lasts += _track_hashes(tracks, len(lasts), key, context)
    parameters = filming.parameters(tracks)
    root = root_over(grid.kind, parameters, nonce, np.stack(lasts))
    return Commitment(grid.kind, root, nonce, parameters)


def prove_video(
    original: Movie,
    redacted: Movie,
    key: bytes,
    zones: Iterable[Zone],
    commitment: Commitment,
    *,
    copies: Callable[[str, str], bool],
) -> bytes:
    """The proof for a redacted video.

    Args:
        redacted: which was made of the original.
        key: the commitment's.
        zones: as they were filled, of all frames.
        commitment: to this original.
        copies: whether the redacted file has a track of the original bit for bit, by its kind
            (``audio``, ``subtitle``) and codec.

    Raises:
        InputError: a file cannot be decoded whole.
        VerificationError: this is not what was committed to, or not by this key; or the redacted
            video has other pictures.
    """
    grid, shown = VideoGrid.of(original), VideoGrid.of(redacted)
    if grid.kind != commitment.kind:
        raise _not_committed()
    if (grid.size, grid.exact, grid.layout) != (shown.size, shown.exact, shown.layout):
        raise _other_pictures(redacted, "its pictures are of another size, or coded otherwise")
    context = context_of_leaves(grid.kind, commitment.nonce)
    hidden = HiddenLeavesInTime(grid, zones, _frames(commitment))
    first, second = Filming(original, grid), Filming(redacted, grid)
    lasts, parts = [], []
    both = zip_longest(first.segments(), second.segments())
    for page, (own, theirs) in enumerate(both):
        if own is None or theirs is None or len(own) != len(theirs):
            raise _other_pictures(redacted, "it has other frames")
        mask = hidden.segment(page, len(own))
        payloads = payloads_of(grid, own)
        seed = page_seed(key, context, page)
        last, opening = SegmentLeaves(grid, page, context).opened(payloads, seed, mask)
        corrections = b""
        if grid.rule is not None:
            writer = CorrectionWriter(grid.rule)
            for committed, seen, covered in zip(payloads, theirs, mask, strict=True):
                writer.add(_in_rows(committed), _in_rows(seen), ~covered.ravel())
            corrections = writer.finish()
        lasts.append(last)
        parts.append(SegmentProof(mask, opening, corrections).to_bytes())
    tracks = tracks_of(original, allow_damaged=False)
    salts = [page_seed(key, context, len(lasts) + n) for n in range(len(tracks))]
    kept = [copies(track.kind, track.codec) for track in tracks]
    lasts += _track_hashes(tracks, len(lasts), key, context)
    root = root_over(grid.kind, first.parameters(tracks), commitment.nonce, np.stack(lasts))
    if not hmac.compare_digest(root, commitment.root):
        raise _not_committed()
    told = tuple(salt if same else None for salt, same in zip(salts, kept, strict=True))
    return VideoProof(root, np.stack(lasts), told, tuple(parts)).to_bytes()


def context_of_leaves(kind: str, nonce: bytes) -> bytes:
    """What ties leaves to one commitment before the parameters are known."""
    return context_of(kind, {}, nonce)


def payloads_of(grid: VideoGrid, seen: Payloads) -> Bytes:
    """As they are hashed."""
    return seen if grid.rule is None else grid.rule.committed(seen)


def root_over(kind: str, parameters: Mapping[str, Any], nonce: bytes, lasts: Bytes) -> bytes:
    """The root over the last nodes of all pages.

    Args:
        lasts: shape (pages, 32).
    """
    top = climbed(lasts.reshape(1, -1, DIGEST_BYTES), OVER_PAGES).tobytes()
    return root_of(context_of(kind, parameters, nonce), top)


def _track_hashes(
    tracks: Sequence[CommittedTrack], first: int, key: bytes, context: bytes
) -> list[Bytes]:
    return [
        track_hash(page, track.digest or b"", page_seed(key, context, page), context)
        for page, track in enumerate(tracks, first)
    ]


def _in_rows(leaves: Payloads) -> Payloads:
    """Shape (leaves, payload)."""
    return leaves.reshape(-1, leaves.shape[-1])


def _frames(commitment: Commitment) -> int:
    frames = commitment.parameters.get("frames")
    if not isinstance(frames, int):
        raise _not_committed()
    return frames


def _other_pictures(redacted: Movie, what: str) -> VerificationError:
    return VerificationError(
        f"what was written cannot be proven to come from the original: {what}.",
        path=redacted.path,
        hint="Nothing was released. Keep the codec and the settings of the original.",
    )


def _not_committed() -> VerificationError:
    return VerificationError(
        "the video is not the one that was committed to: it changed after intake, or the key or "
        "the commitment belongs to another file.",
        hint="Take the original out of the seal of the same pack.",
    )
