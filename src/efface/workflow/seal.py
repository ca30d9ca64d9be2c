"""``efface seal``: a pack from an original, at intake."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from efface.documents.model import exact, plain
from efface.errors import RefusedError
from efface.events import Listener, StepStarted, ignore
from efface.evidence.contents import committed
from efface.evidence.custody.entry import Action
from efface.evidence.custody.log import Log
from efface.evidence.forms import CASE_BYTES, KEY_BYTES, PACK, Field, PackDocument
from efface.evidence.keys.interface import Signer
from efface.evidence.pack import layout
from efface.evidence.pack.capture import Capture, Salted
from efface.evidence.pack.intake import Intake, Origin, sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.secret import Secret
from efface.evidence.pack.statements import write_statement
from efface.evidence.seal.identities import new_passphrase_key
from efface.evidence.seal.recipients import Recipient
from efface.evidence.seal.sealing import seal_file
from efface.evidence.statement import encode, sign_document
from efface.files.appearing import appearing_folder
from efface.files.durable import PRIVATE, PUBLIC, replace_durably
from efface.files.paths import exists, sha256
from efface.media.file import MediaFile
from efface.media.opening import open_media
from efface.policy import Limits
from efface.version import __version__
from efface.workflow.evidence.companions import (
    NAME_CHARACTERS,
    SealedCompanion,
    check_companions,
    seal_companions,
)
from efface.workflow.shown_form import SEALED, SealedDocument, ShownCompanion


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sealed, to whom, and by whom."""

    source: Path
    target: Path
    """Of the pack; it must not be there."""
    recipients: tuple[Recipient, ...]
    """Who may open the original; with a passphrase there may be none."""
    signer: Signer
    own: Recipient | None = None
    """The user's own, for the secret part alone: without it, nothing can be redacted from the
    pack."""
    passphrase: str | None = None
    """Opens the original, too."""
    note: str | None = None
    """Goes into the log as it is."""
    companions: tuple[Path, ...] = ()
    """Files that came with the original; sealed as it is."""
    capture: Mapping[Field, str] = field(default_factory=dict)
    """What is told of how it came about; stays under seal."""
    now: datetime | None = None
    """With a time zone; ``None`` for the clock's."""


@dataclass(frozen=True, slots=True)
class SealedPack:
    """A pack that was made."""

    pack: Pack
    key_id: str
    """Of the key that signed it, hexadecimal."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.sealed/1``)."""
        intake = self.pack.intake
        return plain(
            SealedDocument(
                schema=SEALED,
                pack=str(self.pack.folder),
                case=self.pack.case,
                sha256=intake.sha256,
                commitment=self.pack.commitment.root.hex(),
                sealed=dict(intake.sealed),
                companions=[
                    ShownCompanion(number=number, kind=one.kind, states=one.states)
                    for number, one in enumerate(intake.companions, 1)
                ],
                fields=list(intake.capture),
                key=self.key_id,
            )
        )


def seal_original(request: Request, limits: Limits, listen: Listener = ignore) -> Pack:
    """Make a pack; it appears whole or not at all.

    Raises:
        InputError: the original, or a file that came with it, cannot be read whole.
        RefusedError: its format is none that efface handles, it changed meanwhile, nobody could
            open the seal, the target is there, or a file that came with it is of no use.
        OutputError: the pack cannot be written.
    """
    if exists(request.target):
        raise RefusedError(
            "there is something of that name already.",
            path=request.target,
            hint="Give the pack another name with -o.",
        )
    if not request.recipients and request.passphrase is None:
        raise RefusedError(
            "nobody could open the seal.",
            path=request.source,
            hint="Name those who may with --to, or set a passphrase with --passphrase.",
        )
    check_companions(request.source, request.companions)
    now = (request.now or datetime.now(UTC)).replace(microsecond=0)
    listen(StepStarted(request.source, "read", 0, 1))
    digest = sha256(request.source)
    media = open_media(request.source, limits)
    with appearing_folder(request.target) as folder:
        _NewPack(request, folder, digest, now, listen).run(media)
    return Pack(request.target)


