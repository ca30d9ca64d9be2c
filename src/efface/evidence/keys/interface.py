"""What signs: a private key wherever it lies, and the certificates that speak for it."""

from __future__ import annotations

from typing import Literal, Protocol

Algorithm = Literal["ed25519", "es256", "es384", "ps256"]
"""Names of RFC 9053 and RFC 8230 in small letters, as Content Credentials take them.

``ed25519`` (RFC 8032), ``es256`` (ECDSA on P-256 with SHA-256), ``es384`` (P-384 with SHA-384) and
``ps256`` (RSA-PSS with SHA-256 and a salt of 32 bytes).
"""


class Signer(Protocol):
    """A key that can sign."""

    @property
    def key_id(self) -> str:
        """SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Certificates in DER: the key's own first, then each one's issuer."""
        ...

    @property
    def algorithm(self) -> Algorithm:
        """Of its signatures."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature of these bytes.

        Returns:
            Ed25519: 64 bytes. ECDSA: r and s, each as long as the curve's order, one after the
            other (IEEE P1363). RSA: as long as the modulus.

        Raises:
            RefusedError: the key gives no signature, or one that its certificate does not confirm.
        """
        ...
