"""``efface redact --pack``: what is published carries its evidence, and the pack learns of it."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from efface.errors import RefusedError, VerificationError
from efface.evidence.contents import check_provable, checked, proven, taken_apart
from efface.evidence.credentials import Edit, SourceType
from efface.evidence.custody.entry import Action
from efface.evidence.keys.interface import Signer
from efface.evidence.pack import layout
from efface.evidence.pack.assertion import Assertion
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.redaction import Redaction, packed, unpacked
from efface.evidence.pack.secret import Secret
from efface.evidence.pack.statements import write_statement
from efface.evidence.places import regions_of
from efface.evidence.statement import Signed, encode, sign_document
from efface.files.appearing import cannot_be_written, sync_folder
from efface.files.bounded import read_bounded
from efface.files.durable import PRIVATE, PUBLIC, replace_durably
from efface.files.lock import locked
from efface.files.paths import exists, sha256
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.video.interface import Movie
from efface.policy import Policy
from efface.version import __version__
from efface.workflow.redact.ports import Notarised
from efface.workflow.redact.publication import Publication, check_free
from efface.workflow.redact.records import (
    details_of,
    kept_exactly,
    rescan_of,
    settings_of,
)
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.report_form import NotarisedEntry
from efface.zones.zone import Zone


class PackNotary:
    """The evidence of one original's redaction, into its pack and into what is published."""

    def __init__(
        self, pack: Pack, secret: Secret, signer: Signer, now: datetime | None = None
    ) -> None:
        """
        Args:
            secret: of that pack.
            now: with a time zone; ``None`` for the clock's.
        """
        self._pack, self._secret, self._signer = pack, secret, signer
        self._now = now

    def check(self, digest: str, path: Path, target: Path, overwrite: bool) -> None:
        """
        Args:
            digest: SHA-256 of the input, hexadecimal.

        Raises:
            RefusedError: it is not what was sealed, or evidence of another file lies beside the
                target, or the pack is of an earlier version by which nothing can be proven.
        """
        check_free(path, target, overwrite)
        check_provable(self._pack.commitment, path)
        if digest != self._pack.intake.sha256:
            raise RefusedError(
                "this is not the original of the pack: it was changed after intake, or is "
                "another file.",
                path=path,
                hint=f"The pack {self._pack.folder.name} holds the original: 'efface pack open'.",
            )

    def grown(self, original: Photo, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        """Zones to whole blocks of the commitment, so that nothing beside them stays unproven."""
        return taken_apart(original).grown(zones)

    def grown_group(
        self, original: Movie, group: Sequence[Sequence[Zone]]
    ) -> tuple[tuple[Zone, ...], ...]:
        """Likewise the zones of a video's frames, as many as a leaf of the commitment has."""
        from efface.evidence.commitment.video import VideoGrid  # noqa: PLC0415 - not for photos

        return VideoGrid.of(original).growth.grown(group)

    def sign(
        self,
        original: MediaFile,
        written: MediaFile,
        report: FileReport,
        *,
        policy: Policy,
        target: Path,
        overwrite: bool,
        zones: Sequence[Zone],
        kept: bytes,
    ) -> Notarised:
        """Prove, sign, and put it into the file, or beside it; then tell the pack.

        Args:
            original: as it was opened.
            written: the finished file, read back; the signed one takes its place.
            report: of this redaction so far.
            policy: that it was made by.
            target: the name that was asked for.
            overwrite: evidence that lies beside the target may be replaced.
            zones: as they were filled, of every frame.
            kept: of the method, for a court that repeats it.

        Raises:
            EffaceError: something of it cannot be done; the file must not be released.
        """
        now = (self._now or datetime.now(UTC)).replace(microsecond=0)
        zones = unpacked(packed(zones))  # as whoever checks will read them
        with locked(self._pack.folder / layout.PACK):
            self._finish_interrupted()
            number = len(self._pack.redactions()) + 1
            meant = self._pack.commitment
            copies = policy.video.copies
            proof = proven(original, written, zones, self._secret.key, meant, copies=copies)
            starts = self._confirm(proof, written, zones)
            details = encode(details_of(report))
            sealed = self._secret.seal_kept(kept) if kept else None
            statement = replace(
                self._statement(report, policy, proof, details),
                number=number,
                time=now,
                bare=written.sha256,
                zones=tuple(zones),
                sealed=None if sealed is None else hashlib.sha256(sealed).hexdigest(),
            )
            signed = sign_document(statement.to_json(), self._signer)
            assertion = Assertion(self._pack.origin_signed, signed, proof, self._timestamps())
            publication = Publication(written.path, target, self._signer, overwrite=overwrite)
            edit = Edit(
                regions_of(original, zones, starts),
                {},
                when=now,
                encoded_again=not kept_exactly(report),
                **_what_was_drawn(report),
            )
            beside = publication.publish(edit, assertion)
            digest = sha256(written.path)
            part = self._keep(number, signed, proof, details, beside)
            self._keep_sealed(part, sealed)
            try:
                redacted = self._redacted(number, signed, digest, report)
                if beside is not None:
                    redacted["credentials"] = hashlib.sha256(beside).hexdigest()
                self._pack.log().append(Action.REDACTED, redacted, self._signer, now)
            except BaseException:  # a redaction that the log does not tell of is none
                self._take_away(part)
                raise
            self._name(part, number)
            return Notarised(digest, self._entry(number))

    def _entry(self, number: int) -> NotarisedEntry:
        folder, key = str(self._pack.folder), self._signer.key_id
        return NotarisedEntry(folder=folder, case=self._pack.case, redaction=number, key=key)

    def _confirm(
        self, proof: bytes, written: MediaFile, zones: Sequence[Zone]
    ) -> tuple[Fraction, ...]:
        """Check the proof as a stranger will, on what was written; tells when frames of a video
        begin to show.

        Raises:
            VerificationError: it does not hold.
        """
        found = checked(self._pack.commitment, proof, written, zones)
        if not found.result.ok:
            raise VerificationError(
                f"what was written cannot be proven to come from the original: {found.result.says}",
                path=written.path,
                hint="Nothing was released. Keep the codec and the settings, or encode finer.",
            )
        return found.starts

    def _statement(
        self, report: FileReport, policy: Policy, proof: bytes, details: bytes
    ) -> Redaction:
        """What was done; number, time, zones and the file's hash come on top."""
        head = self._pack.log().head
        if head is None:
            raise VerificationError(
                "the log of the pack has no entry.", path=self._pack.folder / layout.LOG
            )
        return Redaction(
            case=self._pack.case,
            number=0,
            time=datetime.min,
            origin=sha256_of(self._pack.origin_signed),
            head=head,
            version=__version__,
            settings=settings_of(policy),
            detector=report.detector or "",
            zones=(),
            proof=hashlib.sha256(proof).hexdigest(),
            bare="",
            repeatable=report.video is None or policy.video.reproducible,
            checks={
                "rescan": rescan_of(report),
                "attack": "off" if report.attack is None else "passed",
                "details": hashlib.sha256(details).hexdigest(),
            },
        )

    def _timestamps(self) -> tuple[bytes, ...]:
        name = f"{sha256_of(self._pack.origin_signed)}.tsr"
        path = self._pack.folder / layout.TIMESTAMPS / name
        return (read_bounded(path, layout.MAX_TIMESTAMP_BYTES),) if exists(path) else ()

    def _keep(
        self, number: int, signed: Signed, proof: bytes, details: bytes, beside: bytes | None
    ) -> Path:
        """A folder of the redaction, which gets its name when the log tells of it."""
        part = self._pack.folder / layout.REDACTED / f".{number}-{secrets.token_hex(4)}"
        try:
            part.mkdir(parents=True)
            write_statement(part, layout.STATEMENT, signed, self._pack.certificates)
            replace_durably(part / layout.PROOF, proof, mode=PUBLIC)
            replace_durably(part / layout.DETAILS, details, mode=PUBLIC)
            if beside is not None:
                replace_durably(part / layout.SIDECAR, beside, mode=PUBLIC)
            sync_folder(part)
        except BaseException as error:
            shutil.rmtree(part, ignore_errors=True)
            if isinstance(error, OSError):
                raise cannot_be_written(part, error) from error
            raise
        return part

    def _keep_sealed(self, part: Path, sealed: bytes | None) -> None:
        """What the method keeps, beside the rest of a redaction that has no name yet."""
        if sealed is None:
            return
        try:
            replace_durably(self._pack.sealed / part.name, sealed, mode=PRIVATE)
        except BaseException as error:
            self._take_away(part)
            if isinstance(error, OSError):
                raise cannot_be_written(self._pack.sealed, error) from error
            raise

    def _take_away(self, part: Path) -> None:
        shutil.rmtree(part, ignore_errors=True)
        (self._pack.sealed / part.name).unlink(missing_ok=True)

    def _name(self, part: Path, number: int) -> None:
        folder, sealed = self._pack.folder / layout.REDACTED, self._pack.sealed / part.name
        try:
            if exists(sealed):
                sealed.rename(sealed.with_name(layout.sealed_redaction(number)))
                sync_folder(sealed.parent)
            part.rename(folder / str(number))
            sync_folder(folder)
        except OSError as error:
            raise cannot_be_written(folder / str(number), error) from error

    def _finish_interrupted(self) -> None:
        """What was interrupted before: finished if the log tells of it, else taken away."""
        told = {
            entry.details.get("statement"): entry.details.get("redaction")
            for entry in self._pack.log().entries
            if entry.action == Action.REDACTED
        }
        for part in sorted((self._pack.folder / layout.REDACTED).glob(".*-*")):
            statement = part / f"{layout.STATEMENT}.json"
            number = told.get(sha256(statement)) if exists(statement) else None
            if isinstance(number, int) and not exists(part.with_name(str(number))):
                self._name(part, number)
            else:
                self._take_away(part)

    def _redacted(
        self, number: int, signed: Signed, output: str, report: FileReport
    ) -> dict[str, Any]:
        """What the log is told."""
        return {
            "redaction": number,
            "statement": sha256_of(signed),
            "output": output,
            "attack": "off" if report.attack is None else "passed",
        }


def _what_was_drawn(report: FileReport) -> dict[str, Any]:
    """How what is in the zones came about, where a network drew it."""
    if not report.replaced:
        return {}
    return {
        "description": "Faces were covered. In their place a network drew heads of people who do "
        "not exist.",
        "source_type": SourceType.COMPOSITE_WITH_TRAINED,
    }
