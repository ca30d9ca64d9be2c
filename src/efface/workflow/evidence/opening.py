"""``efface pack open``: the original, and what came with it, out of the seal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from efface.errors import RefusedError, VerificationError
from efface.evidence.custody.entry import Action
from efface.evidence.forms import CAPTURE
from efface.evidence.pack import layout
from efface.evidence.pack.capture import open_capture
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.opening import open_file
from efface.evidence.seal.sealing import Sealed
from efface.files.appearing import appearing_folder
from efface.files.durable import PRIVATE, replace_durably
from efface.files.paths import exists, sha256
from efface.workflow.evidence.companions import taken_out_as
from efface.workflow.evidence.keyring import Keyring

_FIELDS: Final = "capture.json"
"""As ``efface seal --capture`` takes it."""


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
    digest = _as_sealed(pack, layout.ORIGINAL)
    identities = who.identities(pack)
    _enter(pack, who, {}, reason, now)
    received = Sealed(intake.sha256, intake.size, digest, sealed.stat().st_size)
    open_file(sealed, target, identities, expected=received)


def open_companions(
    pack: Pack, target: Path, who: Keyring, reason: str | None = None, now: datetime | None = None
) -> tuple[str, ...]:
    """Write the files that came with the original into a new folder, and what was told of how it
    came about into ``capture.json`` there, and enter that in the log, first.

    Returns:
        Names in that folder.

    Raises:
        InputError: a part of the pack cannot be read.
        RefusedError: nothing came with the original, none of the user's keys opens it, or there is
            something of that name.
        VerificationError: something was changed or exchanged.
        OutputError: it cannot be written.
    """
    if exists(target):
        raise RefusedError(
            "there is something of that name already.",
            path=target,
            hint="Name a folder that is not there.",
        )
    identities = who.identities(pack)
    capture = open_capture(pack, identities)
    digests = [
        _as_sealed(pack, layout.sealed_companion(number + 1))
        for number in range(len(capture.companions))
    ]
    _enter(pack, who, {"companions": len(capture.companions)}, reason, now)
    names: list[str] = []
    with appearing_folder(target) as folder:
        for number, (one, digest) in enumerate(zip(capture.companions, digests, strict=True), 1):
            path = pack.sealed / layout.sealed_companion(number)
            expected = Sealed(one.sha256.value, one.size, digest, path.stat().st_size)
            names.append(taken_out_as(capture, number))
            open_file(path, folder / names[-1], identities, expected=expected)
        fields = {name: one.value for name, one in capture.fields.items()}
        text = json.dumps({"schema": CAPTURE, **fields}, indent=2, ensure_ascii=False)
        replace_durably(folder / _FIELDS, f"{text}\n".encode(), mode=PRIVATE)
    return (*names, _FIELDS)


def _as_sealed(pack: Pack, name: str) -> str:
    """The SHA-256 of a sealed file, which is that of the intake; hexadecimal.

    Raises:
        InputError: it cannot be read.
        VerificationError: it was changed or exchanged.
    """
    path = pack.sealed / name
    digest = sha256(path)
    if digest != pack.intake.sealed.get(name):
        raise VerificationError("it was changed, cut short or exchanged.", path=path)
    return digest


def _enter(
    pack: Pack, who: Keyring, details: Mapping[str, Any], reason: str | None, now: datetime | None
) -> None:
    said = {**details, **({} if reason is None else {"reason": reason})}
    pack.log().append(Action.OPENED, said, who.signer, now)
