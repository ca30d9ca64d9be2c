"""The signature of a manifest (COSE_Sign1, RFC 9052): its certificates, and what is not signed.

The library checks it, but shows neither the certificates nor what else is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from efface.evidence.credentials import cbor
from efface.evidence.forms import MAX_CERTIFICATES

_SIGN1 = 18
"""Tag of a COSE_Sign1."""
_CHAIN = (33, "x5chain")
"""Header of the certificates (RFC 9360); the second name is that of C2PA before version 1.3."""
_PADDING = ("pad", "pad2")
_STAMPS = ("sigTst", "sigTst2")
"""Timestamps of the signature (C2PA technical specification 2.4, 18.18 and before)."""
_STATUS = "rVals"
"""Whether a certificate was revoked."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself."""

    chain: tuple[bytes, ...]
    """Certificates in DER, the signer's first."""
    unsigned: tuple[str, ...]
    """What lies in the unprotected header and is neither zero, nor a timestamp, nor a statement on
    the certificates: anybody can put it there."""
    protected: bytes
    """The header that is signed, encoded."""
    value: bytes
    """The signature itself."""

    def signed(self, claim: bytes) -> bytes:
        """What is signed: the Sig_structure of RFC 9052, 4.4.

        Args:
            claim: the claim's bytes, which are not in the signature.
        """
        parts = (cbor.text("Signature1"), *map(cbor.data, (self.protected, b"", claim)))
        return cbor.head(4, len(parts)) + b"".join(parts)


def parse(data: bytes) -> Signature:
    """Take a signature apart.

    Raises:
        ValueError: it is no COSE_Sign1, or has no certificates.
    """
    value = cbor.decode(data)
    if isinstance(value, cbor.Tagged) and value.tag == _SIGN1:
        value = value.value
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("expected a COSE_Sign1")
    protected, unprotected, _, signature = value
    if not isinstance(protected, bytes) or not isinstance(signature, bytes):
        raise ValueError("expected a header and a signature in bytes")
    header = cbor.decode(protected) if protected else {}
    if not isinstance(header, dict) or not isinstance(unprotected, dict):
        raise ValueError("expected two headers")
    chain = _chain(header) or _chain(unprotected)
    return Signature(chain, tuple(_strange(unprotected.items())), protected, signature)


def _chain(header: dict[Any, Any]) -> tuple[bytes, ...]:
    for name in _CHAIN:
        found = header.get(name)
        certificates = [found] if isinstance(found, bytes) else found
        if not isinstance(certificates, list) or len(certificates) > MAX_CERTIFICATES:
            continue
        if certificates and all(isinstance(c, bytes) for c in certificates):
            return tuple(certificates)
    return ()


def _strange(items: Iterable[tuple[Any, Any]]) -> Iterable[str]:
    for key, value in items:
        if key in _PADDING and isinstance(value, bytes) and not value.strip(b"\0"):
            continue
        if key not in (*_STAMPS, _STATUS, *_CHAIN):
            yield str(key)[:40]
