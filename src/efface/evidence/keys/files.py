"""A signer whose private key is in memory: made here, or read from files of an authority."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence.forms import Algorithm
from efface.evidence.keys.algorithms import PrivateKey, key_id, make_signature, usable
from efface.evidence.keys.chain import Chain, check_chain, load_pem_chain
from efface.evidence.keys.pkcs8 import private_key
from efface.files.paths import read_whole


class Certified:
    """What certificates say of a signer, wherever its private key lies."""

    def __init__(self, ders: Sequence[bytes]) -> None:
        """
        Args:
            ders: certificates in DER, the key's own first.

        Raises:
            RefusedError: they are of no use.
        """
        self._chain = own_chain(ders)

    @property
    def key_id(self) -> str:
        return self._chain.key_id

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._chain.ders

    @property
    def algorithm(self) -> Algorithm:
        return self._chain.algorithm


class KeySigner(Certified):
    """Signs with a private key in memory."""

    def __init__(self, private: PrivateKey, ders: Sequence[bytes]) -> None:
        """
        Args:
            ders: certificates in DER, the key's own first.

        Raises:
            RefusedError: the certificates are not the key's, or of no use.
        """
        super().__init__(ders)
        self._private = private
        if key_id(usable(private.public_key())) != self._chain.key_id:
            raise RefusedError(
                "the certificate is another key's.",
                hint="Put the key's own certificate first, then its issuer's, and so on.",
            )

    def sign(self, data: bytes) -> bytes:
        return make_signature(self._private, data)


def own_chain(ders: Sequence[bytes]) -> Chain:
    """The chain of a key that is to sign.

    Raises:
        RefusedError: it is of no use.
    """
    try:
        return check_chain(ders)
    except VerificationError as error:
        raise RefusedError(
            error.message,
            hint="Ask whoever issued it for a certificate to sign documents, with its chain.",
        ) from error


def read_chain(path: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file in DER.

    Raises:
        InputError: it cannot be read.
        RefusedError: it holds no certificates.
    """
    try:
        return load_pem_chain(read_whole(path))
    except VerificationError as error:
        raise RefusedError(
            error.message,
            path=path,
            hint="It must be PEM: the key's certificate, then its issuers'.",
        ) from error


def load_signer(key: Path, certificates: Path, passphrase: str | None) -> KeySigner:
    """The signer whose private key and chain are in PEM files, as authorities issue them.

    Args:
        passphrase: ``None`` for a key that is not encrypted.

    Raises:
        InputError: a file cannot be read.
        RefusedError: wrong passphrase, a key or certificates of no use, or not of one another.
    """
    ders = read_chain(certificates)
    try:
        private = private_key(read_whole(key), passphrase)
    except EffaceError as error:
        error.path = error.path or key
        raise
    try:
        return KeySigner(private, ders)
    except RefusedError as error:
        error.path = certificates
        raise
