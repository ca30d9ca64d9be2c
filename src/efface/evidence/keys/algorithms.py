"""Signatures by the public key: which algorithm, whether it holds, and how OpenSSL wants it."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from efface.evidence.forms import Algorithm

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | RSAPrivateKey

RSA_BITS = range(2048, 8193)
"""C2PA's certificate profile asks for 2048 at least; beyond the other end, checking takes long."""

_CURVES: dict[str, tuple[Algorithm, HashAlgorithm, int]] = {
    "secp256r1": ("es256", SHA256(), 32),
    "secp384r1": ("es384", SHA384(), 48),
}
_PSS = padding.PSS(padding.MGF1(SHA256()), salt_length=32)
"""The salt is as long as the hash: RFC 8230, and what C2PA accepts."""


def key_id(public: PublicKey) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
    encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def usable(public: object) -> PublicKey:
    """The key, if it is of a kind and size that is used here.

    Raises:
        ValueError: it is not.
    """
    if isinstance(public, Ed25519PublicKey):
        return public
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES:
        return public
    if isinstance(public, RSAPublicKey) and public.key_size in RSA_BITS:
        return public
    raise ValueError("expected a key for Ed25519, P-256, P-384, or RSA of 2048 to 8192 bits")


def algorithm_of(public: PublicKey) -> Algorithm:
    """The algorithm of a usable key's signatures."""
    if isinstance(public, Ed25519PublicKey):
        return "ed25519"
    if isinstance(public, RSAPublicKey):
        return "ps256"
    return _CURVES[public.curve.name][0]


def make_signature(private: PrivateKey, data: bytes) -> bytes:
    """Sign as ``Signer.sign`` says."""
    if isinstance(private, Ed25519PrivateKey):
        return private.sign(data)
    if isinstance(private, RSAPrivateKey):
        return private.sign(data, _PSS, SHA256())
    algorithm, digest, _ = _CURVES[private.curve.name]
    return from_openssl(algorithm, private.sign(data, ec.ECDSA(digest)))


def holds(public: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether this is the key's signature of these bytes, in the form of ``Signer.sign``."""
    try:
        if isinstance(public, Ed25519PublicKey):
            public.verify(signature, data)
        elif isinstance(public, RSAPublicKey):
            public.verify(signature, data, _PSS, SHA256())
        else:
            algorithm, digest, _ = _CURVES[public.curve.name]
            public.verify(to_openssl(algorithm, signature), data, ec.ECDSA(digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def to_openssl(algorithm: Algorithm, signature: bytes) -> bytes:
    """The signature as OpenSSL's commands take it: of ECDSA a SEQUENCE of r and s (RFC 3279).

    Raises:
        ValueError: not as long as signatures of this algorithm are.
    """
    width = _width(algorithm)
    if width is None:
        return signature
    if len(signature) != 2 * width:
        raise ValueError(f"expected {2 * width} bytes, got {len(signature)}")
    r, s = int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
    return encode_dss_signature(r, s)


def from_openssl(algorithm: Algorithm, signature: bytes) -> bytes:
    """The other way round.

    Raises:
        ValueError: no SEQUENCE of two numbers, or numbers that are too large.
    """
    width = _width(algorithm)
    if width is None:
        return signature
    r, s = decode_dss_signature(signature)
    try:
        return r.to_bytes(width) + s.to_bytes(width)
    except OverflowError as error:
        raise ValueError(f"expected numbers of {width} bytes that are not negative") from error


def _width(algorithm: Algorithm) -> int | None:
    """Bytes of each of the two numbers of an ECDSA signature; ``None`` for other algorithms."""
    return next((width for name, _, width in _CURVES.values() if name == algorithm), None)
