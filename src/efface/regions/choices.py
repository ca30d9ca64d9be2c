"""What a person chose on top of the regions: tracks that stay visible, and zones drawn by hand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from efface.errors import RefusedError
from efface.regions.model import Box, Regions, Track
from efface.words import Action

_HINT = "docs/cli.md shows how tracks, times and zones are written."


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, seconds from the start of the video; both ends belong to it."""

    start: float
    end: float

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read ``FROM-TO``, each in seconds, ``m:s`` or ``h:m:s``; an end left out is open.

        Raises:
            RefusedError: the text is something else.
        """
        start, dash, end = text.partition("-")
        if not dash or not (start or end):
            raise RefusedError(
                f"expected a time span such as 0:12-0:15.5, got {text!r}.", hint=_HINT
            )
        span = cls(seconds(start) if start else 0.0, seconds(end) if end else float("inf"))
        if span.end < span.start:
            raise RefusedError(f"the time span {text!r} ends before it begins.", hint=_HINT)
        return span


def seconds(text: str) -> float:
    """Read a time in seconds, ``m:s`` or ``h:m:s``.

    Raises:
        RefusedError: the text is something else.
    """
    if not re.fullmatch(r"(?:(?:\d+:\d{1,2}|\d+):\d{1,2}|\d+)(?:\.\d+)?", text.strip()):
        raise RefusedError(f"expected a time such as 83.5 or 1:23.5, got {text!r}.", hint=_HINT)
    total = 0.0
    for part in text.strip().split(":"):
        total = total * 60 + float(part)
    return total


@dataclass(frozen=True, slots=True)
class Keep:
    """A track that stays visible, for a time or throughout."""

    track: str
    span: Span | None = None

    @classmethod
    def parse(cls, text: str) -> Keep:
        """Read ``ID`` or ``ID@FROM-TO``."""
        track, at, span = text.partition("@")
        return cls(track.strip(), Span.parse(span) if at else None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A zone drawn by hand that stays put, or moves between key frames."""

    keys: tuple[tuple[float | None, tuple[float, float, float, float]], ...]
    """(time in seconds, (x, y, width, height) in pixels); one without a time stays put."""
    span: Span | None = None
    """When one that stays put is there; throughout when left out."""

    @classmethod
    def parse(cls, text: str) -> Drawn:
        """Read ``X,Y,W,H``, ``X,Y,W,H@FROM-TO`` or ``X,Y,W,H@TIME X,Y,W,H@TIME …``.

        Raises:
            RefusedError: the text is something else.
        """
        parts = text.split()
        if len(parts) <= 1:
            place, at, span = text.strip().partition("@")
            return cls(((None, _place(place)),), Span.parse(span) if at else None)
        keys = []
        for part in parts:
            place, at, when = part.partition("@")
            if not at:
                raise RefusedError(f"the zone {part!r} needs a time.", hint=_HINT)
            keys.append((seconds(when), _place(place)))
        if any(b[0] <= a[0] for a, b in pairwise(keys)):
            raise RefusedError(f"the times of the zone {text!r} do not rise.", hint=_HINT)
        return cls(tuple(keys))


def _place(text: str) -> tuple[float, float, float, float]:
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise RefusedError(
            f"expected a zone as X,Y,WIDTH,HEIGHT, got {text!r}.", hint=_HINT
        ) from None
    return x, y, width, height


def keeps(given: str | Iterable[str]) -> tuple[Keep, ...]:
    """Read ids of tracks that stay visible: one text or several, each perhaps with commas.

    Raises:
        RefusedError: one is not written as an id, or is no text.
    """
    names = [name.strip() for text in _texts(given) for name in text.split(",")]
    return tuple(Keep.parse(name) for name in names if name)


def drawings(given: str | Iterable[str]) -> tuple[Drawn, ...]:
    """Read zones drawn by hand: one text or several.

    Raises:
        RefusedError: one is not written as a zone.
    """
    return tuple(map(Drawn.parse, _texts(given)))


