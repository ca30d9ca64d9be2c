"""What a timestamp authority is asked: a hash and a number, and nothing else."""

from __future__ import annotations

import secrets

from efface.evidence import der

SHA256 = "2.16.840.1.101.3.4.2.1"
"""Its object identifier."""
MAX_RESPONSE_BYTES = 1 << 20
"""Of an answer; with all certificates it has some 10 kB."""

_DIGEST_BYTES = 32
_NONCE_BITS = 64


def request(digest: bytes) -> bytes:
    """A TimeStampReq (RFC 3161, 2.4.1) in DER, with a random nonce, that asks for certificates.

    Args:
        digest: SHA-256 of what is to be stamped, 32 bytes.
    """
    if len(digest) != _DIGEST_BYTES:
        raise ValueError(f"expected {_DIGEST_BYTES} bytes of SHA-256, got {len(digest)}")
    algorithm = der.element(der.SEQUENCE, der.oid(SHA256), der.NULL)
    imprint = der.element(der.SEQUENCE, algorithm, der.element(der.OCTET_STRING, digest))
    nonce = der.integer(secrets.randbits(_NONCE_BITS))
    return der.element(der.SEQUENCE, der.integer(1), imprint, nonce, der.TRUE)


def nonce_of(asked: bytes) -> int:
    """The nonce of a request that was made here."""
    return int.from_bytes(der.only(asked, der.SEQUENCE).child(2, der.INTEGER).content)
