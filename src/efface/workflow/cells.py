"""The cells of a contact sheet: which frames of a track are shown, and what is cut out of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from efface.media.file import Picture
from efface.policy import ZonePolicy
from efface.regions import Box, Media, Regions, Track
from efface.regions.timeline import Timeline
from efface.report.contact_sheet import CELL_PX, Cell, Place
from efface.zones.growth import zone_of

SURROUNDINGS = 2.0
"""Side of a crop, in zones."""

_QUALITY = 92
"""Of the JPEGs in which crops wait for their page, at a tenth of the memory."""


@dataclass(frozen=True, slots=True)
class Want:
    """A cell to be filled."""

    track: Track
    column: int
    frame: int
    place: Place
    box: Box
    """Before and after the track, the one next to it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A filled cell, its crop as JPEG."""

    want: Want
    time_s: float
    jpeg: bytes
    drawn: tuple[float, float, float, float]

    def cell(self) -> Cell:
        """For drawing."""
        crop = Image.open(io.BytesIO(self.jpeg))
        return Cell(self.want.frame, self.time_s, self.want.place, crop, self.drawn)


def wants(track: Track, media: Media, columns: int) -> Iterator[Want]:
    """The cells of a track: its first and last frame, others spread evenly between them, and the
    frames next to it.

    Args:
        columns: cells at most; 4 or more.
    """
    frames: Sequence[int] = sorted({box.frame for box in track.boxes})
    if track.interpolate:
        frames = range(frames[0], frames[-1] + 1)
    before, after = frames[0] > 0, frames[-1] + 1 < media.frames
    room = min(columns - before - after, len(frames))
    boxes = Timeline(Regions(media, (track,)))
    places = np.linspace(0, len(frames) - 1, room).round().astype(int).tolist()
    own = [(frames[i], boxes.at(frames[i])[0][1]) for i in places]
    cells: list[tuple[int, Place, Box]] = [(frame, "in", box) for frame, box in own]
    if before:
        cells.insert(0, (frames[0] - 1, "before", own[0][1]))
    if after:
        cells.append((frames[-1] + 1, "after", own[-1][1]))
    for column, (frame, place, box) in enumerate(cells):
        yield Want(track, column, frame, place, box)


def cut(picture: Picture, want: Want, time_s: float, zones: ZonePolicy, draw_zone: bool) -> Cut:
    """Cut a cell out of its frame.

    Args:
        picture: RGB, shape (height, width, 3), upright.
        draw_zone: draw the zone instead of the face's box.
    """
    height, width = picture.shape[:2]
    zone = zone_of(want.track, want.box, zones, width, height).outer
    wished = round(max(zone.width, zone.height) * SURROUNDINGS)
    side = min(wished, max(zone.width, zone.height, min(width, height)))
    x0, x1 = _window((zone.x0 + zone.x1) // 2, side, width)
    y0, y1 = _window((zone.y0 + zone.y1) // 2, side, height)
    part = Image.fromarray(np.ascontiguousarray(picture[y0:y1, x0:x1]))
    scale = CELL_PX / max(part.size)
    size = (max(1, round(part.width * scale)), max(1, round(part.height * scale)))
    jpeg = io.BytesIO()
    part.resize(size, Image.Resampling.LANCZOS).save(jpeg, "JPEG", quality=_QUALITY)
    box = want.box
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    if draw_zone:
        left, top, right, bottom = zone.x0, zone.y0, zone.x1, zone.y1
    drawn = ((left - x0) * scale, (top - y0) * scale, (right - x0) * scale, (bottom - y0) * scale)
    return Cut(want, time_s, jpeg.getvalue(), drawn)


def _window(centre: int, side: int, length: int) -> tuple[int, int]:
    """A part of an axis about a point, moved or cut to lie in the picture."""
    start = min(max(centre - side // 2, 0), max(length - side, 0))
    return start, min(start + side, length)
