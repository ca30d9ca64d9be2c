"""Who signs, and who opens: a stored key, its passphrase, and secret keys that the user names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from efface.errors import RefusedError
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.store import KeyStore, StoredKey
from efface.evidence.pack import layout
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.secret import Secret
from efface.evidence.seal.identities import Identity, identities
from efface.files.paths import exists
from efface.workflow.evidence.own_identity import own_identities

Ask = Callable[[], str]


@dataclass(frozen=True)
class Keyring:
    """The user, as far as packs go. Nothing is asked for before it is needed."""

    key_name: str | None
    passphrase: Ask
    """Of the signing key."""
    identity_files: Sequence[Path] = ()
    identity_passphrase: Ask | None = None
    """Of those, where they have one; ``None``: the same as the signing key's."""

    @cached_property
    def key(self) -> StoredKey:
        """
        Raises:
            InputError: a key cannot be read.
            RefusedError: there is none, or several and none was named.
        """
        return KeyStore().find(self.key_name)

    @cached_property
    def signer(self) -> Signer:
        """
        Raises:
            InputError: the key cannot be read.
            RefusedError: there is none, or the passphrase is wrong.
        """
        return KeyStore().signer(self.key, self.passphrase)

    def identities(self, pack: Pack) -> tuple[Identity, ...]:
        """Secret keys for a pack: those that were named, else the user's own.

        Raises:
            InputError: a file cannot be read, or holds no key.
            RefusedError: a passphrase is wrong, or there is no key at all.
            VerificationError: a file was changed or cut short.
        """
        ask = self.identity_passphrase or self.passphrase
        found = [one for path in self.identity_files for one in identities(path, ask)]
        if not found and exists(pack.sealed / layout.PASSPHRASE) and self.identity_passphrase:
            found += identities(pack.sealed / layout.PASSPHRASE, self.identity_passphrase)
        if not found:
            found += own_identities(self.key, self.passphrase())
        if not found:
            raise RefusedError(
                "there is no secret key to open the seal with.",
                path=pack.folder,
                hint="Name a recipient's with --identity.",
            )
        return tuple(found)

    def secret(self, pack: Pack) -> Secret:
        """The secret part of a pack.

        Raises:
            InputError: it cannot be read.
            RefusedError: none of the user's keys can open it.
            VerificationError: it was changed or cut short, or is another case's.
        """
        return pack.secret(self.identities(pack))
