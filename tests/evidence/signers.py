"""Signers in memory, good and bad, for every test that needs a signature."""

from __future__ import annotations

import shutil
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from efface.evidence.keys.algorithms import PrivateKey
from efface.evidence.keys.certificates import issue, new_key
from efface.evidence.keys.files import KeySigner

NOW = datetime(2026, 3, 4, 15, 30, 12, tzinfo=UTC)

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="there is no openssl here"
)


def signer(
    label: str = "desk", *, algorithm: str = "ed25519", now: datetime = NOW, years: int = 5
) -> KeySigner:
    """A signer as a user makes one, without the file."""
    private = new_key(algorithm)
    return KeySigner(private, issue(private.public_key(), algorithm, label, now, years))


def rsa_signer(bits: int = 2048) -> KeySigner:
    """A signer as an authority issues one."""
    private = rsa.generate_private_key(65537, bits)
    root = Authority("Press authority")
    return KeySigner(private, [root.issues("Desk 4", private), root.der])


def long_named(characters: int) -> KeySigner:
    """A signer whose name is longer than any that may be."""
    private, root = ed25519(), Authority("Press authority")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name = x509.NameAttribute(NameOID.COMMON_NAME, "x" * characters, _validate=False)
        der = root.issues("", private, name=x509.Name([name]))
    return KeySigner(private, [der, root.der])


class Authority:
    """Issues certificates; every part of them can be wrong."""

    def __init__(self, name: str, parent: Authority | None = None, **wrong: Any) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.name = name
        issuer = parent or self
        wrong.setdefault("ca", True)
        wrong.setdefault("usage", usage(key_cert_sign=True))
        self.der = issuer.issues(name, self.private, **wrong)
        self.certificate = x509.load_der_x509_certificate(self.der)

    def issues(
        self,
        subject: str,
        private: PrivateKey,
        *,
        ca: bool = False,
        path_length: int | None = None,
        usage: x509.KeyUsage | None = None,
        without_usage: bool = False,
        extra: x509.ExtensionType | None = None,
        digest: Any = None,
        purposes: list[x509.ObjectIdentifier] | None = None,
        since: datetime = NOW - timedelta(days=30),
        until: datetime = NOW + timedelta(days=300),
        name: x509.Name | None = None,
    ) -> bytes:
        """A certificate in DER."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(name or named(subject))
            .issuer_name(named(self.name))
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
        )
        if not without_usage:
            builder = builder.add_extension(usage or _usage(digital_signature=True), critical=True)
        if purposes is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
        if extra is not None:
            builder = builder.add_extension(extra, critical=True)
        return builder.sign(self.private, digest or SHA256()).public_bytes(Encoding.DER)


def named(name: str) -> x509.Name:
    """A name that is a common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def usage(**given: bool) -> x509.KeyUsage:
    """A key usage of these alone."""
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


_usage = usage
"""Under the name that ``issues`` has for its argument."""


def ed25519() -> Ed25519PrivateKey:
    """A key to be certified."""
    return Ed25519PrivateKey.generate()
