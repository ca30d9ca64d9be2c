"""Keys of a cluster: an authority of its own, and a certificate for each process.

Whoever holds any of the certificates that it issues can run programs on every machine of the
cluster (docs/threat-model.md). They are told apart by what TLS lets each do: a client's cannot
serve.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from efface.errors import InputError, OutputError, RefusedError
from efface.evidence.keys.certificates import certificate_builder, key_usage
from efface.files.durable import PRIVATE, PUBLIC, replace_durably
from efface.files.paths import exists

Role = Literal["scheduler", "worker", "client"]

AUTHORITY = "authority"
"""Folder of the authority's key, which no machine of the cluster needs."""
CA, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"
"""Files of a folder of keys."""

DAYS: Final = 90
"""That certificates hold."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_AHEAD = timedelta(hours=1)
"""Clocks of machines differ."""


@dataclass(frozen=True, slots=True)
class IssuedKeys:
    """Folders that were made, each for one machine."""

    folders: tuple[Path, ...]
    until: datetime
    """After that no machine takes the certificates."""


def make_keys(folder: Path, workers: Sequence[str] = (), *, days: int = DAYS) -> IssuedKeys:
    """Make an authority with a certificate for a scheduler, a client, and each worker; where there
    is an authority, certificates for more workers.

    Args:
        folder: gets a folder for each of them.
        workers: names; none: one, called ``worker``.
        days: that the certificates hold.

    Raises:
        RefusedError: something of that name is there already, a name is none, or the authority
            does not hold that long.
        InputError: the authority cannot be read.
        OutputError: nothing can be written there.
    """
    if days < 1:
        raise RefusedError(f"expected at least one day, got {days}.")
    for name in workers:
        if not _NAME.fullmatch(name):
            raise RefusedError(
                f"a worker cannot be called {name!r}.",
                hint="Letters from a to z, digits and hyphens: for instance node-1.",
            )
    known = exists(folder / AUTHORITY)
    if known and not workers:
        raise RefusedError(
            "there are keys already; nothing is overwritten.",
            path=folder,
            hint="--worker NAME adds a worker to them. To replace them all, give another folder.",
        )
    names: list[tuple[str, Role]] = (
        [] if known else [("scheduler", "scheduler"), ("client", "client")]
    )
    names += [(_folder_of(name), "worker") for name in dict.fromkeys(workers or ("",))]
    for place, _ in names:
        if exists(folder / place):
            raise RefusedError("it is there already; nothing is overwritten.", path=folder / place)
    now = datetime.now(UTC).replace(microsecond=0)
    until = now + timedelta(days=days)
    if known:
        authority = _read_authority(folder / AUTHORITY)
        if authority.certificate.not_valid_after_utc < until:
            held = authority.certificate.not_valid_after_utc
            raise RefusedError(
                f"the authority itself holds until {held:%Y-%m-%d} only.",
                path=folder / AUTHORITY,
                hint="Give fewer --days, or make new keys in another folder.",
            )
    else:
        authority = _new_authority(now, until)
        _write_folder(folder / AUTHORITY, authority, None)
    for place, role in names:
        _write_folder(folder / place, authority, _issued(authority, place, role, now, until))
    return IssuedKeys(tuple(folder / place for place, _ in names), until)


def _folder_of(worker: str) -> str:
    return f"worker-{worker}" if worker else "worker"


@dataclass(frozen=True, slots=True)
class _Pair:
    key: EllipticCurvePrivateKey
    certificate: x509.Certificate


def _new_authority(now: datetime, until: datetime) -> _Pair:
    key = new_private_key(SECP256R1())
    subject = _subject("efface cluster authority")
    certificate = (
        _begun(subject, subject, key, now, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(certificates=True), critical=True)
        .sign(key, SHA256())
    )
    return _Pair(key, certificate)


def _issued(authority: _Pair, name: str, role: Role, now: datetime, until: datetime) -> _Pair:
    key = new_private_key(SECP256R1())
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if role != "client":  # the others both serve and ask
        uses.append(ExtendedKeyUsageOID.SERVER_AUTH)
    above = authority.certificate
    certificate = (
        _begun(_subject(f"efface cluster {name}"), above.subject, key, now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, SHA256())
    )
    return _Pair(key, certificate)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    now: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    begun = certificate_builder(subject, issuer, public, now - _AHEAD, until)
    return begun.add_extension(identifier, critical=False)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _write_folder(folder: Path, authority: _Pair, own: _Pair | None) -> None:
    """
    Args:
        own: what the folder is for; ``None``: the authority itself.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"cannot be made ({error.strerror}).", path=folder) from error
    key = (own or authority).key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    replace_durably(folder / KEY, key, mode=PRIVATE)
    above = authority.certificate.public_bytes(Encoding.PEM)
    if own is not None:
        certificate = own.certificate.public_bytes(Encoding.PEM)
        replace_durably(folder / CERTIFICATE, certificate, mode=PUBLIC)
    replace_durably(folder / CA, above, mode=PUBLIC)


def _read_authority(folder: Path) -> _Pair:
    check_private(folder / KEY)
    key = read_key(folder / KEY)
    return _Pair(key, read_certificate(folder / CA))


def read_certificate(path: Path) -> x509.Certificate:
    """
    Raises:
        InputError: it is none, or cannot be read.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(path, "certificate", error) from error


def read_key(path: Path) -> EllipticCurvePrivateKey:
    """
    Raises:
        InputError: it is none, or cannot be read.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(path, "private key", error) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise InputError("it is no key of a cluster.", path=path)
    return key


def _unreadable(path: Path, what: str, error: Exception) -> InputError:
    if isinstance(error, OSError):
        return InputError(
            f"the {what} cannot be read ({error.strerror}).",
            path=path,
            hint="'efface cluster keys DIR' makes a folder for each machine: name that.",
        )
    return InputError(f"it is no {what}.", path=path)


def check_private(path: Path) -> None:
    """
    Raises:
        RefusedError: others than the owner can read it.
        InputError: it is not there.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _unreadable(path, "private key", error) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise RefusedError(
            f"others can read this private key (mode {stat.S_IMODE(mode):04o}).",
            path=path,
            hint="chmod 600 it; if somebody may have read it, make new keys.",
        )
