"""What only those may know who may see the original (``efface.secret/1``), under seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from efface.documents.model import exact
from efface.errors import EffaceError, VerificationError
from efface.evidence.forms import SECRET, SecretDocument
from efface.evidence.pack.layout import MAX_SECRET_BYTES
from efface.evidence.pack.parsing import understood
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.opening import open_bytes
from efface.evidence.seal.recipients import Recipient
from efface.evidence.seal.sealing import seal_bytes
from efface.evidence.statement import decode, encode


@dataclass(frozen=True, slots=True)
class Secret:
    """Of a case."""

    case: str
    name: str
    """Of the original's file."""
    key: bytes = field(repr=False)
    """Of the commitment: every salt follows from it, so that with it and the published file covered
    tiles could be guessed."""

    def sealed(self, recipients: Sequence[Recipient]) -> bytes:
        """Under seal.

        Raises:
            RefusedError: there is no recipient.
        """
        said = SecretDocument(schema=SECRET, case=self.case, name=self.name, key=self.key.hex())
        return seal_bytes(encode(exact(said)), recipients)

    @classmethod
    def opened(cls, path: Path, identities: Sequence[Identity], case: str) -> Secret:
        """From under seal.

        Raises:
            InputError: it cannot be read.
            RefusedError: none of the identities can open it.
            VerificationError: it was changed or cut short, or is another case's.
        """
        content = open_bytes(path, identities, most=MAX_SECRET_BYTES)
        try:
            said = understood(decode(content), SecretDocument, secret=True)
            secret = cls(said.case, said.name, bytes.fromhex(said.key))
            if secret.case != case:
                raise VerificationError("it belongs to another case: it was exchanged.")
        except EffaceError as error:
            error.path = path
            raise
        return secret
