"""Pictures of the redacted file, made smaller, with its zones drawn: never one of the original."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from efface.geometry import Rect
from efface.media.file import Frame, MediaFile
from efface.report.evidence.court import ReportedPicture
from efface.zones.zone import Zone

MAX_SIDE_PX = 900
"""Of a picture: to see where zones lie, not to look at faces that stay."""
MAX_PICTURES = 4
_QUALITY = 80
_EDGE, _HALO = (255, 176, 0), (20, 20, 22)


def pictures(media: MediaFile, zones: Sequence[Zone]) -> tuple[ReportedPicture, ...]:
    """A few frames, those with zones first, in the order of the file.

    Args:
        media: the redacted file.
        zones: as they were filled.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    return tuple(_pictures(media, zones))


def _pictures(media: MediaFile, zones: Sequence[Zone]) -> Iterator[ReportedPicture]:
    by_frame: dict[int, list[Rect]] = defaultdict(list)
    for zone in zones:
        by_frame[zone.frame].append(zone.rect)
    wanted = set(_spread(sorted(by_frame) or [0]))
    for frame in media.frames():
        if frame.index in wanted:
            yield _drawn(frame, by_frame.get(frame.index, []))
        if frame.index >= max(wanted):
            return


def _spread(frames: Sequence[int]) -> list[int]:
    """The first, the last, and some between them."""
    last, most = len(frames) - 1, min(len(frames), MAX_PICTURES)
    return [frames[round(last * n / max(most - 1, 1))] for n in range(most)]


def _drawn(frame: Frame, zones: Sequence[Rect]) -> ReportedPicture:
    image = Image.fromarray(frame.picture())
    scale = min(1.0, MAX_SIDE_PX / max(image.size))
    if scale < 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    canvas = ImageDraw.Draw(image)
    line = max(2, round(max(image.size) / 300))
    for zone in zones:
        box = (zone.x0 * scale, zone.y0 * scale, zone.x1 * scale - 1, zone.y1 * scale - 1)
        if box[2] < box[0] or box[3] < box[1]:
            continue
        canvas.rectangle(box, outline=_HALO, width=2 * line)
        canvas.rectangle(box, outline=_EDGE, width=line)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    seconds = None if frame.time is None else float(frame.time)
    return ReportedPicture(
        out.getvalue(), image.width, image.height, frame.index, seconds, len(zones)
    )
