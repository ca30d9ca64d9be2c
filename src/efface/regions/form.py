"""The form of a regions document, ``efface.regions/1``: what it may say."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from efface.documents.error import ErrorDocument
from efface.documents.model import Document, Share
from efface.words import Action, Kind, Shape, Source

SCHEMA: Final = "efface.regions/1"

FORMAT_HINT = "docs/regions.md describes the format."

MAX_PX = 1e7
"""Coordinates are this far from the picture's corner at most; no format holds a larger picture."""

Frame = Annotated[int, Meta(ge=0)]
"""Index of a page, an animation frame or a video frame."""
Coordinate = Annotated[float, Meta(ge=-MAX_PX, le=MAX_PX)]
Length = Annotated[float, Meta(gt=0, le=MAX_PX)]
Pixels = Annotated[int, Meta(ge=1)]
Pages = Annotated[int, Meta(ge=1)]
"""Number of frames."""


class BoxEntry(Document, kw_only=True, frozen=True):
    """One face in one frame."""

    frame: Frame = 0
    pts: int | None = None
    box: tuple[Coordinate, Coordinate, Length, Length]
    """x, y, width, height."""
    score: Share | UnsetType | None = UNSET


class TrackEntry(Document, kw_only=True, frozen=True):
    """One face, through the frames in which it shows."""

    id: str
    source: Source = "person"
    action: Action | UnsetType = UNSET
    shape: Shape | UnsetType | None = UNSET
    zone: bool | UnsetType = UNSET
    interpolate: bool | UnsetType = UNSET
    label: str | UnsetType | None = UNSET
    boxes: Annotated[tuple[BoxEntry, ...], Meta(min_length=1)]


class PageEntry(Document, kw_only=True, frozen=True):
    """A page whose size differs from the first one's."""

    frame: Frame
    width: Pixels
    height: Pixels


class MediaEntry(Document, kw_only=True, frozen=True):
    """The file the boxes belong to."""

    file: str
    sha256: str
    kind: Kind
    width: Pixels
    height: Pixels
    frames: Pages = 1
    time_base: str | None = None
    pages: tuple[PageEntry, ...] | UnsetType = UNSET


class RegionsDocument(Document, kw_only=True, frozen=True):
    """Where the faces of one file are, and what to do with each."""

    schema: Literal["efface.regions/1"]
    media: MediaEntry
    tracks: tuple[TrackEntry, ...]
    doubtful: tuple[BoxEntry, ...] | UnsetType = UNSET


class RegionsFiles(Document, frozen=True, kw_only=True):
    """The faces of several files."""

    schema: Literal["efface.regions/1"]
    files: tuple[RegionsDocument, ...]
    failed: tuple[ErrorDocument, ...] | UnsetType = UNSET
    """Files that could not be read."""


class RegionsList(Document, kw_only=True, frozen=True):
    """As ``RegionsFiles``, with documents that are still to be read: what is wrong in one is said
    of that one."""

    schema: Literal["efface.regions/1"]
    files: tuple[Any, ...]
    failed: Any = None