def _texts(given: str | Iterable[str]) -> list[str]:
    texts = [given] if isinstance(given, str) else list(given)
    for text in texts:
        if not isinstance(text, str):
            raise RefusedError(f"expected text such as 't3', got {text!r}.", hint=_HINT)
    return texts


def needs_times(keep: Sequence[Keep], drawn: Sequence[Drawn]) -> bool:
    """Whether any choice names a time."""
    timed = any(zone.span or zone.keys[0][0] is not None for zone in drawn)
    return timed or any(choice.span for choice in keep)


def chosen(
    regions: Regions, keep: Sequence[Keep], drawn: Sequence[Drawn], times: Sequence[float]
) -> Regions:
    """The regions with the person's choices applied.

    Args:
        times: seconds from the start, of every frame; only read for choices that name a time.

    Raises:
        RefusedError: no track has such an id, a time lies outside, or a zone outside the picture.
    """
    regions = regions.keeping(choice.track for choice in keep if choice.span is None)
    taken = {track.id for track in regions.tracks}
    parts = [(track.id, track) for track in regions.tracks]
    for choice in keep:
        if choice.span is None:
            continue
        regions.keeping([choice.track])
        first, last = _frames(choice.span, times)
        parts = [
            (whole, part)
            for whole, track in parts
            for part in (_split(track, first, last, taken) if whole == choice.track else [track])
        ]
    tracks = [part for _, part in parts]
    number = 0
    for zone in drawn:
        number += 1
        while f"z{number}" in taken:
            number += 1
        tracks.append(_drawn(f"z{number}", zone, regions, times))
    return replace(regions, tracks=tuple(tracks))


def _frames(span: Span, times: Sequence[float]) -> tuple[int, int]:
    """First and last frame of a span.

    Raises:
        RefusedError: no frame lies in it.
    """
    first, last = bisect_left(times, span.start), bisect_right(times, span.end) - 1
    if first > last:
        raise RefusedError(
            f"no frame lies between {span.start:g} and {span.end:g} seconds; the video has "
            f"{times[-1]:.3f}.",
            hint=_HINT,
        )
    return first, last


def _split(track: Track, first: int, last: int, taken: set[str]) -> list[Track]:
    """A track in up to three parts, the frames from ``first`` to ``last`` kept visible.

    Args:
        taken: ids that exist; those of the parts are added.
    """
    boxes = track.every_box()
    parts: list[tuple[str, Action, list[Box]]] = [
        ("", track.action, [b for b in boxes if b.frame < first]),
        (".kept", "keep", [b for b in boxes if first <= b.frame <= last]),
        (".after", track.action, [b for b in boxes if b.frame > last]),
    ]
    out = []
    for ending, action, own in parts:
        name = f"{track.id}{ending}"
        while ending and name in taken:
            name += "'"
        taken.add(name)
        if own:
            out.append(replace(track, id=name, action=action, boxes=tuple(own), interpolate=False))
    return out


def _drawn(name: str, zone: Drawn, regions: Regions, times: Sequence[float]) -> Track:
    media = regions.media
    if zone.keys[0][0] is None:
        first, last = (0, media.frames - 1) if zone.span is None else _frames(zone.span, times)
        frames = sorted({first, last})
        places = [zone.keys[0][1]] * len(frames)
    else:
        moments = [moment for moment, _ in zone.keys if moment is not None]
        frames = [min(bisect_left(times, moment), media.frames - 1) for moment in moments]
        places = [place for _, place in zone.keys]
        if moments[0] > times[-1]:
            raise RefusedError(f"the video ends at {times[-1]:.3f} s, before the zone.", hint=_HINT)
    try:
        boxes = {frame: Box(frame, *place) for frame, place in zip(frames, places, strict=True)}
    except ValueError as error:
        raise RefusedError(f"a zone is not valid: {error}.", hint=_HINT) from error
    track = Track(
        name, tuple(boxes.values()), source="person", zone=True, interpolate=len(boxes) > 1
    )
    for box in track.every_box():
        width, height = media.size(box.frame)
        if not box.touches(width, height):
            raise RefusedError(
                f"a zone lies outside the picture of {width}x{height} pixels (frame {box.frame}).",
                hint=_HINT,
            )
    return track
