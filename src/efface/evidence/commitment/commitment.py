"""A commitment as it is signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from efface.errors import VerificationError
from efface.evidence.commitment.format import NONCE_BYTES, SCHEMA, context_of
from efface.evidence.commitment.interface import Kind

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
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "root": self.root.hex(),
            "nonce": self.nonce.hex(),
            "parameters": dict(self.parameters),
        }

    @classmethod
    def from_json(cls, document: object) -> Commitment:
        """Read a commitment; nobody vouches for it yet.

        Raises:
            VerificationError: it is none.
        """
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise _no_commitment(f"its schema is not {SCHEMA}")
        kind = next((k for k in KINDS if k == document.get("kind")), None)
        parameters = document.get("parameters")
        if kind is None or not isinstance(parameters, dict):
            raise _no_commitment("what it is about is not stated")
        return cls(
            kind,
            _hex(document.get("root"), 32),
            _hex(document.get("nonce"), NONCE_BYTES),
            parameters,
        )


def _hex(value: object, size: int) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value):
        raise _no_commitment("its root or nonce is not as long as it must be")
    return bytes.fromhex(value)


def _no_commitment(why: str) -> VerificationError:
    return VerificationError(
        f"the commitment cannot be used: {why}.",
        hint="Ask for the statement as it was signed, or a newer version of efface.",
    )
