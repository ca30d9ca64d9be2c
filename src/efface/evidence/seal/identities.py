"""Those who can open a seal: secret keys of age and of SSH, and passphrases.

A passphrase is a key of age under that passphrase, in a file of its own, as ``age`` itself has it:
``age --decrypt --identity passphrase.age original.age``. A file that is sealed to a passphrase
directly can have no other recipient, and each further file asks for the passphrase again; a key
under a passphrase stands beside other recipients, and its public half seals without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from efface.errors import EffaceError, InputError, RefusedError
from efface.evidence.seal.passphrase import ARMOUR, HEADER, opened, under_passphrase
from efface.evidence.seal.recipients import Recipient
from efface.files.bounded import read_bounded

MAX_FILE_BYTES = 1 << 20
_SSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who can open what was sealed to the public half of this key."""

    native: Any = field(repr=False)
    """As the library takes it; its text is the secret."""


def new_passphrase_key(passphrase: str) -> tuple[Recipient, bytes]:
    """A new key under a passphrase.

    Takes about a second, and 256 MiB of memory, to make guessing dear.

    Returns:
        The recipient to seal to, and the file with the key under its passphrase.

    Raises:
        RefusedError: the passphrase is empty.
    """
    if not passphrase:
        raise RefusedError(
            "a seal needs a passphrase that is not empty.",
            hint="Give one; several unrelated words are good.",
        )
    key = pyrage.x25519.Identity.generate()
    public = key.to_public()
    return Recipient(str(public), public), under_passphrase(f"{key}\n".encode("ascii"), passphrase)


def identities(path: Path, passphrase: Callable[[], str]) -> tuple[Identity, ...]:
    """The secret keys of a file: age's (``age-keygen``), one under a passphrase, or of SSH.

    Args:
        passphrase: asked for it, if the file has one.

    Raises:
        InputError: the file cannot be read, or holds no key.
        RefusedError: the passphrase is wrong, or the key of a kind that age does not take.
        VerificationError: the file under the passphrase was changed or cut short.
    """
    content = read_bounded(path, MAX_FILE_BYTES)
    try:
        if content.startswith(_SSH):
            return (_of_ssh(content),)
        if content.startswith((HEADER, ARMOUR)):
            content = opened(content, passphrase())
        return _of_age(content)
    except EffaceError as error:
        error.path = path
        raise


def _of_age(content: bytes) -> tuple[Identity, ...]:
    found = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("AGE-PLUGIN-"):
            raise RefusedError(
                f"line {number} names a key that another program (a plugin) holds.",
                hint="Open the seal with age and that plugin: age --decrypt.",
            )
        try:
            found.append(Identity(pyrage.x25519.Identity.from_str(text)))
        except pyrage.IdentityError:
            raise InputError(  # without the line: it may be a secret with a typing error
                f"line {number} is no secret key of age.",
                hint="Such a line begins with AGE-SECRET-KEY-1.",
            ) from None
    if not found:
        raise InputError("there is no secret key in it.", hint="Name the file of age-keygen.")
    return tuple(found)


def _of_ssh(content: bytes) -> Identity:
    try:
        return Identity(pyrage.ssh.Identity.from_buffer(content))
    except pyrage.IdentityError as error:
        if "decrypted first" in str(error):
            raise RefusedError(
                "this SSH key is under a passphrase, which only age itself can ask for.",
                hint="Open the seal with: age --decrypt --identity KEY --output FILE SEALED.",
            ) from error
        raise RefusedError(
            "age takes no SSH key of that kind.", hint="Ed25519 and RSA are taken."
        ) from error
