"""Signed statements: a JSON document, the signature of its exact bytes, and who signed.

No canonical form of JSON is needed: whoever checks takes the bytes as they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from efface.documents.model import exact
from efface.documents.reading import as_model, from_json
from efface.errors import RefusedError, VerificationError
from efface.evidence.forms import MAX_BODY_BYTES, Algorithm, SignedEntry
from efface.evidence.keys.algorithms import holds, to_openssl
from efface.evidence.keys.chain import Chain, check_chain
from efface.evidence.keys.interface import Signer


@dataclass(frozen=True, slots=True)
class Signed:
    """A document and its signature; whether it holds, ``check`` says."""

    body: bytes
    """The document: what was signed, byte for byte."""
    signature: bytes
    """In the form of ``Signer.sign``."""
    chain: tuple[bytes, ...]
    """Certificates in DER, the signing key's first."""
    algorithm: Algorithm

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types, bytes in base64."""
        return exact(self.entry())

    def entry(self) -> SignedEntry:
        """As documents have it."""
        return SignedEntry(
            body=_base64(self.body),
            signature=_base64(self.signature),
            chain=[_base64(der) for der in self.chain],
            algorithm=self.algorithm,
        )

    @classmethod
    def from_json(cls, value: object) -> Signed:
        """From ``to_json``; nothing in it is believed.

        Raises:
            VerificationError: not of that form, or too large.
        """
        try:
            return cls.of(as_model(value, SignedEntry))
        except ValueError as error:
            raise VerificationError(f"this is no signed statement ({error}).") from error

    @classmethod
    def of(cls, entry: SignedEntry) -> Signed:
        """From a document's.

        Raises:
            ValueError: what should be base64 is not.
        """
        chain = tuple(map(from_base64, entry.chain))
        return cls(from_base64(entry.body), from_base64(entry.signature), chain, entry.algorithm)

    def openssl_signature(self) -> bytes:
        """The signature as OpenSSL's commands take it.

        Ed25519: ``openssl pkeyutl -verify -pubin -inkey KEY -rawin -in BODY -sigfile SIGNATURE``.
        ECDSA: ``openssl dgst -sha256 -verify KEY -signature SIGNATURE BODY``, for P-384 with
        ``-sha384``, for RSA with ``-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32``.

        Raises:
            VerificationError: not as long as signatures of this algorithm are.
        """
        try:
            return to_openssl(self.algorithm, self.signature)
        except ValueError as error:
            raise VerificationError(f"the signature has a wrong length ({error}).") from error


def sign(body: bytes, signer: Signer) -> Signed:
    """Sign a document's exact bytes.

    Raises:
        RefusedError: the signer gives no signature that its certificate confirms.
    """
    signed = Signed(body, signer.sign(body), signer.chain, signer.algorithm)
    try:
        check(signed)
    except VerificationError as error:
        raise RefusedError(
            f"the key gave a signature that does not hold: {error.message}",
            hint="Nothing was written. Try again; if it stays so, use another key.",
        ) from error
    return signed


def sign_document(document: Mapping[str, Any], signer: Signer) -> Signed:
    """Sign a document with its signer's key id in it, as ``key``.

    So that nobody can put a certificate of another key beside it for which the signature happens
    to hold.

    Raises:
        RefusedError: the signer gives no signature that its certificate confirms.
        ValueError: the document is not JSON, or names another key.
    """
    if document.get("key", signer.key_id) != signer.key_id:
        raise ValueError(f"expected key {signer.key_id}, got {document['key']}")
    return sign(encode({**document, "key": signer.key_id}), signer)


def check(signed: Signed) -> str:
    """Check that the signature holds and the chain of certificates too.

    Whether the certificates were valid in time, and whose they are, is judged by
    ``signer_of(signed).standing`` and by ``Trust.known_as``.

    Returns:
        The key id.

    Raises:
        VerificationError: something does not hold, with the reason.
    """
    return signer_of(signed).key_id


def signer_of(signed: Signed) -> Chain:
    """As ``check``; the chain of who signed.

    Raises:
        VerificationError: something does not hold, with the reason.
    """
    chain = check_chain(signed.chain)
    if chain.algorithm != signed.algorithm:
        raise VerificationError(
            f"the signature is said to be {signed.algorithm}, "
            f"and the certificate's key makes {chain.algorithm}."
        )
    if not holds(chain.public, signed.signature, signed.body):
        raise VerificationError(
            "the signature does not hold: the document was changed after it was signed, or another "
            "key signed it."
        )
    return chain


def document_of(signed: Signed) -> dict[str, Any]:
    """The document of a statement that was made by ``sign_document`` and holds.

    Raises:
        VerificationError: it does not hold, is no JSON object, or names another key.
    """
    key_id = check(signed)
    document = decode(signed.body)
    if document.get("key") != key_id:
        raise VerificationError("the statement does not name the key that signed it.")
    return document


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as it is signed: one line of UTF-8, in the order given.

    Raises:
        ValueError: something in it is not JSON.
    """
    try:
        return json.dumps(
            document, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except (TypeError, RecursionError) as error:
        raise ValueError(f"expected plain JSON types: {error}") from error


def decode(body: bytes, *, most: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """A document from bytes that somebody else made.

    Args:
        most: bytes that it may have.

    Raises:
        VerificationError: too large, not JSON, not an object, or with a name twice in one object,
            which readers understand differently.
    """
    if len(body) > most:
        raise VerificationError(f"the document has {len(body)} bytes; {most} is the most.")
    try:
        document = from_json(body.decode())
    except ValueError as error:
        raise VerificationError(f"the document is no JSON ({error}).") from error
    if not isinstance(document, dict):
        raise VerificationError("the document is no JSON object.")
    return document


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """
    Raises:
        ValueError: it is something else.
    """
    return base64.b64decode(text, validate=True)
