"""Keys to sign with, and those of others that are known: ``efface.keys``, ``new_key``, …"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from efface.arguments import AnyPath, GivenPassphrase, passphrase_from, path_from
from efface.evidence.keys.store import KeyStore, StoredKey
from efface.evidence.keys.trust import load_trust
from efface.files.paths import read_whole
from efface.redact.people import new_project as make_project
from efface.workflow.evidence.own_identity import make_own, own_recipient
from efface.workflow.keys import KnownKeys, OwnKey

__all__ = [
    "Algorithm", "KnownKeys", "OwnKey", "StoredKey", "add_key", "forget", "keys", "new_key",
    "new_project", "trust_authority", "trust_key",
]  # fmt: skip

Algorithm = Literal["ed25519", "es256", "es384"]


def keys() -> KnownKeys:
    """Your keys, and those of others that you know.

    Raises:
        InputError: a key or the list of those that are known cannot be read.
    """
    own = tuple(OwnKey(key, own_recipient(key)) for key in KeyStore().keys())  # noqa: SIM118 - it is no dict
    return KnownKeys(own, load_trust())


def new_key(
    passphrase: GivenPassphrase, *, name: str | None = None, algorithm: Algorithm = "ed25519"
) -> OwnKey:
    """Make a key with certificates of its own, and an age key to open your own packs.

    Args:
        passphrase: of the new key; without it the key is of no use.
        name: who it is, in public; a random one when left out.
        algorithm: of its signatures.

    Raises:
        RefusedError: the passphrase is empty, or there is a key of that name.
        OutputError: it cannot be written.
    """
    secret = passphrase_from(passphrase)()
    key = KeyStore().create(secret, label=name, algorithm=algorithm)
    return OwnKey(key, make_own(key, secret))


def add_key(
    certificates: AnyPath,
    *,
    private: AnyPath | None = None,
    private_passphrase: str | None = None,
    command: Sequence[str] | None = None,
    passphrase: GivenPassphrase = "",
) -> StoredKey:
    """Take a key that an authority issued, or one in hardware.

    Args:
        certificates: PEM file; the key's first.
        private: PEM file of the private key, which is copied.
        private_passphrase: of that file, if it has one.
        command: instead: a program that reads what is to be signed and writes the signature.
        passphrase: of the copy.

    Raises:
        ValueError: neither a private key nor a command was given, or both.
        InputError: a file cannot be read.
        RefusedError: the key is of no use, or a passphrase is wrong.
        OutputError: it cannot be written.
    """
    if (private is None) == (command is None):
        raise ValueError("expected either a private key or a command")
    store = KeyStore()
    if command is not None:
        return store.adopt_command(command, Path(certificates))
    assert private is not None
    return store.adopt(
        Path(private),
        Path(certificates),
        key_passphrase=private_passphrase,
        passphrase=passphrase_from(passphrase)(),
    )


def trust_key(name: str, key_id: str) -> None:
    """Remember somebody's key. Compare it with one from a source that you trust, digit by digit.

    Args:
        name: yours for them.
        key_id: hexadecimal.

    Raises:
        RefusedError: the name is taken, or it is no key id.
        OutputError: it cannot be written.
    """
    load_trust().with_key(name, key_id).save()


def trust_authority(name: str, certificates: AnyPath) -> None:
    """Remember an authority: everybody it vouches for is known.

    Args:
        name: yours for it.
        certificates: PEM file.

    Raises:
        InputError: the file cannot be read.
        RefusedError: the name is taken, or it is no authority's certificate.
        OutputError: it cannot be written.
    """
    load_trust().with_authority(name, read_whole(Path(certificates))).save()


def forget(name: str) -> None:
    """Take a name, of a key or an authority, off the list of those that are known.

    Raises:
        RefusedError: there is no such name.
        OutputError: it cannot be written.
    """
    load_trust().without(name).save()


def new_project(file: AnyPath) -> None:
    """Make the key of a project, over whose files a person who is named has one drawn head.

    Args:
        file: where it goes; only you can read it.

    Raises:
        RefusedError: there is a file of that name.
        OutputError: it cannot be written.
    """
    make_project(path_from(file))
