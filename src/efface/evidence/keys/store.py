"""Where a user's keys lie: one folder a key, named by its key id, outside of every pack.

::

    KEYID16/certificates.pem    the chain, the key's own certificate first
    KEYID16/key.pem             the private key, encrypted (PKCS#8), or
    KEYID16/command.json        {"schema": "efface.command/1", "command": ["...", ...]}
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import platformdirs

from efface.documents.model import exact
from efface.documents.reading import as_model, from_json
from efface.errors import InputError, RefusedError
from efface.evidence.forms import COMMAND as COMMAND_SCHEMA
from efface.evidence.forms import CommandDocument
from efface.evidence.keys.certificates import YEARS, issue, new_key, random_label
from efface.evidence.keys.chain import Chain, pem_chain
from efface.evidence.keys.command import CommandSigner
from efface.evidence.keys.files import load_signer, own_chain, read_chain
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.pkcs8 import encrypted, private_key
from efface.files.appearing import TEMPORARY_PREFIX, appearing_folder, cannot_be_written
from efface.files.durable import PRIVATE, PUBLIC, replace_durably
from efface.files.paths import exists, is_folder, read_whole

ENVIRONMENT = "EFFACE_KEYS"
"""Names another folder."""

CERTIFICATES = "certificates.pem"
PRIVATE_KEY = "key.pem"
COMMAND = "command.json"

_SHORT_ID = 16
"""Hexadecimal digits of a key id in a folder's name."""


def default_folder() -> Path:
    """The user's own folder for keys, or the one that ``EFFACE_KEYS`` names."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    return platformdirs.user_data_path("efface", appauthor=False) / "keys"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key in the store."""

    folder: Path
    chain: Chain
    kind: Literal["file", "command"]

    @property
    def key_id(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
        return self.chain.key_id

    @property
    def label(self) -> str:
        """Its certificate's common name."""
        return self.chain.label

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "key": self.key_id,
            "label": self.label,
            "algorithm": self.chain.algorithm,
            "kind": self.kind,
            "not_before": f"{self.chain.not_before:%Y-%m-%dT%H:%M:%SZ}",
            "not_after": f"{self.chain.not_after:%Y-%m-%dT%H:%M:%SZ}",
        }


