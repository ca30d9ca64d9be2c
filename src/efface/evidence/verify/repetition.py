"""What a court checks that may see the original: the commitment, and the redaction done again."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import EffaceError
from efface.evidence import names
from efface.evidence.commitment.acceptance import OF_MEANS
from efface.evidence.contents import committed, taken_apart
from efface.evidence.finding import CheckResult
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.redaction import Redaction
from efface.evidence.pack.secret import Secret
from efface.evidence.verify.fill import EXACT
from efface.files.paths import sha256
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.media.video.interface import as_movie
from efface.policy import Limits, Policy
from efface.redact.methods.catalogue import method_of
from efface.version import __version__


def check_original(
    path: Path, media: MediaFile, pack: Pack, secret: Secret | None
) -> list[CheckResult]:
    """Whether this is the original that was sealed, and that the commitment is to.

    Args:
        secret: from under seal; without it the commitment cannot be made again.

    Raises:
        InputError: it cannot be read whole.
    """
    digest = sha256(path)
    if digest != pack.intake.sha256:
        return [
            CheckResult(
                names.ORIGINAL_HASH,
                False,
                f"This is not the original that was sealed: its SHA-256 is {digest}, that of the "
                f"intake {pack.intake.sha256}.",
            )
        ]
    findings = [
        CheckResult(
            names.ORIGINAL_HASH,
            True,
            "This is, byte for byte, the original that was received.",
            "That it shows what happened, or was not edited before it was received.",
        )
    ]
    if secret is not None:
        findings.append(_committed(media, pack, secret))
    return findings


def _committed(media: MediaFile, pack: Pack, secret: Secret) -> CheckResult:
    meant = pack.commitment
    if meant.kind in OF_MEANS:
        return CheckResult(
            names.ORIGINAL_COMMITMENT,
            False,
            "The commitment that was signed is of an earlier version, and to means of coarse "
            "cells: this version does not make it again, since nothing can be proven by it.",
        )
    again = committed(media, secret.key, meant)
    if not hmac.compare_digest(again.root, meant.root):
        return CheckResult(
            names.ORIGINAL_COMMITMENT,
            False,
            "The commitment that was signed is not to this original: what was proven to others "
            "was about another one.",
        )
    return CheckResult(
        names.ORIGINAL_COMMITMENT,
        True,
        "The commitment that was signed is to this original, so that what was proven to others "
        "without it holds.",
    )


def check_repetition(
    original: MediaFile,
    published: MediaFile,
    redaction: Redaction,
    limits: Limits,
    *,
    bare: str | None,
    pack: Pack,
    secret: Secret | None,
) -> list[CheckResult]:
    """Do the redaction again with the recorded settings, and hold both results together.

    Where the repetition gives the bytes that the statement names, the published file must have
    them, too: then nothing needs to be compared within a tolerance.

    What is written for that, with the zones filled, lies in a folder of the system for temporary
    files, and is deleted.

    Args:
        bare: SHA-256 of the published file without its Content Credentials, hexadecimal; ``None``:
            they cannot be taken out of it.
        secret: from under seal; a method that drew by lot cannot be repeated without it.

    Raises:
        InputError: a file cannot be read whole.
        OutputError: there is no room for the repetition.
    """
    with tempfile.TemporaryDirectory(prefix="efface-") as folder:
        target = Path(folder) / f"again{published.path.suffix}"
        try:
            kept = pack.kept(redaction, secret)
            if kept is None:
                return [_UNOPENED]
            _write_again(original, redaction, target, kept)
        except (EffaceError, ValueError) as error:
            return [
                CheckResult(
                    names.REDACTION_REPEATED,
                    False,
                    f"The redaction cannot be done again with the recorded settings: {error}",
                )
            ]
        digest = sha256(target)
        repeated = _repeated(digest, redaction)
        if digest == redaction.bare:
            return [repeated, _bytes_same(bare, redaction)]
        return [repeated, _same(target, published, limits)]


_UNOPENED = CheckResult(
    names.REDACTION_REPEATED,
    False,
    "The redaction was not done again: what its method drew by lot lies under a seal that was not "
    "opened. Name a key that opens it with --identity.",
    unknown=True,
)


def _bytes_same(bare: str | None, redaction: Redaction) -> CheckResult:
    if bare != redaction.bare:
        return CheckResult(
            names.REDACTION_PUBLISHED,
            False,
            "The published file is not the one that the redaction done again gives: it was changed "
            "after it was redacted.",
        )
    return CheckResult(
        names.REDACTION_PUBLISHED,
        True,
        "The published file, without its Content Credentials, is the redaction done again, bit for "
        "bit, inside the zones and outside.",
    )


def _repeated(digest: str, redaction: Redaction) -> CheckResult:
    made = f"efface {redaction.version}"
    if digest == redaction.bare:
        return CheckResult(
            names.REDACTION_REPEATED,
            True,
            f"Done again with the recorded zones and settings of {made}, the redaction gives the "
            "very bytes that the signed statement names.",
            "Whether the published file has them: the next line says that.",
        )
    if not redaction.repeatable:
        return CheckResult(
            names.REDACTION_REPEATED,
            True,
            "The redaction was done again; its encoder does not give the same bytes twice, so that "
            "pixels are compared instead.",
        )
    other = (
        "" if redaction.version == __version__ else f" This is efface {__version__}: try {made}."
    )
    return CheckResult(
        names.REDACTION_REPEATED,
        redaction.version != __version__,
        f"Done again, the redaction gives other bytes than the file that was signed.{other}",
        "Whether the file differs in what it shows: see the comparison of what both show.",
    )


def _same(again: Path, published: MediaFile, limits: Limits) -> CheckResult:
    """The published file beside the repetition: everything that both show, zones too."""
    if isinstance(published, Photo):
        return photo_same(open_photo(again, limits), published)
    from efface.evidence.verify.repetition_video import video_same  # noqa: PLC0415 - not needed for photos

    return video_same(again, as_movie(published), limits)


def photo_same(again: Photo, published: Photo) -> CheckResult:
    """Whether two photos show the same, in every pixel.

    Raises:
        InputError: one cannot be decoded whole.
    """
    one, other = taken_apart(again), taken_apart(published)
    same = one.kind == other.kind and dict(one.parameters) == dict(other.parameters)
    if same and one.kind in EXACT:
        same = _all_same(one.rows(), other.rows())
    elif same:
        frames = range(len(again.sizes))
        same = _all_same(map(again.picture, frames), map(published.picture, frames))
    if not same:
        return CheckResult(
            names.REDACTION_PUBLISHED,
            False,
            "The published file shows something else than the redaction done again: a zone was "
            "left out or filled otherwise, or something beside the zones was changed.",
        )
    return CheckResult(
        names.REDACTION_PUBLISHED,
        True,
        "The published file shows the same as the redaction done again, in every pixel, inside the "
        "zones and outside.",
    )


def _all_same(some: Iterable[NDArray[Any]], others: Iterable[NDArray[Any]]) -> bool:
    return all(
        a is not None and b is not None and np.array_equal(a, b)
        for a, b in zip_longest(some, others)
    )


def _write_again(original: MediaFile, redaction: Redaction, target: Path, kept: bytes) -> None:
    policy = Policy.parse(redaction.settings)
    filling = method_of(policy.method, policy.replace).repeat(kept)
    if isinstance(original, Photo):
        with target.open("xb") as out:
            original.write(redaction.zones, filling, policy.encode, out)
        return
    from efface.evidence.verify.repetition_video import write_again  # noqa: PLC0415 - not needed for photos

    write_again(as_movie(original), redaction.zones, filling, policy.video, target)
