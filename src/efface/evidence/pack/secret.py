"""What only those may know who may see the original (``efface.secret/1``), under seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
from msgspec import UNSET

from efface.documents.model import exact
from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence.forms import SECRET, SecretDocument
from efface.evidence.pack.layout import MAX_KEPT_BYTES, MAX_SECRET_BYTES
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
    methods: str | None = field(repr=False)
    """A secret key of age, to whose public half is sealed what methods of redaction keep: a seal
    does not tell its recipients, so that nobody could seal more to the same ones. ``None``: the
    pack is of an earlier version."""

    @classmethod
    def drawn(cls, case: str, name: str, key: bytes) -> Secret:
        """Of a new case."""
        return cls(case, name, key, str(pyrage.x25519.Identity.generate()))

    def sealed(self, recipients: Sequence[Recipient]) -> bytes:
        """Under seal.

        Raises:
            RefusedError: there is no recipient.
        """
        said = SecretDocument(
            schema=SECRET,
            case=self.case,
            name=self.name,
            key=self.key.hex(),
            methods=UNSET if self.methods is None else self.methods,
        )
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
            methods = None if said.methods is UNSET else said.methods
            secret = cls(said.case, said.name, bytes.fromhex(said.key), methods)
            if secret.case != case:
                raise VerificationError("it belongs to another case: it was exchanged.")
        except EffaceError as error:
            error.path = path
            raise
        return secret

    def seal_kept(self, kept: bytes) -> bytes:
        """What a method keeps of one redaction, under seal for those who can open this secret.

        Raises:
            RefusedError: the pack is of a version without a key for that.
        """
        key = self._methods()
        return seal_bytes(kept, [Recipient(str(key.to_public()), key.to_public())])

    def open_kept(self, path: Path) -> bytes:
        """The same, opened.

        Raises:
            InputError: it cannot be read, or holds more than a method keeps.
            RefusedError: the pack has no key for it.
            VerificationError: it was changed, cut short or exchanged.
        """
        return open_bytes(path, [Identity(self._methods())], most=MAX_KEPT_BYTES)

    def _methods(self) -> Any:
        if self.methods is None:
            raise RefusedError(
                "the pack was sealed by a version that had no key for what methods keep.",
                hint="Take the method 'solid', or seal the original into a new pack.",
            )
        try:
            return pyrage.x25519.Identity.from_str(self.methods)
        except pyrage.IdentityError as error:
            raise VerificationError("the key for what methods keep is none.") from error
