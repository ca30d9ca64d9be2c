"""The user's own age key, beside the signing key and under the same passphrase: it opens the secret
part of packs that the user made, so that their originals can be redacted."""

from __future__ import annotations

from pathlib import Path

from efface.evidence.keys.store import StoredKey
from efface.evidence.seal.identities import Identity, identities, new_passphrase_key
from efface.evidence.seal.recipients import Recipient, parse_recipients
from efface.files.bounded import read_bounded
from efface.files.durable import PRIVATE, PUBLIC, replace_durably
from efface.files.paths import exists

IDENTITY = "identity.age"
RECIPIENT = "recipient.txt"
_MAX_BYTES = 1 << 12


def make_own(key: StoredKey, passphrase: str) -> Recipient:
    """Make it; the key under its passphrase opens with ``age --decrypt --identity`` too.

    Raises:
        RefusedError: the passphrase is empty.
        OutputError: it cannot be written.
    """
    recipient, file = new_passphrase_key(passphrase)
    replace_durably(key.folder / IDENTITY, file, mode=PRIVATE)
    replace_durably(key.folder / RECIPIENT, f"{recipient.text}\n".encode("ascii"), mode=PUBLIC)
    return recipient


def own_recipient(key: StoredKey) -> Recipient | None:
    """Its public half; ``None`` for a key that has none, such as one in hardware.

    Raises:
        InputError: it cannot be read.
        RefusedError: it is damaged.
    """
    path = key.folder / RECIPIENT
    if not exists(path):
        return None
    text = read_bounded(path, _MAX_BYTES).decode("utf-8", "replace").strip()
    return parse_recipients([text])[0]


def own_identities(key: StoredKey, passphrase: str) -> tuple[Identity, ...]:
    """The key itself; none for a key that has none.

    Raises:
        InputError: it cannot be read.
        RefusedError: the passphrase is wrong.
        VerificationError: it was changed or cut short.
    """
    path: Path = key.folder / IDENTITY
    return identities(path, lambda: passphrase) if exists(path) else ()
