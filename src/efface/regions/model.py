"""Regions: the one domain type every room speaks, and its JSON (``efface.regions/1``).

Boxes are the face itself, not the grown zone, in pixels of the upright picture as a viewer
shows it: x and y of the top-left corner, width and height, all floats.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, get_args

from efface.errors import RefusedError

SCHEMA = "efface.regions/1"

Action = Literal["redact", "keep"]
Shape = Literal["box", "rounded"]
Source = Literal["detector", "person"]
Kind = Literal["image", "video"]

MAX_PX = 1e7
"""Coordinates are this far from the picture's corner at most; no format holds a larger picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """One face in one frame."""

    frame: int
    """Index of the page, animation frame or video frame, from 0."""
    x: float
    y: float
    width: float
    height: float
    score: float | None = None
    """Detector's confidence, 0 to 1; ``None`` for a box drawn by a person."""
    pts: int | None = None
    """Presentation timestamp in the media's time base (video only)."""

    def __post_init__(self) -> None:
        _integer(self.frame, "box.frame", 0)
        values = (self.x, self.y, self.width, self.height)
        if not all(math.isfinite(_number(v, "a box's coordinate")) for v in values):
            raise ValueError(f"expected finite numbers in a box, got {values}")
        if max(map(abs, values)) > MAX_PX:
            raise ValueError(f"expected a box within {MAX_PX:.0f} pixels, got {values}")
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"expected a box wider and higher than 0, got {values}")
        if self.score is not None and not 0 <= _number(self.score, "box.score") <= 1:
            raise ValueError(f"expected box.score from 0 to 1, got {self.score}")
        if self.pts is not None:
            _integer(self.pts, "box.pts")

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
        _text(self.id, "track.id")
        if not self.boxes:
            raise ValueError(f"track {self.id!r} has no boxes")
        _choice(self.source, get_args(Source), "track.source")
        _choice(self.action, get_args(Action), "track.action")
        if self.shape is not None:
            _choice(self.shape, get_args(Shape), "track.shape")
        _flag(self.zone, "track.zone")
        _flag(self.interpolate, "track.interpolate")
        _optional_text(self.label, "track.label")

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


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose size differs from the first one's."""

    frame: int
    width: int
    height: int

    def __post_init__(self) -> None:
        _integer(self.frame, "page.frame", 0)
        _integer(self.width, "page.width", 1)
        _integer(self.height, "page.height", 1)


@dataclass(frozen=True, slots=True)
class Media:
    """The file the boxes belong to."""

    file: str
    """Name without folders."""
    sha256: str
    kind: Kind
    width: int
    """Upright width of the first frame, pixels."""
    height: int
    frames: int = 1
    time_base: str | None = None
    pages: tuple[Page, ...] = ()

    def __post_init__(self) -> None:
        _text(self.file, "media.file")
        _text(self.sha256, "media.sha256")
        _choice(self.kind, get_args(Kind), "media.kind")
        _integer(self.width, "media.width", 1)
        _integer(self.height, "media.height", 1)
        _integer(self.frames, "media.frames", 1)
        _optional_text(self.time_base, "media.time_base")
        for page in self.pages:
            if page.frame >= self.frames:
                raise ValueError(f"a page is frame {page.frame} of {self.frames}")

    def size(self, frame: int) -> tuple[int, int]:
        """Upright (width, height) of a frame in pixels."""
        for page in self.pages:
            if page.frame == frame:
                return page.width, page.height
        return self.width, self.height


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

    def to_json(self) -> dict[str, Any]:
        """The document as plain JSON types."""
        media: dict[str, Any] = {
            "file": self.media.file,
            "sha256": self.media.sha256,
            "kind": self.media.kind,
            "width": self.media.width,
            "height": self.media.height,
            "frames": self.media.frames,
            "time_base": self.media.time_base,
        }
        if self.media.pages:
            media["pages"] = [
                {"frame": p.frame, "width": p.width, "height": p.height} for p in self.media.pages
            ]
        document = {
            "schema": SCHEMA,
            "media": media,
            "tracks": [_track_to_json(track) for track in self.tracks],
        }
        if self.doubtful:
            document["doubtful"] = [box_to_json(box) for box in self.doubtful]
        return document

    @classmethod
    def from_json(cls, document: object) -> Regions:
        """Parse a document.

        Raises:
            RefusedError: the document does not follow ``efface.regions/1``.
        """
        try:
            return _regions_from_json(_mapping(document, "the document"))
        except ValueError as error:
            raise RefusedError(
                f"the regions document is not valid {SCHEMA}: {error}.",
                hint="docs/regions.md describes the format.",
            ) from error


