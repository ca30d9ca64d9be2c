"""What a file of an archive shows of redacted faces, as it crosses from one process to another and
is kept: numbers, names from closed lists, and pixels where they are asked for."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.advise.redaction import RedactionKind
from efface.documents.model import Amount, Count, Document, Number, Positive, Sha256, Share
from efface.words import Kind

LOOK: Final = "efface.look/1"

THUMBNAIL_PX: Final = 128
"""Longer side of a thumbnail, at most."""

MOST_PLACES: Final = 2000
"""Of one file."""


class LookDocument(Document, frozen=True, kw_only=True):
    """A file that is to be looked through."""

    schema: Literal["efface.look/1"]
    file: str
    policy: dict[str, object]
    thumbnails: bool


class ThumbnailEntry(Document, frozen=True, kw_only=True):
    """A small picture of a redacted place, as it is published."""

    width: Annotated[int, Meta(ge=1, le=THUMBNAIL_PX)]
    height: Annotated[int, Meta(ge=1, le=THUMBNAIL_PX)]
    rgb: Annotated[str, Meta(max_length=4 * THUMBNAIL_PX**2 + 4)]
    """Its samples, in base64."""


class PlaceEntry(Document, frozen=True, kw_only=True):
    """One face to which something was done, or a zone in which none is seen."""

    frame: Count
    box: Annotated[list[Number], Meta(min_length=4, max_length=4)]
    """x, y, width, height; of the face where one is seen, otherwise of the zone."""
    face: bool
    """A detector sees a face there."""
    width_px: Amount
    """Of the face."""
    kind: RedactionKind
    strength_px: Amount | None
    sure: Share
    share: Share
    angle_deg: Number | None
    frames: Positive
    """In how many it shows, as far as was looked."""
    thumbnail: ThumbnailEntry | None


class SightEntry(Document, frozen=True, kw_only=True):
    """One file."""

    sha256: Sha256
    kind: Kind
    width: Positive
    height: Positive
    frames: Positive
    looked: Positive
    """Frames that were looked at."""
    clear: Count
    """Faces that show; of a video in the frame with the most."""
    places: Annotated[list[PlaceEntry], Meta(max_length=MOST_PLACES)]
