"""Private keys in files: PKCS#8 in PEM, encrypted under a passphrase.

What is written is PBES2 with scrypt (RFC 8018, RFC 7914) and AES-256-CBC, which OpenSSL reads. The
library's own ``BestAvailableEncryption`` stretches a passphrase by 2048 rounds of PBKDF2 only: with
that a graphics card tries millions of passphrases a second.
"""

from __future__ import annotations

import base64
import secrets
import textwrap

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from efface.errors import RefusedError
from efface.evidence import der
from efface.evidence.keys.algorithms import PrivateKey, usable

SCRYPT_N = 1 << 14
"""With a block size of 8 that is 16 MiB, the most that OpenSSL's default limit of 32 MiB admits."""
SCRYPT_R = 8
SCRYPT_P = 16
"""Makes up in time for the small memory: OWASP's password storage cheat sheet asks for 5 at least
with this N and r. About half a second a try on one core."""

_PBES2 = "1.2.840.113549.1.5.13"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_AES256_CBC = "2.16.840.1.101.3.4.1.42"
_KEY_BYTES = 32


def encrypted(private: PrivateKey, passphrase: str) -> bytes:
    """The key as an ``ENCRYPTED PRIVATE KEY``.

    Raises:
        RefusedError: the passphrase is empty.
    """
    if not passphrase:
        raise RefusedError(
            "a key needs a passphrase.", hint="Give one; several unrelated words are good."
        )
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    stretched = Scrypt(salt=salt, length=_KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(
        passphrase.encode()
    )
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(stretched), modes.CBC(iv)).encryptor()
    hidden = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    scrypt = der.element(
        der.SEQUENCE,
        der.element(der.OCTET_STRING, salt),
        *(der.integer(number) for number in (SCRYPT_N, SCRYPT_R, SCRYPT_P, _KEY_BYTES)),
    )
    scheme = der.element(
        der.SEQUENCE,
        der.element(der.SEQUENCE, der.oid(_SCRYPT), scrypt),
        der.element(der.SEQUENCE, der.oid(_AES256_CBC), der.element(der.OCTET_STRING, iv)),
    )
    info = der.element(
        der.SEQUENCE,
        der.element(der.SEQUENCE, der.oid(_PBES2), scheme),
        der.element(der.OCTET_STRING, hidden),
    )
    lines = textwrap.fill(base64.b64encode(info).decode("ascii"), 64)
    label = "ENCRYPTED PRIVATE KEY"
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode("ascii")


def private_key(pem: bytes, passphrase: str | None) -> PrivateKey:
    """A private key from PEM, PKCS#8 or older, also as other tools encrypt it.

    Args:
        passphrase: ``None`` for a key that is not encrypted.

    Raises:
        RefusedError: the passphrase is wrong or missing, or the key is of no use here.
    """
    try:
        loaded = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
        usable(loaded.public_key())
    except TypeError as error:
        if passphrase:  # a key that is not encrypted
            return private_key(pem, None)
        raise RefusedError(
            "the key is protected by a passphrase, and none was given.", hint="Give it."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        if passphrase and b"ENCRYPTED" in pem:
            raise RefusedError(
                "the passphrase does not open the key.",
                hint="Type it again. Without it the key is lost: make a new one.",
            ) from error
        raise RefusedError(
            "this is no private key that can be used here.",
            hint="It must be PEM, for Ed25519, P-256, P-384, or RSA of 2048 to 8192 bits.",
        ) from error
    return loaded  # type: ignore[return-value]  # usable admits no other kinds
