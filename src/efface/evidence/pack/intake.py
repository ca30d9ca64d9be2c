"""What was received: one statement for those who may see the pack, one that travels with what is
published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from efface.evidence.commitment import Commitment
from efface.evidence.pack.parsing import digest, expect_schema, table, text, time, whole, written
from efface.evidence.statement import Signed, document_of

INTAKE = "efface.intake/1"
ORIGIN = "efface.origin/1"

CASE_BYTES = 16
"""Of a case's number, drawn by lot."""


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

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "schema": INTAKE,
            "case": self.case,
            "time": written(self.time),
            "nonce": self.nonce,
            "original": {
                "sha256": self.sha256,
                "size": self.size,
                "format": self.format,
                "kind": self.kind,
            },
            "sealed": dict(self.sealed),
            "efface": self.version,
        }

    @classmethod
    def of(cls, signed: Signed) -> Intake:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        document = document_of(signed)
        expect_schema(document, INTAKE)
        original, sealed = table(document, "original"), table(document, "sealed")
        return cls(
            digest(document, "case", CASE_BYTES),
            time(document),
            digest(document, "nonce"),
            digest(original, "sha256"),
            whole(original, "size"),
            text(original, "format", 40),
            text(original, "kind", 10),
            {name: digest(sealed, name) for name in sealed},
            text(document, "efface", 40),
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
        return {
            "schema": ORIGIN,
            "case": self.case,
            "time": written(self.time),
            "intake": self.intake,
            "commitment": self.commitment.to_json(),
        }

    @classmethod
    def of(cls, signed: Signed) -> Origin:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        document = document_of(signed)
        expect_schema(document, ORIGIN)
        return cls(
            digest(document, "case", CASE_BYTES),
            time(document),
            digest(document, "intake"),
            Commitment.from_json(document.get("commitment")),
        )


def sha256_of(signed: Signed) -> str:
    """Of a statement's bytes, hexadecimal: by this another statement names it."""
    return hashlib.sha256(signed.body).hexdigest()
