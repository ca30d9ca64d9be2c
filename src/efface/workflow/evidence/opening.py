"""``efface pack open``: the original out of its seal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from efface.errors import VerificationError
from efface.evidence.custody.entry import Action
from efface.evidence.pack import layout
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.opening import open_file
from efface.evidence.seal.sealing import Sealed
from efface.files.paths import sha256
from efface.workflow.evidence.keyring import Keyring


def open_original(
    pack: Pack, target: Path, who: Keyring, reason: str | None = None, now: datetime | None = None
) -> None:
    """Write the original, whole, and enter it in the log. The entry comes first: nobody has the
    original of whom the log does not say so.

    Raises:
        InputError: a part of the pack cannot be read.
        RefusedError: none of the user's keys opens it, or the target is there.
        VerificationError: it was changed or exchanged.
        OutputError: it cannot be written.
    """
    sealed, intake = pack.sealed / layout.ORIGINAL, pack.intake
    digest = sha256(sealed)
    if digest != intake.sealed.get(layout.ORIGINAL):
        raise VerificationError("it was changed, cut short or exchanged.", path=sealed)
    identities = who.identities(pack)
    details = {} if reason is None else {"reason": reason}
    pack.log().append(Action.OPENED, details, who.signer, now)
    received = Sealed(intake.sha256, intake.size, digest, sealed.stat().st_size)
    open_file(sealed, target, identities, expected=received)
