"""The forms of an order and of a job: ``efface.order/1`` and ``efface.job/1``."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from efface.documents.model import Amount, Document, Number

ORDER_SCHEMA: Final = "efface.order/1"
JOB_SCHEMA: Final = "efface.job/1"


class SpanEntry(Document, frozen=True):
    """A stretch of time, seconds from the start."""

    start: Number
    end: Number | None
    """``None``: open."""


class KeepEntry(Document, frozen=True):
    """A track that stays visible."""

    track: str
    span: SpanEntry | None
    """``None``: throughout."""


class KeyEntry(Document, frozen=True):
    """Where a zone drawn by hand is at a moment."""

    time: Amount | None
    """Seconds; ``None``: it stays put."""
    box: tuple[Number, Number, Number, Number]
    """x, y, width, height, pixels."""


class DrawnEntry(Document, frozen=True):
    """A zone drawn by hand."""

    keys: Annotated[tuple[KeyEntry, ...], Meta(min_length=1)]
    span: SpanEntry | None


class PackEntry(Document, frozen=True):
    """The pack whose original is redacted: names of files, and no secret."""

    folder: str
    key_name: str | None
    identity_files: tuple[str, ...]


class PeopleEntry(Document, frozen=True):
    """Whom the user named: secrets, and no names."""

    identities: dict[str, Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]]
    """By track: what their heads are drawn from, hexadecimal."""
    project: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
    """The key that goes under seal, hexadecimal; empty: none."""


class OrderDocument(Document, frozen=True):
    """An order; nothing is left out of it, so that no default can change under it."""

    schema: Literal["efface.order/1"]
    policy: dict[str, Any]
    keep: tuple[KeepEntry, ...]
    drawn: tuple[DrawnEntry, ...]
    allow_no_face: bool
    accept_rescan: bool
    allow_damaged: bool
    overwrite: bool
    skip_existing: bool
    dry_run: bool
    pack: PackEntry | None
    people: PeopleEntry


class FaultEntry(Document, frozen=True):
    """Why a file could not be opened."""

    message: str
    hint: str | None


class PlannedEntry(Document, frozen=True):
    """One input and its output; or why it is left out."""

    source: str
    target: str | None
    skipped: str | None
    error: FaultEntry | None


class JobDocument(Document, frozen=True):
    """A job."""

    schema: Literal["efface.job/1"]
    order: dict[str, Any]
    files: tuple[PlannedEntry, ...]
    regions: tuple[dict[str, Any], ...] | None
