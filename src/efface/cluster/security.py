"""What TLS is given: one folder of keys, checked before anything listens or connects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from ssl import TLSVersion
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from efface.cluster.extra import distributed
from efface.cluster.keys import (
    CA,
    CERTIFICATE,
    KEY,
    Role,
    check_private,
    read_certificate,
    read_key,
)
from efface.errors import RefusedError
from efface.files.paths import exists

SCHEME = "tls://"


def security_of(folder: Path, role: Role) -> Any:
    """Mutual TLS 1.3 for a process (``distributed.Security``).

    Args:
        folder: of its keys, or the folder of all, which has one for the role.

    Raises:
        RefusedError: the keys have expired, are another authority's, can be read by others, or
            Dask is not installed.
        InputError: they cannot be read.
    """
    if not exists(folder / CERTIFICATE) and exists(folder / role / CERTIFICATE):
        folder = folder / role
    check_keys(folder, datetime.now(UTC))
    certificate, key = str(folder / CERTIFICATE), str(folder / KEY)
    own = {f"tls_{role}_cert": certificate, f"tls_{role}_key": key}
    return distributed().Security(
        require_encryption=True,
        tls_ca_file=str(folder / CA),
        tls_min_version=TLSVersion.TLSv1_3,
        **own,
    )


def check_keys(folder: Path, now: datetime) -> None:
    """
    Raises:
        RefusedError: they have expired, do not belong together, or can be read by others.
        InputError: they cannot be read.
    """
    check_private(folder / KEY)
    authority, own = read_certificate(folder / CA), read_certificate(folder / CERTIFICATE)
    for certificate, path in ((authority, folder / CA), (own, folder / CERTIFICATE)):
        _check_time(certificate, path, now)
    try:
        own.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise RefusedError(
            "the certificate is not one of the authority beside it.",
            path=folder,
            hint="Copy a whole folder that 'efface cluster keys' made.",
        ) from error
    if read_key(folder / KEY).public_key() != own.public_key():
        raise RefusedError(
            "the key is not the certificate's.",
            path=folder,
            hint="Copy a whole folder that 'efface cluster keys' made.",
        )


def _check_time(certificate: x509.Certificate, path: Path, now: datetime) -> None:
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > until:
        raise RefusedError(
            f"the certificate expired on {until:%Y-%m-%d %H:%M} UTC.",
            path=path,
            hint="Make new keys with 'efface cluster keys', for every machine.",
        )
    if now < since:
        raise RefusedError(
            f"the certificate is not valid before {since:%Y-%m-%d %H:%M} UTC.",
            path=path,
            hint="Is the clock of this machine right?",
        )


def checked_address(address: str) -> str:
    """An address of a scheduler.

    Raises:
        RefusedError: it is not one of TLS.
    """
    host, _, port = address.removeprefix(SCHEME).rpartition(":")
    if not address.startswith(SCHEME) or not host or not port.isdecimal():
        raise RefusedError(
            f"{address!r} is no address of a scheduler over TLS.",
            hint="It reads tls://HOST:PORT; nothing is said in the clear.",
        )
    return address
