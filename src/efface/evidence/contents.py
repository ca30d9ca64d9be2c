"""A photo or a video committed to, proven and checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from efface.errors import RefusedError
from efface.evidence.commitment import Commitment, Content, ProofResult, check, commit, prove
from efface.evidence.commitment.acceptance import OF_MEANS
from efface.evidence.commitment.opening import content_of
from efface.evidence.forms import CommitmentKind
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.video.interface import MovieFrame, as_movie
from efface.zones.zone import Zone

Copies = Callable[[str, str], bool]
EARLIER: CommitmentKind = "video-samples"
"""What earlier versions committed to of a video whose codec loses nothing."""


def taken_apart(media: MediaFile, see: Callable[[MovieFrame], None] = lambda _: None) -> Content:
    """A photo taken apart, or a video as earlier versions did it, which is decoded for that.

    Args:
        see: is shown every frame of a video on the way.

    Raises:
        InputError: it cannot be decoded whole.
    """
    if isinstance(media, Photo):
        return content_of(media)
    from efface.evidence.commitment.movies import film  # noqa: PLC0415 - not needed for photos

    return film(as_movie(media), see=see)


def committed(media: MediaFile, key: bytes, like: Commitment | None = None) -> Commitment:
    """Commit to an original.

    Args:
        key: 32 random bytes.
        like: an earlier commitment, to be made once more; not of ``OF_MEANS``.

    Raises:
        InputError: it cannot be decoded whole.
    """
    nonce = None if like is None else like.nonce
    if isinstance(media, Photo) or (like is not None and like.kind == EARLIER):
        return commit(taken_apart(media), key, nonce)
    from efface.evidence.commitment.video_proving import commit_video  # noqa: PLC0415 - not needed for photos

    return commit_video(as_movie(media), key, nonce)


def check_provable(commitment: Commitment, path: Path) -> None:
    """
    Args:
        path: of the original.

    Raises:
        RefusedError: the commitment is of means, and of an earlier version.
    """
    if commitment.kind in OF_MEANS:
        raise RefusedError(
            "the pack was sealed by an earlier version, which committed to means of coarse cells: "
            "from these nothing can be proven.",
            path=path,
            hint="Seal the original again with this version, and redact it into the new pack; keep "
            "the old one, whose date counts.",
        )


def proven(
    original: MediaFile,
    written: MediaFile,
    zones: Sequence[Zone],
    key: bytes,
    commitment: Commitment,
    *,
    copies: Copies,
) -> bytes:
    """The proof for what was made of an original.

    Args:
        written: the redacted file.
        zones: as they were filled, of all frames.
        key: the commitment's.
        commitment: to the original.
        copies: whether the redacted file has a track of the original bit for bit, by its kind
            (``audio``, ``subtitle``) and codec.

    Raises:
        InputError: a file cannot be decoded whole.
        RefusedError: the commitment is of means, and of an earlier version.
        VerificationError: this is not what was committed to, or not by this key.
    """
    check_provable(commitment, original.path)
    if isinstance(original, Photo):
        content = content_of(original)
        shown = taken_apart(written).matched(commitment.parameters)
        return prove(content, key, content.hidden(zones), commitment, shown)
    if commitment.kind == EARLIER:
        from efface.evidence.commitment.movies import film  # noqa: PLC0415 - not needed for photos

        filmed = film(as_movie(original))
        return prove(filmed, key, filmed.hidden(zones, copies=copies), commitment)
    from efface.evidence.commitment.video_proving import prove_video  # noqa: PLC0415 - not needed for photos

    movies = as_movie(original), as_movie(written)
    return prove_video(*movies, key, zones, commitment, copies=copies)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check."""

    result: ProofResult
    starts: tuple[Fraction, ...] = ()
    """When each frame of a video begins to show, seconds from the first."""


def checked_photo(
    commitment: Commitment, proof: bytes, content: Content, zones: Sequence[Zone]
) -> Checked:
    """Likewise a photo that is taken apart already."""
    seen = content.matched(commitment.parameters)
    return Checked(check(commitment, proof, seen, seen.hidden(zones)))


def checked(
    commitment: Commitment,
    proof: bytes,
    media: MediaFile,
    zones: Sequence[Zone],
    see: Callable[[MovieFrame], None] = lambda _: None,
) -> Checked:
    """Hold a redacted file against a commitment.

    Args:
        commitment: as it was signed.
        zones: of the signed statement.
        see: is shown every frame of a video on the way.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    if isinstance(media, Photo):
        return checked_photo(commitment, proof, content_of(media), zones)
    if commitment.kind == EARLIER:
        from efface.evidence.commitment.movies import film  # noqa: PLC0415 - not needed for photos

        seen = film(as_movie(media), see=see)
        filmed = seen.matched(commitment.parameters)
        return Checked(check(commitment, proof, filmed, filmed.hidden(zones)), seen.starts)
    from efface.evidence.commitment.video_checking import check_video  # noqa: PLC0415 - not needed for photos

    found = check_video(commitment, proof, as_movie(media), zones, see)
    return Checked(found.result, found.starts)
