"""Zones as regions of interest (C2PA technical specification 2.4, 18.2).

A video can have hundreds of thousands of zones. What a person is to see is where and when faces
were covered, so zones that follow one another become one region that covers them all, and a long
video's become coarser. The exact zones are in efface's own statement.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from efface.geometry import Rect
from efface.zones.zone import Zone

MAX_REGIONS = 256
"""Of a manifest; each takes about 250 bytes in it."""
SLACK = 2
"""A region's rectangle has at most this many times the area of each zone that it covers, until
there are too many regions."""
_MICROSECONDS = 1_000_000
_MAX_PX = 1 << 31
_NPT_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_RANGES = {"spatial", "temporal", "frame"}


Seconds = Fraction | float


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the picture, and in which part of the file it was changed."""

    rect: Rect
    """Pixels of the upright picture."""
    frames: tuple[int, int] | None = None
    """First and last page or animation frame, from 0; ``None``: the only one, or see ``times``."""
    times: tuple[Fraction, Fraction | None] | None = None
    """Of a video: from, inclusive, and to, exclusive (``None``: to the end); seconds from its
    start."""

    def to_json(self) -> dict[str, Any]:
        """As a region map."""
        ranges: list[dict[str, Any]] = []
        if self.times is not None:
            start, end = self.times
            time = {"type": "npt", "start": _decimal(start)}
            ranges.append(
                {"type": "temporal", "time": time | ({"end": _decimal(end)} if end else {})}
            )
        if self.frames is not None:
            first, last = self.frames
            ranges.append({"type": "frame", "frame": {"start": first, "end": last}})
        shape = {
            "type": "rectangle",
            "unit": "pixel",
            "origin": {"x": float(self.rect.x0), "y": float(self.rect.y0)},
            "width": float(self.rect.width),
            "height": float(self.rect.height),
        }
        return {"region": [*ranges, {"type": "spatial", "shape": shape}]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Region | None:
        """From a region map; ``None`` for shapes and ranges that efface does not write."""
        try:
            parts = {part["type"]: part for part in data["region"]}
            if len(parts) != len(data["region"]) or not parts.keys() <= _RANGES:
                return None
            return cls(_rect(parts["spatial"]["shape"]), _frames(parts), _times(parts))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


def photo_regions(zones: Iterable[Zone], frames: int) -> tuple[Region, ...]:
    """Regions of a photo's zones.

    Args:
        frames: pages or animation frames of the file.
    """
    runs = _runs(zones)
    return tuple(Region(run.rect, run.frames if frames > 1 else None) for run in runs)


def video_regions(zones: Iterable[Zone], starts: Sequence[Seconds]) -> tuple[Region, ...]:
    """Regions of a video's zones.

    Args:
        starts: when each frame begins to show, seconds from the start of the file, rising; a frame
            lasts until the next one begins.
    """
    out = []
    for run in _runs(zones):
        first, last = run.frames
        end = _microseconds(starts[last + 1], math.ceil) if last + 1 < len(starts) else None
        out.append(Region(run.rect, times=(_microseconds(starts[first], math.floor), end)))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _ZoneRun:
    """Zones of one track in frames that follow one another."""

    track: str
    frames: tuple[int, int]
    rect: Rect
    smallest: int
    """Area of its smallest zone."""


def _runs(zones: Iterable[Zone]) -> list[_ZoneRun]:
    """Runs of alike zones, at most ``MAX_REGIONS``, in the order in which they begin."""
    open_: dict[str, _ZoneRun] = {}
    done: list[_ZoneRun] = []
    for zone in zones:
        here = _ZoneRun(zone.track, (zone.frame, zone.frame), zone.rect, zone.rect.area)
        before = open_.get(zone.track)
        if before is not None and zone.frame - before.frames[1] in (0, 1):
            joined = _joined(before, here)
            if joined.rect.area <= SLACK * joined.smallest:
                open_[zone.track] = joined
                continue
        if before is not None:
            done.append(before)
        open_[zone.track] = here
    done += open_.values()
    done.sort(key=lambda run: (run.track, run.frames))
    while len(done) > MAX_REGIONS:
        pairs = zip(done[::2], done[1::2], strict=False)
        done = [_joined(a, b) for a, b in pairs] + done[len(done) // 2 * 2 :]
    return sorted(done, key=lambda run: (run.frames, run.rect.y0, run.rect.x0))


def _joined(a: _ZoneRun, b: _ZoneRun) -> _ZoneRun:
    rect = Rect(
        min(a.rect.x0, b.rect.x0),
        min(a.rect.y0, b.rect.y0),
        max(a.rect.x1, b.rect.x1),
        max(a.rect.y1, b.rect.y1),
    )
    frames = min(a.frames[0], b.frames[0]), max(a.frames[1], b.frames[1])
    return replace(a, frames=frames, rect=rect, smallest=min(a.smallest, b.smallest))


def _microseconds(seconds: Seconds, rounding: Callable[[Seconds], int]) -> Fraction:
    """To the whole microsecond that still covers it; never before the start of the file."""
    return max(Fraction(rounding(seconds * _MICROSECONDS), _MICROSECONDS), Fraction(0))


def _decimal(seconds: Fraction) -> str:
    """Normal play time with as few digits as it needs (RFC 2326, 3.6)."""
    micro = round(seconds * _MICROSECONDS)
    text = f"{micro // _MICROSECONDS}.{micro % _MICROSECONDS:06}"
    return text.rstrip("0").rstrip(".")


def _rect(shape: Mapping[str, Any]) -> Rect:
    if (shape["type"], shape["unit"]) != ("rectangle", "pixel"):
        raise ValueError("expected a rectangle in pixels")
    origin = shape["origin"]
    numbers = [float(v) for v in (origin["x"], origin["y"], shape["width"], shape["height"])]
    if any(not abs(value) < _MAX_PX or value != int(value) for value in numbers):
        raise ValueError("expected whole pixels")
    x, y, width, height = (int(value) for value in numbers)
    return Rect(x, y, x + width, y + height)


def _frames(parts: Mapping[str, Any]) -> tuple[int, int] | None:
    if "frame" not in parts:
        return None
    frame = parts["frame"]["frame"]
    return int(frame["start"]), int(frame["end"])


def _times(parts: Mapping[str, Any]) -> tuple[Fraction, Fraction | None] | None:
    if "temporal" not in parts:
        return None
    time = parts["temporal"]["time"]
    if time.get("type", "npt") != "npt":
        raise ValueError("expected normal play time")
    end = time.get("end")
    return _seconds(time["start"]), None if end is None else _seconds(end)


def _seconds(text: str) -> Fraction:
    if _NPT_SECONDS.fullmatch(text) is None:
        raise ValueError("expected seconds as a decimal number")
    return Fraction(text)
