"""Whether a timestamp proves that something was there at a time, and by whose word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from efface.errors import InputError, VerificationError
from efface.evidence.keys.chain import (
    UNREADABLE,
    check_extensions,
    check_issued,
    extension_of,
    load_certificate,
    load_pem_chain,
)
from efface.evidence.timestamp.envelope import check_signature, take_apart
from efface.evidence.timestamp.info import read_info
from efface.files.bounded import read_bounded
from efface.files.paths import printable

MAX_ROOTS_BYTES = 1 << 22
MAX_DEPTH = 8
"""Certificates between the signer's and a root."""

_OF_TIME = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}


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
    nonce: int | None
    """That of the question it answers."""
    certificate: bytes
    """Of who signed it, in DER."""
    until: datetime
    """When that certificate ends: what was stamped counts from then on only if it was stamped again
    before."""


def check(response: bytes, digest: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """Check a timestamp, offline.

    The signer's certificate and those above it must have been valid at the time of the timestamp;
    whether one was revoked cannot be seen offline.

    Args:
        response: a TimeStampResp in DER, as ``openssl ts -verify -in`` takes it.
        digest: SHA-256 of what it must be of, 32 bytes.
        roots: certificates of authorities that whoever checks trusts, each for itself.

    Raises:
        VerificationError: it is no timestamp, the authority refused, it is of something else, or
            its signature does not hold.
    """
    token = take_apart(response)
    try:
        info = read_info(token.info)
    except ValueError as error:
        raise VerificationError(f"this is no timestamp that can be read ({error}).") from error
    if info.digest != digest:
        raise VerificationError("the timestamp is of something else.")
    signer = check_signature(token, roots)
    if not _valid(signer, info.time):
        raise VerificationError(
            "the timestamp is of a time when its signer's certificate was not valid."
        )
    return Stamp(
        info.time,
        printable(signer.subject.rfc4514_string()),
        _leads_to(roots, signer, token.certificates, info.time),
        info.policy,
        info.serial_number,
        info.nonce,
        signer.public_bytes(Encoding.DER),
        signer.not_valid_after_utc,
    )


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


def _leads_to(
    roots: Sequence[x509.Certificate],
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    time: datetime,
) -> bool:
    """Whether a chain leads from the signer to a root, valid at that time, over the others."""
    reached, left = [signer], [c for c in others if c != signer]
    for depth in range(MAX_DEPTH):
        if any(_is_root(c, roots, time, depth) for c in reached):
            return True
        above = [c for c in left if any(_issued(below, c, time, depth) for below in reached)]
        left = [c for c in left if c not in above]
        reached = above
    return False


def _is_root(
    certificate: x509.Certificate, roots: Sequence[x509.Certificate], time: datetime, depth: int
) -> bool:
    return any(root == certificate or _issued(certificate, root, time, depth) for root in roots)


def _issued(child: x509.Certificate, issuer: x509.Certificate, time: datetime, depth: int) -> bool:
    """Whether one may have issued the other, for timestamps, at that time."""
    try:
        check_issued(child, issuer, depth)
        check_extensions(issuer)
        purposes = extension_of(issuer, x509.ExtendedKeyUsage)
    except (VerificationError, *UNREADABLE):
        return False
    return _valid(issuer, time) and (purposes is None or not _OF_TIME.isdisjoint(purposes))


def _valid(certificate: x509.Certificate, time: datetime) -> bool:
    return certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc
