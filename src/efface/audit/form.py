"""The form of an audit, ``efface.audit/1``."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.advise.form import FaceAdviceEntry, MapEntry
from efface.audit.ranking import Action
from efface.documents.error import ErrorDocument
from efface.documents.model import Count, Document, Positive, Sha256, Share
from efface.words import Kind

AUDIT: Final = "efface.audit/1"


class FoundEntry(Document, frozen=True, kw_only=True):
    """A face, or a place where one may be, that seems to have been redacted."""

    action: Action
    risk: Share | None
    """Share of people whom attackers who know the method found in faces redacted so, or in the
    nearest that was measured; ``null``: nobody knows."""
    face_seen: bool
    """A detector sees a face there; otherwise it is a zone alone."""
    frames: Positive
    """In how many it shows, as far as was looked: each is a further look for an attacker."""
    thumbnail: Annotated[str, Meta(max_length=200)] | None
    """Name of a small picture, from the audit's folder."""
    face: FaceAdviceEntry
    """What was done, and what the map says."""


class AuditedFileEntry(Document, frozen=True, kw_only=True):
    """A file in which something was found."""

    file: str
    sha256: Sha256
    kind: Kind
    width: Positive
    height: Positive
    frames: Positive
    frames_looked_at: Positive
    faces_that_show: Count
    action: Action
    """The most urgent."""
    found: list[FoundEntry]


class AuditDocument(Document, frozen=True, kw_only=True):
    """Files in which faces were redacted by other tools, the most urgent first."""

    schema: Literal["efface.audit/1"]
    efface: str
    map: MapEntry
    files_looked_at: Count
    files_without: Count
    """In which nothing was found. That there is none is not said."""
    actions: dict[Action, Count]
    """Files by their most urgent one."""
    read_apart: list[str]
    """How the processes that read the files were confined."""
    files: list[AuditedFileEntry]
    failed: list[ErrorDocument]
    limits: list[str]
