"""To seal: as a stream, so that a video of any size passes through little memory."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from efface.errors import RefusedError
from efface.evidence.seal.recipients import Recipient
from efface.evidence.seal.streams import ByteSink, ByteSource, CountedReader, CountedWriter, Named
from efface.files.appearing import cannot_be_written, writing
from efface.files.durable import PRIVATE
from efface.files.paths import opened


@dataclass(frozen=True, slots=True)
class Sealed:
    """What went under seal, and what came of it."""

    plain_sha256: str
    """Of the original, hexadecimal."""
    plain_size: int
    """Bytes."""
    sha256: str
    """Of the sealed file, hexadecimal."""
    size: int
    """Bytes."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "plain_sha256": self.plain_sha256,
            "plain_size": self.plain_size,
            "sha256": self.sha256,
            "size": self.size,
        }


def seal(reader: ByteSource, writer: ByteSink, recipients: Sequence[Recipient]) -> Sealed:
    """Seal all that can be read, for any of the recipients to open.

    Raises:
        RefusedError: there is no recipient.
        OSError: the reader's or the writer's; whatever else they raise comes through, too.
    """
    if not recipients:
        raise RefusedError("a seal needs somebody who can open it.")
    source, target = CountedReader(reader), CountedWriter(writer)
    try:
        pyrage.encrypt_io(source, target, [recipient.native for recipient in recipients])
    except Exception:
        first = source.error or target.error
        if first is not None:
            raise first from None
        raise
    return Sealed(source.sha256, source.size, target.sha256, target.size)


def seal_bytes(content: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Seal something small.

    Raises:
        RefusedError: there is no recipient.
    """
    out = io.BytesIO()
    seal(io.BytesIO(content), out, recipients)
    return out.getvalue()


def seal_file(
    source: Path,
    target: Path,
    recipients: Sequence[Recipient],
    *,
    expected_sha256: str | None = None,
) -> Sealed:
    """Seal a file into another, which appears whole or not at all, for its owner alone to read.

    Args:
        expected_sha256: of the original, if it was read before.

    Raises:
        InputError: the original cannot be read.
        RefusedError: it changed meanwhile, there is no recipient, or the target is there.
        OutputError: the target cannot be written.
    """
    private = writing(target, overwrite=False, mode=PRIVATE, error=cannot_be_written)
    with opened(source) as original:
        before = os.fstat(original.fileno())
        with private as out:
            sealed = seal(Named(original, source), out, recipients)
            after = os.fstat(original.fileno())
            _check_unchanged(source, before, after, sealed, expected_sha256)
    return sealed


def _check_unchanged(
    path: Path,
    before: os.stat_result,
    after: os.stat_result,
    sealed: Sealed,
    expected_sha256: str | None,
) -> None:
    try:
        same_file = os.path.samestat(path.stat(), before)
    except OSError:
        same_file = False
    untouched = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    whole = sealed.plain_size == before.st_size
    expected = expected_sha256 in (None, sealed.plain_sha256)
    if not (same_file and untouched and whole and expected):
        raise RefusedError(
            "the original changed while it was read.",
            path=path,
            hint="Nothing was kept. Is somebody still copying or editing it? Start again after.",
        )
