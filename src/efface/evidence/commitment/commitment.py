"""A commitment as it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from efface.documents.model import exact
from efface.documents.reading import as_model
from efface.errors import VerificationError
from efface.evidence.commitment.format import context_of
from efface.evidence.commitment.interface import Kind
from efface.evidence.forms import COMMITMENT, CommitmentDocument

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One number that stands for a whole picture or video and tells nothing of it."""

    kind: Kind
    root: bytes
    """32 bytes."""
    nonce: bytes
    """16 bytes, drawn when the commitment was made."""
    parameters: Mapping[str, Any]
    """How the file is taken apart; no more than the redacted file shows."""

    @property
    def context(self) -> bytes:
        return context_of(self.kind, self.parameters, self.nonce)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.commitment/1``)."""
        return exact(self.entry())

    def entry(self) -> CommitmentDocument:
        """As documents have it."""
        return CommitmentDocument(
            schema=COMMITMENT,
            kind=self.kind,
            root=self.root.hex(),
            nonce=self.nonce.hex(),
            parameters=dict(self.parameters),
        )

    @classmethod
    def of(cls, entry: CommitmentDocument) -> Commitment:
        """From a document's."""
        root, nonce = bytes.fromhex(entry.root), bytes.fromhex(entry.nonce)
        return cls(entry.kind, root, nonce, entry.parameters)

    @classmethod
    def from_json(cls, document: object) -> Commitment:
        """Read a commitment; nobody vouches for it yet.

        Raises:
            VerificationError: it is none.
        """
        try:
            return cls.of(as_model(document, CommitmentDocument))
        except ValueError as error:
            raise VerificationError(
                f"the commitment cannot be used: {error}.",
                hint="Ask for the statement as it was signed, or a newer version of efface.",
            ) from error
