"""What came with an original, under seal: files, and what is told of how it came about.

The statement of intake names for each field, and for the SHA-256 of each file, a commitment with a
salt of its own: one of them can be released later, and held against the intake, while of the
others nothing can be guessed. A commitment is the SHA-256 of these texts in UTF-8, a zero byte
between two of them: ``efface.capture/1``, the case, the name (``place``, ``companion-1``), the salt
and the value.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from efface.documents.model import exact
from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence.forms import (
    CAPTURE,
    SEALED_CAPTURE,
    Field,
    SaltedEntry,
    SealedCaptureDocument,
    SealedCompanionEntry,
)
from efface.evidence.pack.intake import Intake
from efface.evidence.pack.layout import CAPTURE as FILE
from efface.evidence.pack.layout import MAX_CAPTURE_BYTES, companion_name
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.parsing import understood
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.opening import open_bytes
from efface.evidence.seal.recipients import Recipient
from efface.evidence.seal.sealing import seal_bytes
from efface.evidence.statement import decode, encode
from efface.files.paths import exists, sha256

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Salted:
    """A value, and the salt of its commitment."""

    value: str
    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES), repr=False)
    """Hexadecimal."""

    def commitment(self, case: str, name: str) -> str:
        """To this value, as that of a case; hexadecimal."""
        texts = (CAPTURE, case, name, self.salt, self.value)
        return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that came with an original."""

    name: str
    """As it was given."""
    size: int
    """Bytes."""
    sha256: Salted


@dataclass(frozen=True, slots=True)
class Capture:
    """Of a case."""

    case: str
    fields: Mapping[Field, Salted]
    companions: tuple[Companion, ...]

    def values(self) -> dict[str, Salted]:
        """All that can be released, by name."""
        found: dict[str, Salted] = dict(self.fields.items())
        for number, one in enumerate(self.companions, 1):
            found[companion_name(number)] = one.sha256
        return found

    def sealed(self, recipients: Sequence[Recipient]) -> bytes:
        """Under seal.

        Raises:
            RefusedError: there is no recipient.
        """
        said = SealedCaptureDocument(
            schema=SEALED_CAPTURE,
            case=self.case,
            fields={
                name: SaltedEntry(value=one.value, salt=one.salt)
                for name, one in self.fields.items()
            },
            companions=[
                SealedCompanionEntry(
                    name=one.name, size=one.size, sha256=one.sha256.value, salt=one.sha256.salt
                )
                for one in self.companions
            ],
        )
        return seal_bytes(encode(exact(said)), recipients)


def open_capture(pack: Pack, identities: Sequence[Identity]) -> Capture:
    """What came with the original of a pack, from under seal.

    Raises:
        InputError: it cannot be read.
        RefusedError: nothing came with it, or none of the identities can open it.
        VerificationError: it is not what was sealed at intake.
    """
    intake, path = pack.intake, pack.sealed / FILE
    if FILE not in intake.sealed:
        raise RefusedError(
            "nothing came with the original of this pack: no file, and no field.",
            path=pack.folder,
            hint="They are given when an original is sealed: efface seal --companion, --capture.",
        )
    if not exists(path):
        raise RefusedError(
            "the pack came without its sealed files.",
            path=pack.folder,
            hint="Ask whoever has the whole pack.",
        )
    if sha256(path) != intake.sealed[FILE]:
        raise VerificationError("it was changed, cut short or exchanged.", path=path)
    content = open_bytes(path, identities, most=MAX_CAPTURE_BYTES)
    try:
        capture = _of(understood(decode(content), SealedCaptureDocument, secret=True))
        _check(capture, intake)
    except EffaceError as error:
        error.path = path
        raise
    return capture


def _of(said: SealedCaptureDocument) -> Capture:
    companions = (
        Companion(one.name, one.size, Salted(one.sha256, one.salt)) for one in said.companions
    )
    fields = {name: Salted(one.value, one.salt) for name, one in said.fields.items()}
    return Capture(said.case, fields, tuple(companions))


def _check(capture: Capture, intake: Intake) -> None:
    if capture.case != intake.case:
        raise VerificationError("it belongs to another case: it was exchanged.")
    values = capture.values()
    told = {*intake.capture, *(companion_name(n + 1) for n in range(len(intake.companions)))}
    if told != values.keys():
        raise VerificationError("it does not hold what the statement of intake tells of.")
    for name, one in values.items():
        if one.commitment(intake.case, name) != intake.commitment_to(name):
            raise VerificationError(
                f"what is under seal as {name} is not what the statement of intake commits to."
            )
