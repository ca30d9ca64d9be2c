"""Contact sheets: each track's frames over time, a row a track, drawn from small crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageDraw

from efface.report.chart import FAINT, INK, PAPER, RULE, Colour, clock, fitted, font

CELL_PX = 128
"""Side of a crop."""

ROWS = 60
"""Tracks on a page, at most."""

Place = Literal["before", "in", "after"]
"""Whether a frame is one of the track's, the last before it, or the first after it."""

BOX_COLOUR: Colour = (230, 60, 0)
KEPT_COLOUR: Colour = (0, 158, 115)
DOUBTFUL_COLOUR: Colour = (178, 100, 0)
OUTSIDE_COLOUR: Colour = (0, 114, 178)

_LEFT_PX = 176
_GAP_PX = 6
_LABEL_PX = 20
_TOP_PX = 92
_EDGE_PX = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """One frame of a track."""

    frame: int
    time_s: float
    place: Place
    crop: Image.Image
    """RGB, at most ``CELL_PX`` wide and high."""
    box: tuple[float, float, float, float] | None
    """What is drawn: left, top, right and bottom, in pixels of the crop; before and after a track,
    where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Row:
    """One track."""

    id: str
    start_s: float
    end_s: float
    frames: int
    largest_px: int
    kept: bool
    cells: tuple[Cell, ...]
    doubtful: bool = False
    """Nearly taken for a face, and not covered."""


def draw_page(title: str, notes: Sequence[str], rows: Sequence[Row], columns: int) -> Image.Image:
    """One page.

    Args:
        title: the file's name, and which page it is.
        notes: what a reader must know; one or two lines.
        rows: at most ``ROWS``.
        columns: cells in a row, at most.
    """
    row_px = CELL_PX + _LABEL_PX + _GAP_PX
    width = _LEFT_PX + columns * (CELL_PX + _GAP_PX) + _EDGE_PX
    image = Image.new("RGB", (width, _TOP_PX + len(rows) * row_px + _EDGE_PX), PAPER)
    canvas = ImageDraw.Draw(image)
    title = fitted(canvas, title, 22, width - 2 * _EDGE_PX)
    canvas.text((_EDGE_PX, 32), title, fill=INK, font=font(22), anchor="ls")
    for i, note in enumerate(notes):
        note_text = fitted(canvas, note, 14, width - 2 * _EDGE_PX)
        canvas.text((_EDGE_PX, 54 + 20 * i), note_text, fill=FAINT, font=font(14), anchor="ls")
    for i, row in enumerate(rows):
        top = _TOP_PX + i * row_px
        canvas.line((_EDGE_PX, top - 4, width - _EDGE_PX, top - 4), fill=RULE)
        _head(canvas, row, top)
        colour = BOX_COLOUR
        if row.kept or row.doubtful:
            colour = KEPT_COLOUR if row.kept else DOUBTFUL_COLOUR
        for k, cell in enumerate(row.cells):
            _cell(image, cell, (_LEFT_PX + k * (CELL_PX + _GAP_PX), top), colour)
    return image


def _head(canvas: ImageDraw.ImageDraw, row: Row, top: int) -> None:
    lines = [
        (row.id, 20, INK),
        (f"{clock(row.start_s)} - {clock(row.end_s)}", 15, INK),
        (f"{row.frames} frame(s)", 14, FAINT),
        (f"up to {row.largest_px} px high", 14, FAINT),
    ]
    if row.kept:
        lines.append(("kept visible", 14, KEPT_COLOUR))
    if row.doubtful:
        lines.append(("doubtful: NOT COVERED", 14, DOUBTFUL_COLOUR))
    y = top + 4
    for text, size_px, colour in lines:
        fitting = fitted(canvas, text, size_px, _LEFT_PX - _EDGE_PX - 8)
        canvas.text((_EDGE_PX, y), fitting, fill=colour, font=font(size_px))
        y += size_px + 7


def _cell(image: Image.Image, cell: Cell, at: tuple[int, int], own: Colour) -> None:
    x, y = at
    canvas = ImageDraw.Draw(image)
    inside = cell.place == "in"
    colour = own if inside else OUTSIDE_COLOUR
    crop = cell.crop.copy()
    if cell.box is not None:
        _outline(ImageDraw.Draw(crop), cell.box, colour, dashed=not inside)
    image.paste(crop, at)
    if not inside:
        edge = (x - 2, y - 2, x + crop.width + 1, y + crop.height + 1)
        canvas.rectangle(edge, outline=colour, width=2)
    words = {"before": "before: ", "in": "", "after": "after: "}[cell.place]
    below = (x + 1, y + CELL_PX + 2)
    text = f"{words}{clock(cell.time_s, 2)}"
    canvas.text(below, text, fill=FAINT if inside else colour, font=font(13))


def _outline(
    canvas: ImageDraw.ImageDraw,
    place: tuple[float, float, float, float],
    colour: Colour,
    *,
    dashed: bool,
) -> None:
    x0, y0, x1, y1 = (round(v) for v in place)
    x1, y1 = max(x1, x0 + 2), max(y1, y0 + 2)
    if not dashed:
        canvas.rectangle((x0, y0, x1, y1), outline=colour, width=2)
        return
    for x in range(x0, x1, 8):
        canvas.line((x, y0, min(x + 4, x1), y0), fill=colour)
        canvas.line((x, y1, min(x + 4, x1), y1), fill=colour)
    for y in range(y0, y1, 8):
        canvas.line((x0, y, x0, min(y + 4, y1)), fill=colour)
        canvas.line((x1, y, x1, min(y + 4, y1)), fill=colour)
