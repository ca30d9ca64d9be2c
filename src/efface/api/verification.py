"""What of a published file holds: ``efface.verify``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.arguments import AnyPath, GivenPassphrase, passphrase_from
from efface.events import Listener, ignore
from efface.evidence.keys.trust import known_here
from efface.evidence.pack.opened import Pack
from efface.evidence.timestamp.check import load_roots
from efface.evidence.verify.context import Context
from efface.workflow.evidence.keyring import Keyring
from efface.workflow.verify import Verification
from efface.workflow.verify import verify as check_all

__all__ = ["Verification", "verify"]


def verify(
    path: AnyPath | None = None,
    *,
    pack: AnyPath | None = None,
    original: AnyPath | None = None,
    identities: Sequence[AnyPath] = (),
    key: str | None = None,
    passphrase: GivenPassphrase = "",
    signer: str | None = None,
    roots: AnyPath | None = None,
    listen: Listener = ignore,
) -> Verification:
    """Check a published file, its pack, or both, offline; ``docs/evidence.md`` says what each line
    of the answer proves.

    Args:
        path: as it was published; left out: the pack alone.
        pack: folder.
        original: as a court has it; needs the pack.
        identities: files of secret keys (age or SSH) that open the seal, to say whether the
            commitment is to this original.
        key: name of a key of yours that opens it, instead.
        passphrase: of those.
        signer: who must have signed it: a name that is known, or a key id or its first 16 digits.
        roots: PEM file of the timestamp authorities that are trusted.

        listen: receives progress events.

    Returns:
        Whatever is found; a forgery is no exception, but ``ok`` is false then.

    Raises:
        InputError: something cannot be read whole.
        RefusedError: there is nothing to check, or none of the keys opens the seal.
        VerificationError: the pack is of another version, or none.
    """
    context = Context(known_here(), () if roots is None else load_roots(Path(roots)))
    folder = None if pack is None else Pack(Path(pack))
    secret = None
    if folder is not None and (identities or key is not None):
        files = tuple(Path(file) for file in identities)
        secret = Keyring(key, passphrase_from(passphrase), files).secret(folder)
    return check_all(
        None if path is None else Path(path),
        context,
        pack=folder,
        original=None if original is None else Path(original),
        secret=secret,
        signer=signer,
        listen=listen,
    )
