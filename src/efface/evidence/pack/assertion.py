"""The evidence that travels in a published file: efface's own assertion among its Content
Credentials (``efface.evidence/1``)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from efface.documents.model import exact
from efface.errors import VerificationError
from efface.evidence.forms import BESIDE, EVIDENCE, BesideDocument, EvidenceDocument
from efface.evidence.pack.parsing import understood
from efface.evidence.statement import Signed, decode, from_base64
from efface.files.bounded import read_bounded

SUFFIX = ".evidence"
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
        return exact(
            EvidenceDocument(
                schema=EVIDENCE,
                origin=self.origin.entry(),
                redaction=self.redaction.entry(),
                proof=base64.b64encode(self.proof).decode("ascii"),
                timestamps=[base64.b64encode(one).decode("ascii") for one in self.timestamps],
            )
        )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Assertion:
        """From what was found in a file; no signature is checked yet.

        Raises:
            VerificationError: not of that form, or of another version.
        """
        said = understood(document, EvidenceDocument)
        try:
            return cls(
                Signed.of(said.origin),
                Signed.of(said.redaction),
                from_base64(said.proof),
                tuple(map(from_base64, said.timestamps)),
            )
        except ValueError as error:
            raise VerificationError(f"the document is damaged, or a forgery: {error}.") from error


def beside(plain: bytes) -> dict[str, Any]:
    """What stands in the Content Credentials for evidence that lies beside the file.

    Args:
        plain: that evidence.
    """
    digest = hashlib.sha256(plain).hexdigest()
    return exact(BesideDocument(schema=BESIDE, sha256=digest, size=len(plain)))


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
    if hashlib.sha256(plain).hexdigest() != understood(document, BesideDocument).sha256:
        raise VerificationError(
            "the evidence beside the file is not the one that was signed.", path=place
        )
    return decode(plain, most=MAX_BESIDE_BYTES)
