"""What signs: a private key wherever it lies, and the certificates that speak for it."""

from __future__ import annotations

from typing import Protocol

from efface.evidence.forms import Algorithm


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
