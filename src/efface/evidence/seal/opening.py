"""To open a seal: whole, or with an error and nothing released."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from efface.errors import InputError, RefusedError, VerificationError
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.sealing import Sealed
from efface.evidence.seal.streams import ByteSink, ByteSource, CountedReader, CountedWriter, Named
from efface.files.appearing import cannot_be_written, writing
from efface.files.durable import PRIVATE
from efface.files.paths import opened, sha256

MAX_IN_MEMORY = 1 << 28
"""Bytes that ``open_bytes`` gives at most."""

_HEADER = b"age-encryption.org/v1\n"
_NO_KEY = "No matching keys found"
_CUT = ("age file is truncated", "failed to fill whole buffer", "Incomplete header")
"""What the library says where a file ends too early."""


def unseal(reader: ByteSource, writer: ByteSink, identities: Sequence[Identity]) -> Sealed:
    """Open a seal as a stream.

    What is written is authenticated piece by piece, but only when this returns is it whole: until
    then nobody may use it.

    Raises:
        RefusedError: none of the identities can open it.
        VerificationError: it was changed, cut short, or is no seal.
        OSError: the reader's or the writer's; whatever else they raise comes through, too.
    """
    source, target = CountedReader(reader), CountedWriter(writer)
    try:
        pyrage.decrypt_io(source, target, [identity.native for identity in identities])
    except Exception as error:
        first = source.error or target.error
        if first is not None:
            raise first from None
        raise _in_words(str(error)) from error
    return Sealed(target.sha256, target.size, source.sha256, source.size)


def open_file(
    path: Path,
    target: Path,
    identities: Sequence[Identity],
    *,
    overwrite: bool = False,
    expected: Sealed | None = None,
) -> Sealed:
    """Open a seal into a file, which appears whole or not at all, for its owner alone to read.

    Args:
        expected: what it was when it was sealed, if that is known.

    Raises:
        InputError: the sealed file cannot be read.
        RefusedError: none of the identities can open it, or the target is there.
        VerificationError: it was changed, cut short, exchanged, or is no seal.
        OutputError: the target cannot be written.
    """
    private = writing(target, overwrite=overwrite, mode=PRIVATE, error=cannot_be_written)
    with private as out:
        return _opened(path, out, identities, expected)


def open_bytes(
    path: Path,
    identities: Sequence[Identity],
    *,
    most: int = MAX_IN_MEMORY,
    expected: Sealed | None = None,
) -> bytes:
    """Open a seal in memory.

    Args:
        most: bytes that it may hold.
        expected: what it was when it was sealed, if that is known.

    Raises:
        InputError: the sealed file cannot be read, or holds more.
        RefusedError: none of the identities can open it.
        VerificationError: it was changed, cut short, exchanged, or is no seal.
    """

    class Bounded(io.BytesIO):
        def write(self, data: object, /) -> int:
            written = super().write(data)  # type: ignore[arg-type]
            if self.tell() > most:
                raise InputError(f"it holds more than {most} bytes.", path=path)
            return written

    out = Bounded()
    _opened(path, out, identities, expected)
    return out.getvalue()


def _opened(
    path: Path, out: ByteSink, identities: Sequence[Identity], expected: Sealed | None
) -> Sealed:
    with opened(path) as file:
        sealed = Named(file, path)
        try:
            _check_start(sealed.read(len(_HEADER)), os.fstat(file.fileno()).st_size, expected)
            file.seek(0)
            found = unseal(sealed, out, identities)
            if expected is not None and found != expected:
                raise VerificationError(
                    "it opens, and is not what was sealed at the time: it was exchanged."
                )
        except RefusedError as error:
            if expected is not None and sha256(path) != expected.sha256:
                raise VerificationError(
                    "it was changed after it was sealed, in what says who can open it.", path=path
                ) from error
            error.path = path
            raise
        except VerificationError as error:
            error.path = path
            raise
    return found


def _check_start(start: bytes, size: int, expected: Sealed | None) -> None:
    if expected is not None and size < expected.size:
        raise VerificationError(
            f"it was cut short: it has {size} bytes, and had {expected.size} when it was sealed."
        )
    if start != _HEADER:
        raise VerificationError(
            "it was cut short: only part of its first line is there."
            if _HEADER.startswith(start)
            else "this is no sealed file, or its beginning was changed."
        )


def _in_words(library: str) -> RefusedError | VerificationError:
    if library == _NO_KEY:
        return RefusedError(
            "none of these keys can open it.",
            hint="It is sealed to others. Name the file of a recipient's secret key.",
        )
    if library in _CUT:
        return VerificationError("it was cut short: its end is missing.")
    return VerificationError(f"it was changed after it was sealed, or cut short ({library}).")
