"""Writing Content Credentials into a finished file, or beside it; offline, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import c2pa  # type: ignore[import-untyped]

from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence import names
from efface.evidence.credentials.checking import check
from efface.evidence.credentials.edit import EDITED, Edit, definition
from efface.evidence.credentials.formats import can_hold, media_type, sidecar_path
from efface.evidence.credentials.library import context
from efface.evidence.credentials.reading import Credentials, holds, read
from efface.evidence.credentials.streams import Nowhere, WatchedFile
from efface.evidence.keys.chain import pem_chain
from efface.evidence.keys.interface import Signer
from efface.files.appearing import appearing, output_error, writing
from efface.files.paths import opened, printable, unreadable

_MAX_REASON = 200


def write(
    source: Path, target: Path, edit: Edit, signer: Signer, *, overwrite: bool = False
) -> Credentials:
    """Write the file with Content Credentials in it; nothing else of it changes.

    The written file is read again and checked before it gets its name.

    Args:
        source: a finished file without Content Credentials.
        target: where it goes; the same as ``source`` replaces it, with ``overwrite``.

    Returns:
        What was read again.

    Raises:
        InputError: the file cannot be read.
        OutputError: the target cannot be written.
        RefusedError: the format cannot hold them, there are some already, the target exists, or the
            signer or its certificates are of no use.
        VerificationError: what was written does not hold.
    """
    if not can_hold(source):
        raise RefusedError(
            "Content Credentials cannot lie in this file.",
            path=source,
            hint="They go beside it, in a sidecar.",
        )
    _check_unsigned(source)
    with appearing(target, overwrite=overwrite) as temporary:
        try:
            with temporary.open("x+b") as out:
                _sign(source, WatchedFile(out), edit, signer)
        except OSError as error:
            raise output_error(target, error) from error
        return _checked(temporary, None, edit, source)


def sidecar(source: Path, edit: Edit, signer: Signer) -> bytes:
    """Content Credentials that lie beside the file, bound to all of its bytes.

    Raises:
        InputError: the file cannot be read.
        RefusedError: another format, there are some in the file already, or the signer or its
            certificates are of no use.
        VerificationError: what was made does not hold.
    """
    _check_unsigned(source)
    store = _sign(source, None, edit, signer)
    _checked(source, store, edit, source)
    return store


def write_sidecar(source: Path, store: bytes, *, overwrite: bool = False) -> Path:
    """Put a file's ``sidecar`` beside it; returns where.

    Raises:
        OutputError: it cannot be written.
        RefusedError: one is there already.
    """
    target = sidecar_path(source)
    with writing(target, overwrite=overwrite) as out:
        out.write(store)
    return target


class _Asked:
    """The signer as the library calls it; keeps what went wrong, which the library does not."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.algorithm = c2pa.C2paSigningAlg[signer.algorithm.upper()]
        self.chain = pem_chain(signer.chain).decode("ascii")
        self.error: Exception | None = None

    def __call__(self, data: bytes) -> bytes:
        try:
            return self._signer.sign(data)
        except Exception as error:
            self.error = error
            return b""  # which the library takes as a failure


def _sign(path: Path, out: WatchedFile | None, edit: Edit, signer: Signer) -> bytes:
    """Have the library write the file with credentials into ``out``, if there is any; returns the
    manifest store."""
    asked = _Asked(signer)
    with opened(path) as file:
        data = WatchedFile(file)
        try:
            return _by_library(data, out, edit, media_type(path), asked)
        except c2pa.C2paError as error:
            if asked.error is not None:
                raise asked.error from error
            if data.error is not None:
                raise unreadable(path, data.error) from error
            if out is not None and out.error is not None:
                raise out.error from error
            raise _not_signed(path, error) from error


def _by_library(
    data: WatchedFile, out: WatchedFile | None, edit: Edit, media: str, asked: _Asked
) -> bytes:
    with (
        context() as settings,
        c2pa.Signer.from_callback(asked, asked.algorithm, asked.chain, None) as native,
        c2pa.Builder(definition(edit, media), context=settings) as builder,
    ):
        if out is None:
            builder.set_no_embed()
        store: bytes = builder.sign(native, media, data, out or Nowhere())
        return store


def _not_signed(path: Path, error: Exception) -> RefusedError:
    reason = printable(" ".join(str(error).split()))[:_MAX_REASON]
    return RefusedError(
        f"it cannot be signed ({reason}).",
        path=path,
        hint="Is the certificate valid today, and one for signing documents?",
    )


def _check_unsigned(path: Path) -> None:
    if holds(path):
        raise RefusedError(
            "there are Content Credentials in it already.",
            path=path,
            hint="Redact the original again: what comes out has none.",
        )


def _checked(path: Path, store: bytes | None, edit: Edit, source: Path) -> Credentials:
    """Read again what was written, and hold it against what was meant."""
    try:
        again = read(path, store)
    except EffaceError as error:
        error.path = source
        raise
    wrong = None
    if again is None:
        wrong = "they are not there."
    else:
        findings = check(again, now=datetime.now(UTC))
        wrong = next(
            (f.says for f in findings if not f.ok and f.name != names.CREDENTIALS_TRUST), None
        )
        if wrong is None and again.evidence != dict(edit.evidence):
            wrong = "the assertion reads otherwise than it was given."
        if wrong is None and _regions(again) != edit.regions:
            wrong = "the regions read otherwise than they were given."
    if wrong is not None or again is None:
        raise VerificationError(
            f"the Content Credentials that were written do not hold: {wrong}", path=source
        )
    return again


def _regions(again: Credentials) -> tuple[Any, ...]:
    return tuple(r for a in again.active.actions if a.name == EDITED for r in a.regions)
