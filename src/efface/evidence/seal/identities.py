"""Those who can open a seal: secret keys of age and of SSH, and passphrases.

A passphrase is a key of age under that passphrase, in a file of its own, as ``age`` itself has it:
``age --decrypt --identity passphrase.age original.age``. A file that is sealed to a passphrase
directly can have no other recipient, and each further file asks for the passphrase again; a key
under a passphrase stands beside other recipients, and its public half seals without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.evidence.seal.recipients import Recipient
from efface.files.bounded import read_bounded

MAX_FILE_BYTES = 1 << 20
MAX_WORK = 20
"""Logarithm of scrypt's N that a file of somebody else may ask for: 1 GiB of memory."""

_HEADER = b"age-encryption.org/v1\n"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_SCRYPT = re.compile(rb"-> scrypt [A-Za-z0-9+/]{22} ([0-9]{1,3})\n")
_SSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who can open what was sealed to the public half of this key."""

    native: Any = field(repr=False)
    """As the library takes it; its text is the secret."""


def new_passphrase_key(passphrase: str) -> tuple[Recipient, bytes]:
    """A new key under a passphrase.

    Takes about a second, and up to half a gigabyte of memory, to make guessing dear.

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
    file: bytes = pyrage.passphrase.encrypt(f"{key}\n".encode("ascii"), passphrase)
    return Recipient(str(public), public), file


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
        if content.startswith((_HEADER, _ARMOUR)):
            content = _under_passphrase(content, passphrase())
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


def _under_passphrase(content: bytes, passphrase: str) -> bytes:
    work = _SCRYPT.match(content, len(_HEADER))
    if content.startswith(_HEADER) and (work is None or int(work[1]) > MAX_WORK):
        raise VerificationError(
            "this is sealed to keys, not under a passphrase."
            if work is None
            else "the file asks for more memory than a passphrase may cost."
        )
    try:
        opened: bytes = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as error:
        if str(error) == "Decryption failed":
            raise RefusedError("the passphrase does not open it.", hint="Type it again.") from error
        raise VerificationError(
            f"the key under its passphrase was changed or cut short ({error})."
        ) from error
    return opened


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
