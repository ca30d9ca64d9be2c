"""A chain of certificates: whether each is issued by the next, and what the first may do.

Nobody is trusted here: a chain that holds together says that its last certificate's owner vouches
for the first one's key. Who that is, ``trust`` knows or does not.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from efface.errors import VerificationError
from efface.evidence.forms import MAX_CERTIFICATES, Algorithm
from efface.evidence.keys.algorithms import PublicKey, algorithm_of, key_id, usable

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)

MAX_CERTIFICATE_BYTES = 1 << 14
MAX_NAME_CHARACTERS = 64
"""Of a common name (RFC 5280, appendix A.1: ub-common-name)."""

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises about certificates that are not as they should be."""

_UNDERSTOOD = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.SubjectKeyIdentifier,
    x509.AuthorityKeyIdentifier,
    x509.SubjectAlternativeName,
    x509.CertificatePolicies,
)
"""Extensions that may be critical; what they limit is checked, or does not concern signatures."""


class Standing(Enum):
    """Whether a chain was valid in time."""

    VALID = "valid"
    """It is valid now."""
    VALID_WHEN_STAMPED = "valid-when-stamped"
    """It has expired, and a trusted timestamp shows the signature from before."""
    EXPIRED = "expired"
    """It has expired, and nothing shows that the signature is from before."""
    NOT_YET = "not-yet"
    """It is not valid yet: a clock is wrong, or was."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Certificates of which each is issued by the next."""

    certificates: tuple[x509.Certificate, ...]
    """The signing key's first."""
    public: PublicKey
    algorithm: Algorithm
    key_id: str
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
    not_before: datetime
    """From when on all are valid."""
    not_after: datetime
    """Until when all are."""

    @property
    def label(self) -> str:
        """The common name of the signing key's certificate, cut where it is longer than any that
        may be, or the start of the key id."""
        names = self.certificates[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = str(names[0].value) if names else ""
        if len(name) > MAX_NAME_CHARACTERS:
            return f"{name[:MAX_NAME_CHARACTERS]}…"
        return name or self.key_id[:16]

    @property
    def ders(self) -> tuple[bytes, ...]:
        """The certificates in DER."""
        return tuple(c.public_bytes(Encoding.DER) for c in self.certificates)

    def valid_at(self, time: datetime) -> bool:
        """Whether all are valid at a time."""
        return self.not_before <= time <= self.not_after

    def standing(self, now: datetime, stamped: datetime | None = None) -> Standing:
        """Whether the chain was valid in time.

        Args:
            now: with a time zone.
            stamped: by when the signature was there, if a trusted timestamp says so.
        """
        if self.valid_at(now):
            return Standing.VALID
        if now < self.not_before:
            return Standing.NOT_YET
        if stamped is not None and self.valid_at(stamped):
            return Standing.VALID_WHEN_STAMPED
        return Standing.EXPIRED


def check_chain(ders: Sequence[bytes]) -> Chain:
    """Take a chain apart and check that it holds together; time and trust are not judged.

    Raises:
        VerificationError: it does not, with the reason.
    """
    if not 1 <= len(ders) <= MAX_CERTIFICATES:
        raise VerificationError(
            f"a chain has 1 to {MAX_CERTIFICATES} certificates, this one {len(ders)}."
        )
    certificates = tuple(load_certificate(der) for der in ders)
    try:
        for certificate in certificates:
            check_extensions(certificate)
        public = _check_leaf(certificates[0])
        for depth, (child, issuer) in enumerate(pairwise(certificates)):
            check_issued(child, issuer, depth)
        return Chain(
            certificates,
            public,
            algorithm_of(public),
            key_id(public),
            max(c.not_valid_before_utc for c in certificates),
            min(c.not_valid_after_utc for c in certificates),
        )
    except UNREADABLE as error:
        raise VerificationError(f"a certificate cannot be understood ({error}).") from error


def load_certificate(der: bytes) -> x509.Certificate:
    """One certificate from DER.

    Raises:
        VerificationError: it is none, or too large.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise VerificationError(
            f"a certificate has {len(der)} bytes; {MAX_CERTIFICATE_BYTES} is the most."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # names that are too long among what it warns of
            certificate = x509.load_der_x509_certificate(der)
            _ = certificate.subject, certificate.issuer  # which are read once, here
            return certificate
    except UNREADABLE as error:
        raise VerificationError(f"a certificate cannot be read ({error}).") from error


def load_pem_chain(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file in DER, in their order.

    Raises:
        VerificationError: there is none, or one cannot be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return tuple(c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(pem))
    except UNREADABLE as error:
        raise VerificationError(f"no certificates can be read there ({error}).") from error


def pem_chain(ders: Sequence[bytes]) -> bytes:
    """The certificates as PEM, one after the other."""
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)


def check_issued(child: x509.Certificate, issuer: x509.Certificate, depth: int) -> None:
    """Check that one certificate is issued by another.

    Args:
        depth: how many certificates of issuers lie below the issuer.

    Raises:
        VerificationError: it is not, or the issuer may not issue certificates.
        ValueError: an extension cannot be read.
    """
    name = issuer.subject.rfc4514_string()
    if isinstance(child.signature_hash_algorithm, MD5 | SHA1):
        raise VerificationError("a certificate is signed with a hash that can be forged.")
    try:
        child.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE) as error:
        raise VerificationError(
            f"the chain is broken: a certificate is not issued by the next, {name!r}."
        ) from error
    basic = extension_of(issuer, x509.BasicConstraints)
    if basic is None or not basic.ca:
        raise VerificationError(f"the chain is broken: {name!r} may not issue certificates.")
    usage = extension_of(issuer, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise VerificationError(f"the chain is broken: {name!r} may not sign certificates.")
    if basic.path_length is not None and depth > basic.path_length:
        raise VerificationError(f"the chain is longer than {name!r} permits.")


def _check_leaf(leaf: x509.Certificate) -> PublicKey:
    """What C2PA's certificate profile asks of a signing key's certificate, and this part too.

    Source: C2PA technical specification 2.1, "Certificate profile".
    """
    if leaf.subject == leaf.issuer:
        raise VerificationError("the signing key's certificate is issued by itself.")
    basic = extension_of(leaf, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise VerificationError("the signing certificate is one of an issuer of certificates.")
    usage = extension_of(leaf, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        raise VerificationError("the certificate does not allow its key to sign.")
    return usable(leaf.public_key())


def check_extensions(certificate: x509.Certificate) -> None:
    """Check that nothing critical in a certificate is beyond what is understood here.

    Raises:
        VerificationError: something is.
        ValueError: an extension cannot be read.
    """
    for extension in certificate.extensions:
        if extension.critical and not isinstance(extension.value, _UNDERSTOOD):
            raise VerificationError(
                "a certificate has a critical extension that is not understood "
                f"({extension.oid.dotted_string})."
            )


def extension_of(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    """The certificate's extension of that kind, if it has one.

    Raises:
        ValueError: an extension cannot be read.
    """
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
