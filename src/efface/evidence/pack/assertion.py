"""The evidence that travels in a published file: efface's own assertion among its Content
Credentials (``efface.evidence/1``)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from efface.errors import VerificationError
from efface.evidence.pack.layout import MAX_PROOF_BYTES, MAX_TIMESTAMP_BYTES
from efface.evidence.pack.parsing import digest, expect_schema, wrong
from efface.evidence.statement import Signed, decode
from efface.files.bounded import read_bounded

SCHEMA = "efface.evidence/1"
BESIDE = "efface.evidence-beside/1"
SUFFIX = ".evidence"
MAX_TIMESTAMPS = 16
MAX_BESIDE_BYTES = 1 << 29
"""Of evidence beside a file: hours of video."""


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


def beside(plain: bytes) -> dict[str, Any]:
    """What stands in the Content Credentials for evidence that lies beside the file.

    Args:
        plain: that evidence.
    """
    return {"schema": BESIDE, "sha256": hashlib.sha256(plain).hexdigest(), "size": len(plain)}


def evidence_path(path: Path) -> Path:
    """Where evidence lies that is too large for a file's Content Credentials."""
    return path.with_name(f"{path.name}{SUFFIX}")


def found(document: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The evidence itself: what was found in the Content Credentials of a file, or what that names.

    Raises:
        InputError: it is missing beside the file, or cannot be read.
        VerificationError: what lies there is something else.
    """
    if document.get("schema") != BESIDE:
        return document
    place = evidence_path(path)
    plain = read_bounded(place, MAX_BESIDE_BYTES)
    if hashlib.sha256(plain).hexdigest() != digest(document, "sha256"):
        raise VerificationError(
            "the evidence beside the file is not the one that was signed.", path=place
        )
    return decode(plain, most=MAX_BESIDE_BYTES)


def _bytes(value: object, name: str, most: int) -> bytes:
    if not isinstance(value, str) or len(value) > most * 4 // 3 + 4:
        raise wrong(name)
    try:
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise wrong(name) from error
