"""Signed statements as files: ``NAME.json``, ``NAME.sig``, and the chain among the certificates."""

from __future__ import annotations

from pathlib import Path

from efface.errors import EffaceError, VerificationError
from efface.evidence.keys.algorithms import from_openssl
from efface.evidence.keys.kept import keep_chain, kept_chain
from efface.evidence.pack.layout import MAX_SIGNATURE_BYTES, MAX_STATEMENT_BYTES
from efface.evidence.statement import Signed, check, decode
from efface.files.bounded import read_bounded
from efface.files.durable import PUBLIC, replace_durably


def write_statement(folder: Path, name: str, signed: Signed, certificates: Path) -> None:
    """Put a statement into a folder.

    Raises:
        OutputError: it cannot be written.
        RefusedError: another certificate of that key is there already.
    """
    keep_chain(certificates, signed.chain)
    replace_durably(folder / f"{name}.json", signed.body, mode=PUBLIC)
    replace_durably(folder / f"{name}.sig", signed.openssl_signature(), mode=PUBLIC)


def read_statement(folder: Path, name: str, certificates: Path) -> Signed:
    """A statement whose signature holds.

    Raises:
        InputError: a file is missing or cannot be read.
        VerificationError: the signature does not hold, or it is no statement.
    """
    path = folder / f"{name}.json"
    body = read_bounded(path, MAX_STATEMENT_BYTES)
    signature = read_bounded(folder / f"{name}.sig", MAX_SIGNATURE_BYTES)
    try:
        key = decode(body).get("key")
        if not isinstance(key, str) or len(key) != 64 or not key.isalnum():
            raise VerificationError("the statement does not say which key signed it.")
        chain = kept_chain(certificates, key)
        try:
            plain = from_openssl(chain.algorithm, signature)
        except ValueError as error:
            raise VerificationError(f"the signature is none ({error}).") from error
        signed = Signed(body, plain, chain.ders, chain.algorithm)
        check(signed)
    except EffaceError as error:
        error.path = error.path or path
        raise
    return signed
