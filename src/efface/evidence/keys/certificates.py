"""Certificates for a key made here: its own, and that of an authority made for it alone.

The authority says nothing about anybody. It is there because Content Credentials take no
certificate that is issued by itself. Its private key is forgotten at once, so that it never issues
another; whoever knows the key, knows it by its key id.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from efface.errors import RefusedError
from efface.evidence.keys.algorithms import PrivateKey, PublicKey, key_id

YEARS = 5
"""For how long a key is valid, unless the user says otherwise."""
MAX_LABEL_BYTES = 64
"""Of a common name in UTF-8; RFC 5280 appendix A counts characters, the library bytes."""

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is read as something else."""


def random_label() -> str:
    """A name that says nothing."""
    return "signer-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def new_key(algorithm: str) -> PrivateKey:
    """A private key for ``ed25519``, ``es256`` or ``es384``.

    Raises:
        RefusedError: another algorithm.
    """
    if algorithm == "ed25519":
        return Ed25519PrivateKey.generate()
    if algorithm == "es256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "es384":
        return ec.generate_private_key(ec.SECP384R1())
    raise RefusedError(
        f"keys for {algorithm!r} are not made here.", hint="Choose ed25519, es256 or es384."
    )


def issue(
    public: PublicKey, algorithm: str, label: str, now: datetime, years: int = YEARS
) -> tuple[bytes, bytes]:
    """Certificates for a key: its own, and its authority's, in DER.

    They fit C2PA's certificate profile (technical specification 2.1). Both are valid from the
    beginning of the day (UTC), so that they do not tell the hour.

    Args:
        label: who it is, in the user's words; public in everything that is signed.
        now: with a time zone.
        years: how long they are valid, 1 to 30.

    Raises:
        RefusedError: the label or the years are of no use.
    """
    _check_label(label)
    if not 1 <= years <= 30:
        raise RefusedError(f"a key is valid for 1 to 30 years, not {years}.")
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until = day + timedelta(days=round(365.25 * years))
    authority = new_key(algorithm)
    subject = _name(common_name=label, organisation=label)
    issuer = _name(common_name=f"Root of {key_id(public)[:16]}")
    root_id = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    root = (
        certificate_builder(issuer, issuer, authority.public_key(), day, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(certificates=True), critical=True)
        .add_extension(root_id, critical=False)
    )
    own = (
        certificate_builder(subject, issuer, public, day, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id),
            critical=False,
        )
    )
    digest = {"ed25519": None, "es256": SHA256(), "es384": SHA384()}[algorithm]
    return (
        own.sign(authority, digest).public_bytes(Encoding.DER),
        root.sign(authority, digest).public_bytes(Encoding.DER),
    )


def _check_label(label: str) -> None:
    if not label.isprintable() or not label.strip() or len(label.encode()) > MAX_LABEL_BYTES:
        raise RefusedError(
            f"a key's name is printable and has 1 to {MAX_LABEL_BYTES} bytes.",
            hint="It is public: give a pseudonym, or none for a random one.",
        )


def _name(common_name: str, organisation: str | None = None) -> x509.Name:
    """What readers of Content Credentials show is the organisation."""
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation is not None:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(names)


def certificate_builder(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    """What every certificate begins with, of a random serial number."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def key_usage(*, certificates: bool) -> x509.KeyUsage:
    """For signing certificates alone, or for signing anything else alone."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