class _NewPack:
    """A pack that is being made."""

    def __init__(
        self, request: Request, folder: Path, digest: str, now: datetime, listen: Listener
    ) -> None:
        self._request, self._folder, self._digest = request, folder, digest
        self._now, self._listen = now, listen
        self._case = secrets.token_hex(CASE_BYTES)
        self._certificates = folder / layout.CERTIFICATES
        self._sealed = folder / layout.SEALED

    def run(self, media: MediaFile) -> None:
        source = self._request.source
        self._listen(StepStarted(source, "commit", 0, 1))
        key = secrets.token_bytes(KEY_BYTES)
        commitment = committed(media, key)
        self._listen(StepStarted(source, "seal", 0, 1))
        recipients = self._recipients()
        original = seal_file(
            source, self._sealed / layout.ORIGINAL, recipients, expected_sha256=self._digest
        )
        hashes = {layout.ORIGINAL: original.sha256}
        files = self._request.companions
        companions = seal_companions(files, self._sealed, recipients, self._digest)
        for number, one in enumerate(companions, 1):
            hashes[layout.sealed_companion(number)] = one.sha256
        own = self._request.own
        told = self._seal_small(key, companions, [*recipients, own] if own else recipients)
        hashes |= {p.name: sha256(p) for p in self._sealed.iterdir() if p.name not in hashes}
        intake = Intake(
            self._case,
            self._now,
            secrets.token_hex(32),
            self._digest,
            original.plain_size,
            media.format,
            media.kind,
            dict(sorted(hashes.items())),
            __version__,
            tuple(
                one.entry(self._case, number, self._digest)
                for number, one in enumerate(companions, 1)
            ),
            {name: one.commitment(self._case, name) for name, one in told.items()},
        )
        signed = self._state(layout.INTAKE, intake.to_json())
        origin = Origin(self._case, self._now, signed, commitment)
        self._state(layout.ORIGIN, origin.to_json())
        self._begin_log(intake)
        document = exact(PackDocument(schema=PACK, case=self._case))
        _write_document(self._folder / layout.PACK, document)

    def _recipients(self) -> list[Recipient]:
        """Those who may open the original."""
        self._sealed.mkdir(mode=0o700)
        recipients = list(self._request.recipients)
        if self._request.passphrase is not None:
            recipient, file = new_passphrase_key(self._request.passphrase)
            recipients.append(recipient)
            replace_durably(self._sealed / layout.PASSPHRASE, file, mode=PRIVATE)
        return recipients

    def _seal_small(
        self, key: bytes, companions: tuple[SealedCompanion, ...], recipients: list[Recipient]
    ) -> dict[Field, Salted]:
        """What is told of the original, and of what came with it."""
        request, folder = self._request, self._sealed
        recipients = list(dict.fromkeys(recipients))
        secret = Secret.drawn(self._case, request.source.name[:NAME_CHARACTERS], key)
        replace_durably(folder / layout.SECRET, secret.sealed(recipients), mode=PRIVATE)
        told = {name: Salted(value) for name, value in request.capture.items()}
        if told or companions:
            capture = Capture(self._case, told, tuple(one.told for one in companions))
            replace_durably(folder / layout.CAPTURE, capture.sealed(recipients), mode=PRIVATE)
        return told

    def _state(self, name: str, document: dict[str, Any]) -> str:
        signed = sign_document(document, self._request.signer)
        write_statement(self._folder, name, signed, self._certificates)
        return sha256_of(signed)

    def _begin_log(self, intake: Intake) -> None:
        log = Log(self._folder / layout.LOG, self._case, self._certificates)
        received: dict[str, Any] = {
            "sha256": intake.sha256,
            "size": intake.size,
            "format": intake.format,
        }
        if self._request.note is not None:
            received["note"] = self._request.note
        signer, now = self._request.signer, self._now
        log.append(Action.RECEIVED, received, signer, now)
        to = [recipient.text for recipient in self._request.recipients]
        sealed = {"recipients": to, "passphrase": self._request.passphrase is not None}
        log.append(Action.SEALED, {**sealed, "files": dict(intake.sealed)}, signer, now)


def _write_document(path: Path, document: dict[str, Any]) -> None:
    replace_durably(path, encode(document) + b"\n", mode=PUBLIC)
