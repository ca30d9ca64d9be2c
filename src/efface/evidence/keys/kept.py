"""The chains of the keys that signed something in a pack: ``certificates/KEYID.pem``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.errors import RefusedError, VerificationError
from efface.evidence.forms import MAX_CERTIFICATES
from efface.evidence.keys.chain import (
    MAX_CERTIFICATE_BYTES,
    Chain,
    check_chain,
    load_pem_chain,
    pem_chain,
)
from efface.files.appearing import cannot_be_written
from efface.files.bounded import read_bounded
from efface.files.durable import replace_durably
from efface.files.paths import exists

_MAX_BYTES = 2 * MAX_CERTIFICATES * MAX_CERTIFICATE_BYTES
"""Of a file: PEM takes a third more than DER."""


def keep_chain(folder: Path, ders: Sequence[bytes]) -> None:
    """Put a chain into the folder, unless it is there; it is on disk when this returns.

    Raises:
        VerificationError: the chain does not hold together.
        RefusedError: the folder holds another chain of that key.
        OutputError: it cannot be written.
    """
    path = folder / f"{check_chain(ders).key_id}.pem"
    content = pem_chain(ders)
    if exists(path):
        if read_bounded(path, _MAX_BYTES) != content:
            raise RefusedError(
                "there is another certificate of this key already.",
                path=path,
                hint="What it signed was signed under that one: sign with that, or another key.",
            )
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_be_written(folder, error) from error
    replace_durably(path, content)


def kept_chain(folder: Path, key_id: str) -> Chain:
    """The chain of a key, which is checked to hold together; time and trust are not judged.

    Args:
        key_id: 64 hexadecimal digits.

    Raises:
        VerificationError: it is missing, another key's, or does not hold together.
        InputError: it cannot be read.
    """
    path = folder / f"{key_id}.pem"
    if not exists(path):
        raise VerificationError(f"the certificate of key {key_id[:16]} is missing.", path=path)
    chain = check_chain(load_pem_chain(read_bounded(path, _MAX_BYTES)))
    if chain.key_id != key_id:
        raise VerificationError(
            f"the certificate of key {key_id[:16]} was exchanged for another key's.", path=path
        )
    return chain
