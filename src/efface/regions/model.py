"""Regions: the one domain type every room speaks.

Boxes are the face itself, not the grown zone, in pixels of the upright picture as a viewer
shows it: x and y of the top-left corner, width and height, all floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from msgspec import UNSET

from efface.documents.checked import check_fields
from efface.documents.model import Share, plain
from efface.documents.reading import as_model
from efface.errors import RefusedError
from efface.regions.form import (
    FORMAT_HINT,
    SCHEMA,
    BoxEntry,
    Coordinate,
    Frame,
    Length,
    MediaEntry,
    PageEntry,
    Pages,
    Pixels,
    RegionsDocument,
    TrackEntry,
)
from efface.words import Action, Kind, Shape, Source


@dataclass(frozen=True, slots=True)
class Box:
    """One face in one frame."""

    frame: Frame
    """Index of the page, animation frame or video frame, from 0."""
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length
    score: Share | None = None
    """Detector's confidence, 0 to 1; ``None`` for a box drawn by a person."""
    pts: int | None = None
    """Presentation timestamp in the media's time base (video only)."""

    def __post_init__(self) -> None:
        check_fields(self, "box")

    def towards(self, after: Box, frame: int) -> Box:
        """The box of a frame between this one and a later key frame (linear)."""
        t = (frame - self.frame) / (after.frame - self.frame)
        return Box(
            frame,
            self.x + t * (after.x - self.x),
            self.y + t * (after.y - self.y),
            self.width + t * (after.width - self.width),
            self.height + t * (after.height - self.height),
        )

    def entry(self, *, exact: bool = False) -> BoxEntry:
        """As documents have it: hundredths of a pixel, unless it has to be exact."""
        if exact:
            place = (self.x, self.y, self.width, self.height)
            score = UNSET if self.score is None else self.score
            return BoxEntry(frame=self.frame, pts=self.pts, box=place, score=score)
        return BoxEntry(
            frame=self.frame,
            pts=self.pts,
            box=(round(self.x, 2), round(self.y, 2), round(self.width, 2), round(self.height, 2)),
            score=UNSET if self.score is None else round(self.score, 4),
        )

    @classmethod
    def of(cls, entry: BoxEntry) -> Box:
        """From a document's."""
        score = None if entry.score is UNSET else entry.score
        return cls(entry.frame, *entry.box, score, entry.pts)

    def touches(self, width: int, height: int) -> bool:
        """Whether any of it lies in a picture of that size."""
        inside_x = self.x < width and self.x + self.width > 0
        return inside_x and self.y < height and self.y + self.height > 0


@dataclass(frozen=True, slots=True)
class Track:
    """One face, through the frames in which it shows."""

    id: str
    boxes: tuple[Box, ...]
    source: Source = "detector"
    action: Action = "redact"
    shape: Shape | None = None
    """Zone shape for this track; ``None`` takes the policy's."""
    zone: bool = False
    """The boxes are the zones, drawn as they are (no growth but the codec's grid)."""
    interpolate: bool = False
    """The boxes are key frames; those between are interpolated."""
    label: str | None = None

    def __post_init__(self) -> None:
        check_fields(self, "track", without=("boxes",))
        if not self.boxes:
            raise ValueError(f"track {self.id!r} has no boxes")

    def every_box(self) -> tuple[Box, ...]:
        """The boxes, with those between key frames filled in (linear) on an interpolated track."""
        if not self.interpolate:
            return self.boxes
        keys = sorted(self.boxes, key=lambda box: box.frame)
        out = keys[:1]
        for before, after in pairwise(keys):
            out += [before.towards(after, f) for f in range(before.frame + 1, after.frame)]
            out.append(after)
        return tuple(out)

    def entry(self, *, exact: bool = False) -> TrackEntry:
        """As documents have it: what is as usual is left out."""
        return TrackEntry(
            id=self.id,
            source=self.source,
            action=UNSET if self.action == "redact" else self.action,
            shape=UNSET if self.shape is None else self.shape,
            zone=self.zone or UNSET,
            interpolate=self.interpolate or UNSET,
            label=UNSET if self.label is None else self.label,
            boxes=tuple(box.entry(exact=exact) for box in self.boxes),
        )

    @classmethod
    def of(cls, entry: TrackEntry) -> Track:
        """From a document's."""
        return cls(
            entry.id,
            tuple(map(Box.of, entry.boxes)),
            entry.source,
            entry.action or "redact",
            entry.shape or None,
            entry.zone or False,
            entry.interpolate or False,
            None if entry.label is UNSET else entry.label,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose size differs from the first one's."""

    frame: Frame
    width: Pixels
    height: Pixels

    def __post_init__(self) -> None:
        check_fields(self, "page")


@dataclass(frozen=True, slots=True)
class Media:
    """The file the boxes belong to."""

    file: str
    """Name without folders."""
    sha256: str
    kind: Kind
    width: Pixels
    """Upright width of the first frame, pixels."""
    height: Pixels
    frames: Pages = 1
    time_base: str | None = None
    pages: tuple[Page, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self, "media", without=("pages",))
        for page in self.pages:
            if page.frame >= self.frames:
                raise ValueError(f"a page is frame {page.frame} of {self.frames}")

    def size(self, frame: int) -> tuple[int, int]:
        """Upright (width, height) of a frame in pixels."""
        for page in self.pages:
            if page.frame == frame:
                return page.width, page.height
        return self.width, self.height

    def entry(self) -> MediaEntry:
        """As documents have it."""
        pages = tuple(PageEntry(frame=p.frame, width=p.width, height=p.height) for p in self.pages)
        return MediaEntry(
            file=self.file,
            sha256=self.sha256,
            kind=self.kind,
            width=self.width,
            height=self.height,
            frames=self.frames,
            time_base=self.time_base,
            pages=pages or UNSET,
        )

    @classmethod
    def of(cls, entry: MediaEntry) -> Media:
        """From a document's."""
        return cls(
            entry.file,
            entry.sha256,
            entry.kind,
            entry.width,
            entry.height,
            entry.frames,
            entry.time_base,
            tuple(Page(p.frame, p.width, p.height) for p in entry.pages or ()),
        )


@dataclass(frozen=True, slots=True)
class Regions:
    """All tracks of one file."""

    media: Media
    tracks: tuple[Track, ...] = field(default=())
    doubtful: tuple[Box, ...] = ()
    """What was nearly taken for a face and is in no track: nothing is covered there. The likeliest
    face first; of a video the frame that shows it best."""

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for box in self.doubtful:
            if box.frame >= self.media.frames:
                raise ValueError(
                    f"a doubtful box is in frame {box.frame}, "
                    f"but the media has frames 0 to {self.media.frames - 1}"
                )
        for track in self.tracks:
            if track.id in seen:
                raise ValueError(f"track id {track.id!r} is used twice")
            seen.add(track.id)
            for box in track.boxes:
                if box.frame >= self.media.frames:
                    raise ValueError(
                        f"track {track.id!r} has a box in frame {box.frame}, "
                        f"but the media has frames 0 to {self.media.frames - 1}"
                    )

    def in_frame(self, frame: int, action: Action | None = None) -> Iterable[tuple[Track, Box]]:
        """Tracks and boxes of one frame, those with ``action`` only when it is given."""
        for track in self.tracks:
            if action is None or track.action == action:
                for box in track.every_box():
                    if box.frame == frame:
                        yield track, box

    def doubts(self) -> tuple[Track, ...]:
        """The doubtful boxes as tracks ``d1``, ``d2``, …: to be shown, not covered."""
        return tuple(
            Track(f"d{number}", (box,)) for number, box in enumerate(self.doubtful, start=1)
        )

    def keeping(self, ids: Iterable[str]) -> Regions:
        """The same regions with the named tracks left visible; one id may be given as it is.

        Raises:
            RefusedError: an id names no track.
        """
        wanted = {ids} if isinstance(ids, str) else set(ids)
        unknown = wanted - {track.id for track in self.tracks}
        if unknown:
            known = ", ".join(track.id for track in self.tracks) or "none"
            raise RefusedError(
                f"no track is called {', '.join(sorted(unknown))}.",
                hint=f"The tracks are: {known}. See them with 'efface detect --preview', those of "
                "a video with 'efface contact-sheet'.",
            )
        tracks = tuple(
            replace(track, action="keep") if track.id in wanted else track for track in self.tracks
        )
        return replace(self, tracks=tracks)

    def to_json(self, *, exact: bool = False) -> dict[str, Any]:
        """The document as plain JSON types.

        Args:
            exact: for programs, which read the same regions from it; for people boxes are rounded
                to hundredths of a pixel.
        """
        return plain(
            RegionsDocument(
                schema=SCHEMA,
                media=self.media.entry(),
                tracks=tuple(track.entry(exact=exact) for track in self.tracks),
                doubtful=tuple(box.entry(exact=exact) for box in self.doubtful) or UNSET,
            )
        )

    @classmethod
    def from_json(cls, document: object) -> Regions:
        """Parse a document.

        Raises:
            RefusedError: the document does not follow ``efface.regions/1``; the message names the
                place of the fault.
        """
        try:
            form = as_model(document, RegionsDocument)
            return cls(
                Media.of(form.media),
                tuple(map(Track.of, form.tracks)),
                tuple(map(Box.of, form.doubtful or ())),
            )
        except ValueError as error:
            raise RefusedError(
                f"the regions document is not valid {SCHEMA}: {error}.", hint=FORMAT_HINT
            ) from error
