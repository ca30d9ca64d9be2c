"""Shared by pictures that efface draws: text that fits, times as people read them, colours."""

from __future__ import annotations

from functools import cache

from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int]

INK: Colour = (34, 34, 34)
FAINT: Colour = (110, 110, 110)
RULE: Colour = (222, 222, 222)
PAPER: Colour = (255, 255, 255)

JUDGEMENT_COLOURS: dict[str, Colour] = {
    "yes": (213, 94, 0),
    "perhaps": (240, 180, 40),
    "unlikely": (86, 180, 233),
}
NO_FACE_COLOUR: Colour = (0, 130, 95)
"""After Okabe and Ito 2008, "Color universal design": told apart by colour-blind people too."""

_LAST_KNOWN = 0x24F
"""Last character that the built-in font has, about."""


@cache
def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's built-in font."""
    return ImageFont.load_default(size_px)


def shown(text: str) -> str:
    """The text with what the font lacks, and line breaks, as question marks."""
    return "".join(c if c.isprintable() and ord(c) <= _LAST_KNOWN else "?" for c in text)


def fitted(canvas: ImageDraw.ImageDraw, text: str, size_px: int, width: float) -> str:
    """The text, cut short with dots where it is wider than so many pixels."""
    text = shown(text)
    if canvas.textlength(text, font=font(size_px)) <= width:
        return text
    while text and canvas.textlength(text + "...", font=font(size_px)) > width:
        text = text[:-1]
    return text + "..."


def clock(seconds: float, digits: int = 1) -> str:
    """``1:02.5``, or ``1:01:02.5`` from an hour on."""
    units = round(seconds * 10**digits)
    whole, part = divmod(units, 10**digits)
    minutes, sec = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{sec:02d}" + (f".{part:0{digits}d}" if digits else "")
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
