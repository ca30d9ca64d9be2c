"""The picture with numbered boxes, so that a person can say which face stays."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image, ImageDraw, ImageFont

from efface.media.file import Picture
from efface.regions import Regions

MAX_SIDE_PX = 4096
"""Larger pictures are scaled down: the preview is for looking at."""

_REDACT, _KEEP, _DOUBTFUL = (255, 64, 32), (32, 200, 64), (64, 160, 255)


def draw(picture: Picture, regions: Regions, frame: int = 0) -> Image.Image:
    """Draw every box of a frame with its track's id, and in blue what is doubtful.

    Args:
        picture: RGB, shape (height, width, 3); not changed.
    """
    image = Image.fromarray(picture)
    scale = min(1.0, MAX_SIDE_PX / max(image.size))
    if scale < 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    canvas = ImageDraw.Draw(image)
    line = max(1, round(max(image.size) / 600))
    font_px = max(12, round(max(image.size) / 70))
    font = ImageFont.load_default(font_px)
    shown = [
        (track, box, _KEEP if track.action == "keep" else _REDACT)
        for track, box in regions.in_frame(frame)
    ]
    doubts = replace(regions, tracks=regions.doubts())
    shown += [(track, box, _DOUBTFUL) for track, box in doubts.in_frame(frame)]
    for track, box, colour in shown:
        x0, y0 = box.x * scale, box.y * scale
        x1, y1 = (box.x + box.width) * scale, (box.y + box.height) * scale
        canvas.rectangle((x0, y0, x1, y1), outline=colour, width=line)
        left, top, right, bottom = canvas.textbbox((0, 0), track.id, font=font)
        wide, high = right - left + 2 * line, bottom - top + 2 * line
        at_x = min(max(x0, 0), max(image.width - wide, 0))
        at_y = y0 - high if y0 >= high else min(y1, image.height - high)
        at_y = max(at_y, 0)
        canvas.rectangle((at_x, at_y, at_x + wide, at_y + high), fill=colour)
        canvas.text((at_x + line - left, at_y + line - top), track.id, fill=(0, 0, 0), font=font)
    return image
