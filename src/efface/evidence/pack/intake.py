"""What was received: one statement for those who may see the pack, one that travels with what is
published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import UNSET

from efface.documents.model import exact
from efface.evidence.commitment import Commitment
from efface.evidence.forms import (
    INTAKE,
    ORIGIN,
    CompanionEntry,
    Field,
    IntakeDocument,
    OriginalEntry,
    OriginDocument,
)
from efface.evidence.pack.layout import companion_name
from efface.evidence.pack.parsing import time, understood, written
from efface.evidence.statement import Signed, document_of


@dataclass(frozen=True, slots=True)
class Intake:
    """The original as it was received (``intake.json``). It stays in the pack: whoever holds a copy
    of the original could tell by its hash which publication it belongs to."""

    case: str
    time: datetime
    """By the clock of who sealed it."""
    nonce: str
    """32 bytes by lot, hexadecimal: the statement cannot be guessed from its own hash."""
    sha256: str
    """Of the original."""
    size: int
    """Bytes."""
    format: str
    kind: str
    """``image`` or ``video``."""
    sealed: Mapping[str, str]
    """SHA-256 of the sealed files, by name."""
    version: str
    """Of efface."""
    companions: tuple[CompanionEntry, ...] = ()
    """Files that came with it, from number 1."""
    capture: Mapping[Field, str] = field(default_factory=dict)
    """Commitments to fields under seal, hexadecimal."""

    def commitment_to(self, name: str) -> str | None:
        """The commitment to a field, or to the SHA-256 of a companion file (``companion-1``),
        hexadecimal; ``None``: it tells of no such thing."""
        numbered = {companion_name(n): one for n, one in enumerate(self.companions, 1)}
        if name in numbered:
            return numbered[name].commitment
        return next((of for field, of in self.capture.items() if field == name), None)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return exact(
            IntakeDocument(
                schema=INTAKE,
                case=self.case,
                time=written(self.time),
                nonce=self.nonce,
                original=OriginalEntry(
                    sha256=self.sha256, size=self.size, format=self.format, kind=self.kind
                ),
                sealed=dict(self.sealed),
                companions=list(self.companions) or UNSET,
                capture=dict(self.capture) or UNSET,
                efface=self.version,
            )
        )

    @classmethod
    def of(cls, signed: Signed) -> Intake:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        said = understood(document_of(signed), IntakeDocument)
        return cls(
            said.case,
            time(said.time),
            said.nonce,
            said.original.sha256,
            said.original.size,
            said.original.format,
            said.original.kind,
            said.sealed,
            said.efface,
            () if said.companions is UNSET else tuple(said.companions),
            {} if said.capture is UNSET else said.capture,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """What a published file says of its original (``origin.json``): nothing that could be guessed
    from a copy of it."""

    case: str
    time: datetime
    intake: str
    """SHA-256 of the statement of intake, hexadecimal."""
    commitment: Commitment

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return exact(
            OriginDocument(
                schema=ORIGIN,
                case=self.case,
                time=written(self.time),
                intake=self.intake,
                commitment=self.commitment.entry(),
            )
        )

    @classmethod
    def of(cls, signed: Signed) -> Origin:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        said = understood(document_of(signed), OriginDocument)
        commitment = Commitment.of(said.commitment)
        return cls(said.case, time(said.time), said.intake, commitment)


def sha256_of(signed: Signed) -> str:
    """Of a statement's bytes, hexadecimal: by this another statement names it."""
    return hashlib.sha256(signed.body).hexdigest()
