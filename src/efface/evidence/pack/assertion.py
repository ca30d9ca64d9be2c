"""The evidence that travels in a published file: efface's own assertion among its Content
Credentials (``efface.evidence/1``)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from efface.evidence.pack.layout import MAX_PROOF_BYTES, MAX_TIMESTAMP_BYTES
from efface.evidence.pack.parsing import expect_schema, wrong
from efface.evidence.statement import Signed

SCHEMA = "efface.evidence/1"
MAX_TIMESTAMPS = 16


@dataclass(frozen=True, slots=True)
class Assertion:
    """Everything that somebody needs who has the published file alone."""

    origin: Signed
    redaction: Signed
    proof: bytes
    timestamps: tuple[bytes, ...] = ()
    """RFC 3161 answers over the statement of origin."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "schema": SCHEMA,
            "origin": self.origin.to_json(),
            "redaction": self.redaction.to_json(),
            "proof": base64.b64encode(self.proof).decode("ascii"),
            "timestamps": [base64.b64encode(one).decode("ascii") for one in self.timestamps],
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Assertion:
        """From what was found in a file; no signature is checked yet.

        Raises:
            VerificationError: not of that form, or of another version.
        """
        expect_schema(document, SCHEMA)
        stamps = document.get("timestamps")
        if not isinstance(stamps, list) or len(stamps) > MAX_TIMESTAMPS:
            raise wrong("timestamps")
        return cls(
            Signed.from_json(document.get("origin")),
            Signed.from_json(document.get("redaction")),
            _bytes(document.get("proof"), "proof", MAX_PROOF_BYTES),
            tuple(_bytes(one, "timestamps", MAX_TIMESTAMP_BYTES) for one in stamps),
        )


def _bytes(value: object, name: str, most: int) -> bytes:
    if not isinstance(value, str) or len(value) > most * 4 // 3 + 4:
        raise wrong(name)
    try:
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise wrong(name) from error
