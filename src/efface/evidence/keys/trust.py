"""Keys and authorities that the user knows, by names of the user's own.

Everything here is said by the user. A signature by any other key can be valid, but by whom it is,
nobody here knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography import x509

from efface.documents.model import exact
from efface.documents.reading import as_model, from_json
from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.evidence.forms import TRUSTED, TrustedAuthority, TrustedDocument, TrustedKey
from efface.evidence.keys.chain import (
    UNREADABLE,
    Chain,
    check_issued,
    load_certificate,
    load_pem_chain,
    pem_chain,
)
from efface.evidence.keys.store import KeyStore, default_folder
from efface.files.appearing import cannot_be_written
from efface.files.durable import replace_durably
from efface.files.paths import exists, read_whole

FILE = "trusted.json"
MAX_BYTES = 1 << 22

_KEY_ID = re.compile(r"[0-9a-f]{64}")


def default_file() -> Path:
    """The list in the user's folder for keys."""
    return default_folder() / FILE


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the user knows."""

    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names by key id."""
    authorities: Mapping[bytes, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names by an authority's certificate in DER."""
    own: frozenset[str] = frozenset()
    """Key ids of the user's own keys."""

    def is_own(self, chain: Chain) -> bool:
        """Whether it is a key of the user's own."""
        return chain.key_id in self.own

    def known_as(self, chain: Chain) -> str | None:
        """The name under which the user knows a key, or an authority that vouches for it; of the
        user's own keys the label, unless they are entered under a name."""
        if chain.key_id in self.keys:
            return self.keys[chain.key_id]
        if self.is_own(chain):
            return chain.label
        for der, name in self.authorities.items():
            if _vouches(load_certificate(der), chain):
                return name
        return None

    def with_key(self, name: str, key_id: str) -> Trust:
        """And this key, by its key id.

        Raises:
            RefusedError: no name, or no key id.
        """
        if not _KEY_ID.fullmatch(key_id):
            raise RefusedError(
                "a key id has 64 hexadecimal digits.", hint="Compare it letter by letter."
            )
        return replace(self, keys={**self.keys, key_id: _checked_name(name)})

    def with_authority(self, name: str, pem: bytes) -> Trust:
        """And all keys that this authority vouches for.

        Args:
            pem: its certificate, alone.

        Raises:
            RefusedError: no name, or no certificate of an authority.
        """
        try:
            ders = load_pem_chain(pem)
            certificate = load_certificate(ders[0])
            basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
            if len(ders) != 1 or not basic.value.ca:
                raise ValueError
        except (VerificationError, x509.ExtensionNotFound, *UNREADABLE) as error:
            raise RefusedError(
                "this is not one authority's certificate.",
                hint="It must be PEM, alone, and one that may issue certificates.",
            ) from error
        return replace(self, authorities={**self.authorities, ders[0]: _checked_name(name)})

    def without(self, name: str) -> Trust:
        """Without whatever has this name.

        Raises:
            RefusedError: nothing has.
        """
        keys = {key: known for key, known in self.keys.items() if known != name}
        authorities = {der: known for der, known in self.authorities.items() if known != name}
        if len(keys) == len(self.keys) and len(authorities) == len(self.authorities):
            raise RefusedError(f"nobody is known as {name!r}.")
        return replace(self, keys=keys, authorities=authorities)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.trusted/1``)."""
        return exact(self.document())

    def document(self) -> TrustedDocument:
        """As ``efface.trusted/1``."""
        return TrustedDocument(
            schema=TRUSTED,
            keys=[TrustedKey(name=name, key=key) for key, name in sorted(self.keys.items())],
            authorities=[
                TrustedAuthority(name=name, certificate=pem_chain([der]).decode("ascii"))
                for der, name in sorted(self.authorities.items())
            ],
        )

    def save(self, path: Path | None = None) -> None:
        """Write the list; it changes as a whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        path = path or default_file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise cannot_be_written(path, error) from error
        replace_durably(path, json.dumps(self.to_json(), indent=1).encode() + b"\n")


NOBODY = Trust()
"""No key is known."""


def load_trust(path: Path | None = None) -> Trust:
    """The list of a file, or of the user's own; empty if there is none.

    Raises:
        InputError: it cannot be read.
    """
    path = path or default_file()
    if not exists(path):
        return NOBODY
    content = read_whole(path)
    try:
        if len(content) > MAX_BYTES:
            raise ValueError(f"expected at most {MAX_BYTES} bytes")
        said = as_model(from_json(content), TrustedDocument)
        trust = NOBODY
        for key in said.keys:
            trust = trust.with_key(key.name, key.key)
        for authority in said.authorities:
            trust = trust.with_authority(authority.name, authority.certificate.encode("ascii"))
    except (ValueError, RefusedError) as error:
        raise InputError(
            f"the list of known keys cannot be read ({error}).",
            path=path,
            hint="Put it right, or move it away and enter the keys again.",
        ) from error
    return trust


def known_here() -> Trust:
    """Whom the user knows, and the user's own keys.

    Own keys that cannot be read are not known; whoever signs with them is told what is wrong.

    Raises:
        InputError: the list of known keys cannot be read.
    """
    trust = load_trust()
    try:
        stored = KeyStore().keys()
    except EffaceError:
        stored = ()
    return replace(trust, own=frozenset(key.key_id for key in stored))


def _checked_name(name: str) -> str:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise RefusedError("a name has at least one printable character.")
    return name


def _vouches(authority: x509.Certificate, chain: Chain) -> bool:
    """Whether the authority is among the issuers of the chain, or issued its last certificate."""
    if authority in chain.certificates[1:]:
        return True
    try:
        check_issued(chain.certificates[-1], authority, len(chain.certificates) - 1)
    except (VerificationError, *UNREADABLE):
        return False
    return True
