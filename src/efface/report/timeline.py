"""A scanned video as a picture: who shows when, how large, turned which way; and where nobody does.

It holds no pixel of the video.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from efface.detect.identifiable import Identifiable
from efface.report.chart import (
    FAINT,
    INK,
    JUDGEMENT_COLOURS,
    NO_FACE_COLOUR,
    PAPER,
    RULE,
    clock,
    fitted,
    font,
)
from efface.scan.result import JUDGEMENTS, POSES, FaceScan, FileScan

MAX_LANES = 40
"""More tracks than this share lanes."""

WIDTH_PX = 1600
_LEFT_PX, _RIGHT_PX = 150, 36
_TOP_PX = 128
_FREE_PX = 40
_BOTTOM_PX = 46
_TALL_PX, _SLIM_PX = 34, 22
"""Height of a lane: with up to 16 of them, with more."""

_SMALLEST_PX, _LARGEST_PX = 8, 256
"""Faces of these heights get the lowest and the highest bar (by the logarithm)."""

_TICKS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_HATCH_PX = {"three-quarter": 12, "profile": 6, "unclear": 6}
"""Distance between the white strokes that show how far a head is turned."""

_LABELS: dict[Identifiable, str] = {
    "yes": "could be identified",
    "perhaps": "perhaps",
    "unlikely": "unlikely",
}


@dataclass(frozen=True, slots=True)
class _Axis:
    """From seconds to pixels."""

    length_s: float

    def x(self, seconds: float) -> float:
        share = seconds / self.length_s if self.length_s else 0.0
        return _LEFT_PX + share * (WIDTH_PX - _LEFT_PX - _RIGHT_PX)

    def ticks(self) -> list[float]:
        step = next((t for t in _TICKS_S if self.length_s / t <= 14), 3600.0 * 4)
        return [i * step for i in range(int(self.length_s / step) + 1)]


def draw_timeline(scan: FileScan) -> Image.Image:
    """Draw a scanned video.

    Raises:
        ValueError: the scan is of a photo.
    """
    if scan.length_s is None:
        raise ValueError(f"{scan.path} is a photo, which has no timeline")
    lanes = _lanes(scan.faces)
    lane_px = _TALL_PX if len(lanes) <= 16 else _SLIM_PX
    bottom = _TOP_PX + max(len(lanes), 1) * lane_px
    image = Image.new("RGB", (WIDTH_PX, bottom + _FREE_PX + _BOTTOM_PX), PAPER)
    canvas = ImageDraw.Draw(image)
    axis = _Axis(scan.length_s)
    _head(image, scan)
    _grid(canvas, axis, bottom + _FREE_PX)
    for i, lane in enumerate(lanes):
        base = _TOP_PX + (i + 1) * lane_px - 3
        name = lane[0].id if len(lane) == 1 else f"{lane[0].id} and {len(lane) - 1} more"
        name = fitted(canvas, name, 15, _LEFT_PX - 24)
        canvas.text((_LEFT_PX - 12, base), name, fill=INK, font=font(15), anchor="rs")
        canvas.line((_LEFT_PX, base, WIDTH_PX - _RIGHT_PX, base), fill=RULE)
        for face in lane:
            _face(image, axis, face, base, lane_px - 6)
    if not lanes:
        middle = (_LEFT_PX + 10, _TOP_PX + lane_px / 2)
        canvas.text(middle, "No face was seen.", fill=FAINT, font=font(16), anchor="lm")
    _free(canvas, axis, scan, bottom)
    return image


def _lanes(faces: Sequence[FaceScan]) -> list[list[FaceScan]]:
    """One a track; from ``MAX_LANES`` on, tracks that follow each other share one."""
    by_start = sorted(faces, key=_start)
    if len(by_start) <= MAX_LANES:
        return [[face] for face in by_start]
    lanes: list[list[FaceScan]] = []
    for face in by_start:
        free = next((lane for lane in lanes if _end(lane[-1]) <= _start(face)), None)
        if free is not None:
            free.append(face)
        elif len(lanes) < MAX_LANES:
            lanes.append([face])
        else:
            min(lanes, key=lambda lane: _end(lane[-1])).append(face)
    return lanes


def _start(face: FaceScan) -> float:
    return face.span.start_s if face.span is not None else 0.0


def _end(face: FaceScan) -> float:
    return face.span.end_s if face.span is not None else 0.0


def _head(image: Image.Image, scan: FileScan) -> None:
    canvas = ImageDraw.Draw(image)
    free = sum(span.length_s for span in scan.without_face)
    length = scan.length_s or 0.0
    title = fitted(canvas, scan.media.file, 24, WIDTH_PX * 0.55)
    canvas.text((24, 38), title, fill=INK, font=font(24), anchor="ls")
    facts = (
        f"{clock(length)} long, {scan.media.width} x {scan.media.height}, "
        f"{len(scan.faces)} face track(s); no face seen for {clock(free)}"
    )
    canvas.text((WIDTH_PX - _RIGHT_PX, 38), facts, fill=FAINT, font=font(17), anchor="rs")
    x = _legend_judgements(canvas, 24.0, 74)
    _legend_poses(image, x + 26, 74)
    canvas.text(
        (24, 106),
        "Bars are higher for larger faces. A face may have been missed, and more than a face "
        "identifies: look at the footage yourself.",
        fill=FAINT,
        font=font(15),
        anchor="lm",
    )


def _legend_judgements(canvas: ImageDraw.ImageDraw, x: float, y: float) -> float:
    entries = [(JUDGEMENT_COLOURS[j], _LABELS[j]) for j in JUDGEMENTS]
    for colour, label in [*entries, (NO_FACE_COLOUR, "no face seen")]:
        canvas.rectangle((x, y - 8, x + 26, y + 8), fill=colour)
        x = _label(canvas, x + 34, y, label)
    return x


def _legend_poses(image: Image.Image, x: float, y: float) -> None:
    for pose in (pose for pose in POSES if pose != "unclear"):
        swatch = Image.new("RGB", (28, 18), PAPER)
        _bar(ImageDraw.Draw(swatch), (0, 0, 27, 17), FAINT, pose)
        image.paste(swatch, (round(x), round(y) - 9))
        x = _label(
            ImageDraw.Draw(image), x + 36, y, "side or unclear" if pose == "profile" else pose
        )


def _label(canvas: ImageDraw.ImageDraw, x: float, y: float, text: str) -> float:
    canvas.text((x, y), text, fill=INK, font=font(16), anchor="lm")
    return x + canvas.textlength(text, font=font(16)) + 22


def _grid(canvas: ImageDraw.ImageDraw, axis: _Axis, bottom: int) -> None:
    for tick in axis.ticks():
        x = axis.x(tick)
        canvas.line((x, _TOP_PX, x, bottom + 6), fill=RULE)
        digits = 1 if axis.length_s < 10 else 0
        canvas.text((x, bottom + 10), clock(tick, digits), fill=FAINT, font=font(15), anchor="ma")


def _face(image: Image.Image, axis: _Axis, face: FaceScan, base: float, highest: float) -> None:
    """One bar from each look to the next, as the more telling of the two has it.

    The most telling bars are drawn last: in a long video many looks share a pixel.
    """
    canvas = ImageDraw.Draw(image)
    pairs = list(pairwise(face.looks)) or [(face.looks[0], face.looks[0])]
    bars = [(min(pair, key=lambda look: look.rank), *pair) for pair in pairs]
    for look, here, there in sorted(bars, key=lambda bar: bar[0].rank, reverse=True):
        last = there is face.looks[-1]
        end = _end(face) if last else there.time_s or 0.0
        x0 = axis.x(here.time_s or 0.0)
        x1 = max(axis.x(end) - 1, x0 + 1)
        height = _height(max(here.face.height_px, there.face.height_px)) * highest
        colour = JUDGEMENT_COLOURS[look.identifiable]
        _bar(canvas, (x0, base - height, x1, base), colour, look.face.pose)


def _height(face_px: int) -> float:
    """Share of the highest bar."""
    clipped = min(max(face_px, _SMALLEST_PX), _LARGEST_PX)
    return 0.25 + 0.75 * math.log(clipped / _SMALLEST_PX) / math.log(_LARGEST_PX / _SMALLEST_PX)


def _bar(
    canvas: ImageDraw.ImageDraw,
    place: tuple[float, float, float, float],
    colour: tuple[int, int, int],
    pose: str,
) -> None:
    x0, y0, x1, y1 = place
    if pose == "away":
        pale = tuple(round(255 - (255 - c) * 0.3) for c in colour)
        canvas.rectangle(place, fill=pale, outline=None)
        canvas.line((x0, y0, x1, y0), fill=colour, width=2)
        return
    canvas.rectangle(place, fill=colour)
    step = _HATCH_PX.get(pose)
    if step is None:
        return
    first = math.ceil(x0 / step) * step
    for x in range(first, math.floor(x1) + 1, step):
        canvas.line((x, y0, x, y1), fill=PAPER, width=2)


def _free(canvas: ImageDraw.ImageDraw, axis: _Axis, scan: FileScan, top: int) -> None:
    base = top + _FREE_PX - 6
    text = (_LEFT_PX - 12, (top + 8 + base) / 2)
    canvas.text(text, "no face seen", fill=NO_FACE_COLOUR, font=font(15), anchor="rm")
    for span in scan.without_face:
        x0, x1 = axis.x(span.start_s), axis.x(span.end_s)
        canvas.rectangle((x0, top + 8, max(x1 - 1, x0 + 1), base), fill=NO_FACE_COLOUR)
        long = span.length_s >= 60
        label = clock(span.length_s, 0) if long else f"{span.length_s:.1f} s"
        if canvas.textlength(label, font=font(15)) + 8 < x1 - x0:
            middle = ((x0 + x1) / 2, (top + 8 + base) / 2)
            canvas.text(middle, label, fill=PAPER, font=font(15), anchor="mm")