def _track_to_json(track: Track) -> dict[str, Any]:
    out: dict[str, Any] = {"id": track.id, "source": track.source}
    if track.action != "redact":
        out["action"] = track.action
    if track.shape is not None:
        out["shape"] = track.shape
    if track.zone:
        out["zone"] = True
    if track.interpolate:
        out["interpolate"] = True
    if track.label is not None:
        out["label"] = track.label
    out["boxes"] = [box_to_json(box) for box in track.boxes]
    return out


def box_to_json(box: Box) -> dict[str, Any]:
    """As plain JSON types."""
    entry: dict[str, Any] = {
        "frame": box.frame,
        "pts": box.pts,
        "box": [round(v, 2) for v in (box.x, box.y, box.width, box.height)],
    }
    if box.score is not None:
        entry["score"] = round(box.score, 4)
    return entry


def _regions_from_json(document: Mapping[str, Any]) -> Regions:
    if document.get("schema") != SCHEMA:
        raise ValueError(f"expected schema {SCHEMA!r}, got {document.get('schema')!r}")
    _only(document, {"schema", "media", "tracks", "doubtful"}, "the document")
    raw = _mapping(document.get("media"), "media")
    _only(
        raw,
        {"file", "sha256", "kind", "width", "height", "frames", "time_base", "pages"},
        "media",
    )
    pages = tuple(_page(p) for p in _list(raw.get("pages", []), "media.pages"))
    given: dict[str, Any] = {"file": None, "sha256": None, "kind": None, "width": None}
    media = Media(**{**given, "height": None, **raw, "pages": pages})
    tracks = tuple(_track(t) for t in _list(document.get("tracks"), "tracks"))
    doubtful = tuple(
        _box(box, "a doubtful box") for box in _list(document.get("doubtful", []), "doubtful")
    )
    return Regions(media, tracks, doubtful)


def _page(value: object) -> Page:
    raw = _mapping(value, "a page")
    _only(raw, {"frame", "width", "height"}, "a page")
    return Page(*(raw.get(key) for key in ("frame", "width", "height")))  # type: ignore[arg-type]


def _track(value: object) -> Track:
    raw = _mapping(value, "a track")
    name = _text(raw.get("id"), "track.id")
    _only(
        raw,
        {"id", "source", "action", "shape", "zone", "interpolate", "label", "boxes"},
        f"track {name!r}",
    )
    whose = f"a box of track {name!r}"
    boxes = tuple(_box(b, whose) for b in _list(raw.get("boxes"), f"boxes of track {name!r}"))
    return Track(**{"source": "person", **raw, "boxes": boxes})


def _box(value: object, name: str) -> Box:
    raw = _mapping(value, name)
    _only(raw, {"frame", "pts", "box", "score"}, name)
    numbers = _list(raw.get("box"), f"'box' of {name}")
    if len(numbers) != 4:
        raise ValueError(f"expected [x, y, w, h] as 'box' of {name}, got {numbers!r}")
    x, y, width, height = (_number(v, f"'box' of {name}") for v in numbers)
    return Box(raw.get("frame", 0), x, y, width, height, raw.get("score"), raw.get("pts"))


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"expected {name} to be an object, got {type(value).__name__}")
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"expected {name} to be a list, got {type(value).__name__}")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected {name} to be text, got {value!r}")
    return value


def _optional_text(value: object, name: str) -> str | None:
    return None if value is None else _text(value, name)


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected {name} to be true or false, got {value!r}")
    return value


def _integer(value: object, name: str, minimum: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected {name} to be a whole number, got {value!r}")
    if minimum is not None and value < minimum:
        raise ValueError(f"expected {name} >= {minimum}, got {value}")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected {name} to be a number, got {value!r}")
    if abs(value) > sys.float_info.max:
        raise ValueError(f"expected {name} to be a smaller number")
    return float(value)


def _choice(value: object, allowed: tuple[Any, ...], name: str) -> None:
    if value in allowed:
        return
    raise ValueError(f"expected {name} to be one of {', '.join(allowed)}, got {value!r}")


def _only(raw: Mapping[str, Any], known: set[str], name: str) -> None:
    unknown = set(raw) - known
    if unknown:
        raise ValueError(f"{name} has unknown keys: {', '.join(sorted(unknown))}")
