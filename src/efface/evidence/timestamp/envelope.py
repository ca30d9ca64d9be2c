"""A timestamp taken apart (RFC 5652): who signed it, and whether that signature holds.

The library for this, ``rfc3161-client``, reads no answer whose sets are not in the order of DER:
not one of DigiCert, whose servers sign their attributes as they come (one of 2018 was tried), nor
one of OpenSSL with several certificates. And it does not tell *the signature holds, but nobody
knows the authority* from *the signature does not hold*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from efface.errors import VerificationError
from efface.evidence import der
from efface.evidence.der import DerElement
from efface.evidence.keys.algorithms import RSA_BITS
from efface.evidence.keys.chain import UNREADABLE, load_certificate
from efface.evidence.timestamp.request import MAX_RESPONSE_BYTES
from efface.files.paths import printable

SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

MAX_CERTIFICATES = 16

_PURPOSE = ExtendedKeyUsageOID.TIME_STAMPING

_CONTEXT_0 = 0xA0
_HASHES: Mapping[bytes, tuple[str, HashAlgorithm]] = {
    der.oid("2.16.840.1.101.3.4.2.1"): ("sha256", SHA256()),
    der.oid("2.16.840.1.101.3.4.2.2"): ("sha384", SHA384()),
    der.oid("2.16.840.1.101.3.4.2.3"): ("sha512", SHA512()),
}
_RSA_PSS = der.oid("1.2.840.113549.1.1.10")
_ED25519 = der.oid("1.3.101.112")
_METHODS: Mapping[bytes, HashAlgorithm | None] = {
    der.oid("1.2.840.113549.1.1.1"): None,
    der.oid("1.2.840.113549.1.1.11"): SHA256(),
    der.oid("1.2.840.113549.1.1.12"): SHA384(),
    der.oid("1.2.840.113549.1.1.13"): SHA512(),
    der.oid("1.2.840.10045.4.3.2"): SHA256(),
    der.oid("1.2.840.10045.4.3.3"): SHA384(),
    der.oid("1.2.840.10045.4.3.4"): SHA512(),
    _RSA_PSS: None,
    _ED25519: None,
}
"""How the signer may have signed, and with which hash; ``None`` is its digest algorithm."""


@dataclass(frozen=True, slots=True)
class Token:
    """A TimeStampToken (RFC 3161, 2.4.2), as it came."""

    info: bytes
    """The TSTInfo, in DER; what it says, ``info.read_info`` tells."""
    certificates: tuple[x509.Certificate, ...]
    signer: DerElement
    """The one SignerInfo."""


def take_apart(response: bytes) -> Token:
    """A response that grants a timestamp, taken apart; nothing in it is believed.

    Raises:
        VerificationError: it is none, not in DER, or the authority refused.
    """
    if len(response) > MAX_RESPONSE_BYTES:
        raise VerificationError(f"the timestamp has more than {MAX_RESPONSE_BYTES} bytes.")
    try:
        return _taken_apart(response)
    except ValueError as error:
        raise VerificationError(f"this is no timestamp that can be read ({error}).") from error


def _taken_apart(response: bytes) -> Token:
    outer = der.only(response, der.SEQUENCE)
    _check_granted(outer.child(0, der.SEQUENCE))
    token = outer.child(1, der.SEQUENCE)
    if token.child(0, der.OID).whole != der.oid(SIGNED_DATA):
        raise ValueError("expected signed data")
    signed = der.only(token.child(1, _CONTEXT_0).content, der.SEQUENCE)
    encapsulated = signed.child(2, der.SEQUENCE)
    if encapsulated.child(0, der.OID).whole != der.oid(TST_INFO):
        raise ValueError("expected a timestamp in the signed data")
    info = der.only(encapsulated.child(1, _CONTEXT_0).content, der.OCTET_STRING).content
    signers = signed.child(-1, der.SET).children()
    if len(signers) != 1 or signers[0].tag != der.SEQUENCE:
        raise ValueError(f"expected one signer, got {len(signers)}")
    certificates = [
        c for part in signed.children() if part.tag == _CONTEXT_0 for c in part.children()
    ]
    if len(certificates) > MAX_CERTIFICATES:
        raise ValueError(f"expected at most {MAX_CERTIFICATES} certificates")
    return Token(
        info,
        tuple(load_certificate(c.whole) for c in certificates if c.tag == der.SEQUENCE),
        signers[0],
    )


def _check_granted(status: DerElement) -> None:
    """RFC 3161, 2.4.2; "granted with modifications" is not what was asked for."""
    code = int.from_bytes(status.child(0, der.INTEGER).content)
    if code != 0:
        texts = [part for part in status.children()[1:] if part.tag == der.SEQUENCE]
        words = b" ".join(text.content for part in texts for text in part.children())
        reason = printable(words.decode("utf-8", "replace"))[:200] or "no reason given"
        raise VerificationError(f"the authority gave no timestamp (status {code}: {reason}).")


def check_signature(token: Token, others: Sequence[x509.Certificate]) -> x509.Certificate:
    """Check the signature by the signer's certificate; whether anybody knows it, is not judged.

    Args:
        others: certificates at hand, if the signer's did not come along.

    Returns:
        The signer's certificate, which may sign timestamps.

    Raises:
        VerificationError: the signature does not hold, or its certificate may not sign timestamps.
    """
    try:
        certificate = _signer_of(token, others)
        _check_purpose(certificate)
        _check_signed(token, certificate)
    except InvalidSignature as error:
        raise VerificationError(
            "the timestamp's signature does not hold: it was changed."
        ) from error
    except LookupError as error:
        raise VerificationError(
            "the timestamp's signature lacks something, or is by a method that is not taken."
        ) from error
    except UNREADABLE as error:
        raise VerificationError(f"the timestamp's signature cannot be read ({error}).") from error
    return certificate


def _signer_of(token: Token, others: Sequence[x509.Certificate]) -> x509.Certificate:
    named = token.signer.child(1, der.SEQUENCE)
    for certificate in (*token.certificates, *others):
        if named.content == _issued_as(certificate):
            return certificate
    raise VerificationError("the timestamp comes without its signer's certificate.")


def _issued_as(certificate: x509.Certificate) -> bytes:
    """Issuer and serial number as they stand in the certificate (RFC 5280, 4.1)."""
    parts = der.only(certificate.tbs_certificate_bytes, der.SEQUENCE).children()
    serial = 1 if parts[0].tag == _CONTEXT_0 else 0
    return parts[serial + 2].whole + parts[serial].whole


def _check_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: the purpose is critical, and the only one."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        found = None
    if found is None or not found.critical or list(found.value) != [_PURPOSE]:
        raise VerificationError(
            "the timestamp's signer has no certificate to sign timestamps with."
        )


def _check_signed(token: Token, certificate: x509.Certificate) -> None:
    """RFC 5652, 5.4 and 5.6, and RFC 5816."""
    parts = token.signer.children()
    name, digest = _hash(parts[2])
    attributes = token.signer.child(3, _CONTEXT_0)
    found = {
        attribute.child(0, der.OID).whole: attribute.child(1, der.SET)
        for attribute in attributes.children()
    }
    if found[der.oid(CONTENT_TYPE)].content != der.oid(TST_INFO):
        raise ValueError("expected the signature of a timestamp")
    imprint = der.only(found[der.oid(MESSAGE_DIGEST)].content, der.OCTET_STRING).content
    if imprint != hashlib.new(name, token.info).digest():
        raise InvalidSignature
    _check_named(found, certificate)
    algorithm, signature = parts[4], token.signer.child(5, der.OCTET_STRING).content
    data = der.element(der.SET, attributes.content)
    _verify(certificate, algorithm, digest, signature, data)


def _check_named(found: Mapping[bytes, DerElement], certificate: x509.Certificate) -> None:
    """The signature covers which certificate it is by: no other one of that key may stand in."""
    encoded = certificate.public_bytes(Encoding.DER)
    if (second := found.get(der.oid(SIGNING_CERTIFICATE_V2))) is not None:
        first = _first_certificate(second)
        named = first.children()
        explicit = named[0].tag == der.SEQUENCE
        name = _hash(named[0])[0] if explicit else "sha256"
        digest = hashlib.new(name, encoded).digest()
        matches = named[1 if explicit else 0].content == digest
    else:
        first = _first_certificate(found[der.oid(SIGNING_CERTIFICATE)])
        matches = first.child(0, der.OCTET_STRING).content == hashlib.sha1(encoded).digest()
    if not matches:
        raise VerificationError("the timestamp was signed under another certificate.")


def _first_certificate(value: DerElement) -> DerElement:
    certificates = der.only(value.content, der.SEQUENCE).child(0, der.SEQUENCE)
    return certificates.child(0, der.SEQUENCE)


def _hash(algorithm: DerElement) -> tuple[str, HashAlgorithm]:
    return _HASHES[algorithm.child(0, der.OID).whole]


def _verify(
    certificate: x509.Certificate,
    algorithm: DerElement,
    digest: HashAlgorithm,
    signature: bytes,
    data: bytes,
) -> None:
    public, method = certificate.public_key(), algorithm.child(0, der.OID).whole
    digest = _METHODS[method] or digest
    if isinstance(public, RSAPublicKey) and public.key_size in RSA_BITS:
        pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
        public.verify(signature, data, pss if method == _RSA_PSS else padding.PKCS1v15(), digest)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, data, ec.ECDSA(digest))
    elif isinstance(public, Ed25519PublicKey):
        public.verify(signature, data)
    else:
        raise ValueError("expected a key of RSA from 2048 bits, of ECDSA, or of Ed25519")
