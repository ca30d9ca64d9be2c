"""A pack on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.evidence.commitment import Commitment
from efface.evidence.custody.log import Log
from efface.evidence.forms import PackDocument
from efface.evidence.pack import layout
from efface.evidence.pack.intake import Intake, Origin, sha256_of
from efface.evidence.pack.parsing import understood
from efface.evidence.pack.redaction import Redaction
from efface.evidence.pack.secret import Secret
from efface.evidence.pack.statements import read_statement
from efface.evidence.seal.identities import Identity
from efface.evidence.statement import Signed, decode
from efface.files.bounded import read_bounded
from efface.files.paths import exists, is_folder, sha256


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redaction in a pack."""

    folder: Path
    signed: Signed
    statement: Redaction

    def proof(self) -> bytes:
        """
        Raises:
            InputError: it is missing or cannot be read.
        """
        return read_bounded(self.folder / layout.PROOF, layout.MAX_PROOF_BYTES)


class Pack:
    """The pack of a case. What is signed in it was checked to be signed by the key that it names;
    whether everything goes together, ``evidence/verify`` says."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            RefusedError: there is no such pack.
            InputError: a part of it is missing or cannot be read.
            VerificationError: another version, or a part of it is not what it must be.
        """
        if not is_folder(folder) or not exists(folder / layout.PACK):
            raise RefusedError(
                "there is no pack of this name.",
                path=folder,
                hint="A pack is a folder with a pack.json; 'efface seal' makes one.",
            )
        self.folder = folder
        try:
            document = decode(read_bounded(folder / layout.PACK, layout.MAX_STATEMENT_BYTES))
            self.case = understood(document, PackDocument).case
        except EffaceError as error:
            error.path = error.path or folder / layout.PACK
            raise

    @property
    def certificates(self) -> Path:
        return self.folder / layout.CERTIFICATES

    @property
    def sealed(self) -> Path:
        return self.folder / layout.SEALED

    @cached_property
    def intake_signed(self) -> Signed:
        """
        Raises:
            InputError: missing, or cannot be read.
            VerificationError: its signature does not hold.
        """
        return read_statement(self.folder, layout.INTAKE, self.certificates)

    @cached_property
    def origin_signed(self) -> Signed:
        """
        Raises:
            InputError: missing, or cannot be read.
            VerificationError: its signature does not hold.
        """
        return read_statement(self.folder, layout.ORIGIN, self.certificates)

    @cached_property
    def intake(self) -> Intake:
        """
        Raises:
            InputError: missing, or cannot be read.
            VerificationError: it is no such statement, or another case's.
        """
        found = Intake.of(self.intake_signed)
        self._check_case(found.case, layout.INTAKE)
        return found

    @cached_property
    def origin(self) -> Origin:
        """
        Raises:
            InputError: missing, or cannot be read.
            VerificationError: it is no such statement, another case's, or of another intake.
        """
        found = Origin.of(self.origin_signed)
        self._check_case(found.case, layout.ORIGIN)
        if found.intake != sha256_of(self.intake_signed):
            raise VerificationError(
                "the statement of origin is of another intake: one of them was exchanged.",
                path=self.folder,
            )
        return found

    @property
    def commitment(self) -> Commitment:
        return self.origin.commitment

    def log(self) -> Log:
        """The custody log, read anew.

        Raises:
            InputError: it cannot be read.
            VerificationError: it is no log, or not of one piece.
        """
        return Log(self.folder / layout.LOG, self.case, self.certificates)

    def secret(self, identities: Sequence[Identity]) -> Secret:
        """What is under seal besides the original.

        Raises:
            InputError: it cannot be read.
            RefusedError: none of the identities can open it.
            VerificationError: it was changed or cut short, or is another case's.
        """
        return Secret.opened(self.sealed / layout.SECRET, identities, self.case)

    def kept(self, redaction: Redaction, secret: Secret | None) -> bytes | None:
        """What the method of a redaction keeps under seal.

        Args:
            secret: from under seal.

        Returns:
            ``None``: it lies under a seal that was not opened, or did not come along.

        Raises:
            InputError: it cannot be read.
            VerificationError: it was changed, cut short or exchanged.
        """
        if redaction.sealed is None:
            return b""
        path = self.sealed / layout.sealed_redaction(redaction.number)
        if secret is None or not exists(path):
            return None
        if sha256(path) != redaction.sealed:
            raise VerificationError("it was changed, cut short or exchanged.", path=path)
        return secret.open_kept(path)

    def redactions(self) -> tuple[Redacted, ...]:
        """In order.

        Raises:
            InputError: a part is missing or cannot be read.
            VerificationError: a statement does not hold, or is another case's.
        """
        found = []
        for number in range(1, layout.MAX_REDACTIONS):
            folder = self.folder / layout.REDACTED / str(number)
            if not is_folder(folder):
                break
            signed = read_statement(folder, layout.STATEMENT, self.certificates)
            statement = Redaction.of(signed)
            self._check_case(statement.case, f"redaction {number}")
            found.append(Redacted(folder, signed, statement))
        return tuple(found)

    def timestamps(self) -> tuple[Path, ...]:
        """Files of answers, by name.

        Raises:
            InputError: the folder cannot be read.
        """
        folder = self.folder / layout.TIMESTAMPS
        if not is_folder(folder):
            return ()
        try:
            return tuple(sorted(path for path in folder.iterdir() if path.suffix == ".tsr"))
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror}).", path=folder) from error

    def _check_case(self, case: str, what: str) -> None:
        if case != self.case:
            raise VerificationError(
                f"{what} belongs to another case: it was put in here.", path=self.folder
            )
