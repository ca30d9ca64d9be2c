"""``efface keys``: keys to sign with, and those of others that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from efface.documents.model import plain
from efface.evidence.keys.store import StoredKey
from efface.evidence.keys.trust import Trust
from efface.evidence.seal.recipients import Recipient
from efface.workflow.shown_form import KEYS, KeysDocument, OwnKeyEntry


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key of the user's."""

    key: StoredKey
    recipient: Recipient | None
    """Of the age key beside it, to which others can seal; ``None``: there is none."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(self.entry())

    def entry(self) -> OwnKeyEntry:
        """As documents have it."""
        recipient = None if self.recipient is None else self.recipient.text
        return OwnKeyEntry(**self.key.to_json(), recipient=recipient)


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The user's keys, and those of others."""

    own: tuple[OwnKey, ...]
    trust: Trust

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.keys/1``)."""
        own = [one.entry() for one in self.own]
        return plain(KeysDocument(schema=KEYS, own=own, known=self.trust.document()))
