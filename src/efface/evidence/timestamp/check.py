"""Whether a timestamp proves that something was there at a time, and by whose word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from efface.errors import InputError, VerificationError
from efface.evidence.keys.chain import load_certificate, load_pem_chain
from efface.evidence.reading import read_bounded
from efface.evidence.timestamp.envelope import Token, check_signature, take_apart
from efface.evidence.timestamp.request import SHA256
from efface.paths import printable

MAX_ROOTS_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp whose signature holds."""

    time: datetime
    """In UTC; by then, what was stamped was there."""
    authority: str
    """The name in the certificate of who signed it: its own word, unless ``known``."""
    known: bool
    """Whether one of the roots that were given vouches for the authority.

    If not, the signature holds, and anybody may have made it: the time proves nothing.
    """
    policy: str
    """The authority's policy, as a dotted object identifier."""
    serial_number: int
    """Of the timestamp, among the authority's."""
    certificate: bytes
    """Of who signed it, in DER."""


def check(response: bytes, digest: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """Check a timestamp, offline.

    The signer's certificate must have been valid at the time of the timestamp; whether it was
    revoked cannot be seen offline.

    Args:
        response: a TimeStampResp in DER, as ``openssl ts -verify -in`` takes it.
        digest: SHA-256 of what it must be of, 32 bytes.
        roots: certificates of authorities that whoever checks trusts, and of those below them.

    Raises:
        VerificationError: it is no timestamp, the authority refused, it is of something else, or
            its signature does not hold.
    """
    token = take_apart(response)
    decoded = read(token)
    info = decoded.tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256 or imprint.message != digest:
        raise VerificationError("the timestamp is of something else.")
    signer = check_signature(token, roots)
    if not signer.not_valid_before_utc <= info.gen_time <= signer.not_valid_after_utc:
        raise VerificationError(
            "the timestamp is of a time when its signer's certificate was not valid."
        )
    return Stamp(
        info.gen_time,
        printable(signer.subject.rfc4514_string()),
        _known(decoded, digest, roots),
        info.policy.dotted_string,
        info.serial_number,
        signer.public_bytes(Encoding.DER),
    )


def read(token: Token) -> rfc3161_client.TimeStampResponse:
    """The response as the library reads it.

    Raises:
        VerificationError: it cannot.
    """
    try:
        decoded = rfc3161_client.decode_timestamp_response(token.ordered)
        decoded.tst_info.gen_time  # noqa: B018 - read now, so that it fails now
    except ValueError as error:
        raise VerificationError(f"this is no timestamp that can be read ({error}).") from error
    return decoded


def _known(
    decoded: rfc3161_client.TimeStampResponse, digest: bytes, roots: Sequence[x509.Certificate]
) -> bool:
    """Whether a chain leads from the signer to a root, valid at the time of the timestamp."""
    if not roots:
        return False
    verifier = rfc3161_client.VerifierBuilder(roots=list(roots)).build()
    try:
        return verifier.verify(decoded, digest)
    except (rfc3161_client.VerificationError, ValueError):
        return False


def load_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Certificates of authorities from a PEM file.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    try:
        return tuple(map(load_certificate, load_pem_chain(read_bounded(path, MAX_ROOTS_BYTES))))
    except VerificationError as error:
        raise InputError(
            error.message, path=path, hint="It must be PEM: certificates, one after the other."
        ) from error