class KeyStore:
    """The keys of a user."""

    def __init__(self, folder: Path | None = None) -> None:
        """
        Args:
            folder: ``None`` for the user's own, ``default_folder``.
        """
        self.folder = folder or default_folder()

    def create(
        self,
        passphrase: str,
        *,
        label: str | None = None,
        algorithm: str = "ed25519",
        years: int = YEARS,
        now: datetime | None = None,
    ) -> StoredKey:
        """Make a key with certificates of its own.

        Args:
            label: who it is, in public; ``None`` for a random one.
            algorithm: ``ed25519``, ``es256`` or ``es384``.
            now: with a time zone; ``None`` for the clock's.

        Raises:
            RefusedError: an empty passphrase, or a label, an algorithm or years of no use.
            OutputError: it cannot be written.
        """
        private = new_key(algorithm)
        label, now = label or random_label(), now or datetime.now(UTC)
        ders = issue(private.public_key(), algorithm, label, now, years)
        return self._keep(ders, PRIVATE_KEY, encrypted(private, passphrase))

    def adopt(
        self, key: Path, certificates: Path, *, key_passphrase: str | None, passphrase: str
    ) -> StoredKey:
        """Keep a copy of a key that an authority issued, encrypted anew.

        Args:
            key: PEM.
            certificates: PEM, the key's own first.
            key_passphrase: of that file; ``None`` if it has none.
            passphrase: of the copy.

        Raises:
            InputError: a file cannot be read.
            RefusedError: a wrong or an empty passphrase; a key or certificates of no use.
            OutputError: it cannot be written.
        """
        signer = load_signer(key, certificates, key_passphrase)
        private = private_key(read_whole(key), key_passphrase)
        return self._keep(signer.chain, PRIVATE_KEY, encrypted(private, passphrase))

    def adopt_command(self, command: Sequence[str], certificates: Path) -> StoredKey:
        """Keep a command that signs, after it has signed once.

        Args:
            command: the program and its arguments.
            certificates: PEM, the key's own first.

        Raises:
            InputError: the certificates cannot be read.
            RefusedError: the command gives no signature by that certificate's key.
            OutputError: it cannot be written.
        """
        signer = CommandSigner(command, read_chain(certificates))
        signer.sign(b"efface: does this command sign with the key of its certificate?\n")
        document = exact(CommandDocument(schema=COMMAND_SCHEMA, command=list(command)))
        return self._keep(signer.chain, COMMAND, json.dumps(document, indent=1).encode() + b"\n")

    def keys(self) -> tuple[StoredKey, ...]:
        """All keys, by label.

        Raises:
            InputError: one of them cannot be read.
        """
        if not is_folder(self.folder):
            return ()
        try:
            folders = [f for f in self.folder.iterdir() if exists(f / CERTIFICATES)]
        except OSError as error:
            raise InputError(
                f"the keys cannot be read ({error.strerror or error}).", path=self.folder
            ) from error
        kept = [f for f in folders if not f.name.startswith(TEMPORARY_PREFIX)]
        return tuple(sorted(map(_stored, kept), key=lambda key: (key.label, key.key_id)))

    def find(self, name: str | None = None) -> StoredKey:
        """The key of that label or key id.

        Args:
            name: a label, or a key id or its first 8 digits or more; ``None`` for the only key.

        Raises:
            InputError: a key cannot be read.
            RefusedError: there is none, or several.
        """
        keys = self.keys()
        if name is not None:
            start = name.lower()
            keys = tuple(
                key
                for key in keys
                if key.label == name or (len(start) >= 8 and key.key_id.startswith(start))
            )
        if len(keys) == 1:
            return keys[0]
        if not keys:
            raise RefusedError(
                "there is no key to sign with." if name is None else f"there is no key {name!r}.",
                hint="Make one with: efface keys new.",
            )
        several = ", ".join(f"{key.label} ({key.key_id[:_SHORT_ID]})" for key in keys)
        raise RefusedError(f"there are several keys: {several}.", hint="Say which, by its id.")

    def signer(self, key: StoredKey, passphrase: Callable[[], str]) -> Signer:
        """What signs with a key.

        Args:
            passphrase: asked for it, if the key has one.

        Raises:
            InputError: the key cannot be read.
            RefusedError: the passphrase is wrong.
        """
        if key.kind == "command":
            return CommandSigner(_command(key.folder / COMMAND), key.chain.ders)
        return load_signer(key.folder / PRIVATE_KEY, key.folder / CERTIFICATES, passphrase())

    def _keep(self, ders: Sequence[bytes], name: str, secret: bytes) -> StoredKey:
        """Put a key into its folder, which appears whole or not at all."""
        chain = own_chain(ders)
        target = self.folder / chain.key_id[:_SHORT_ID]
        if exists(target):
            raise RefusedError("this key is there already.", path=target)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise cannot_be_written(target, error) from error
        with appearing_folder(target) as beside:
            replace_durably(beside / name, secret, mode=PRIVATE)
            replace_durably(beside / CERTIFICATES, pem_chain(ders), mode=PUBLIC)
        return _stored(target)


def _stored(folder: Path) -> StoredKey:
    path = folder / CERTIFICATES
    try:
        chain = own_chain(read_chain(path))
    except RefusedError as error:
        raise InputError(
            f"this key's certificates are damaged: {error.message}",
            path=path,
            hint="Put them back from a copy, or move the folder away.",
        ) from error
    return StoredKey(folder, chain, "command" if exists(folder / COMMAND) else "file")


def _command(path: Path) -> list[str]:
    try:
        return as_model(from_json(read_whole(path)), CommandDocument).command
    except ValueError as error:
        raise InputError(
            "this key's command cannot be read.", path=path, hint="Register the command again."
        ) from error
