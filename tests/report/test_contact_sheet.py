"""A page of a contact sheet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.report.chart import Colour
from efface.report.contact_sheet import (
    BOX_COLOUR,
    CELL_PX,
    DOUBTFUL_COLOUR,
    KEPT_COLOUR,
    OUTSIDE_COLOUR,
    Cell,
    Place,
    Row,
    draw_page,
)

LEFT, TOP = 176, 92
GREY = Image.new("RGB", (CELL_PX, CELL_PX), (90, 90, 90))


def row(*places: Place, kept: bool = False) -> Row:
    cells = tuple(Cell(i, i / 10, place, GREY, (30, 30, 90, 100)) for i, place in enumerate(places))
    return Row("t1", 0.0, 1.0, 10, 70, kept, cells)


def cells(page: Image.Image, number: int) -> NDArray[np.uint8]:
    left = LEFT + number * (CELL_PX + 6)
    return np.asarray(page)[TOP : TOP + CELL_PX, left : left + CELL_PX]


def inked(cell: NDArray[np.uint8], colour: Colour) -> int:
    return int((cell == colour).all(axis=2).sum())


def test_the_box_is_drawn_whole_in_the_track_and_dashed_next_to_it() -> None:
    page = draw_page("clip.mp4", ["a note"], [row("before", "in", "after")], 3)
    whole = inked(cells(page, 1), BOX_COLOUR)
    assert whole > 2 * 2 * (60 + 70) - 20
    assert inked(cells(page, 1), OUTSIDE_COLOUR) == 0
    for number in (0, 2):
        assert inked(cells(page, number), BOX_COLOUR) == 0
        assert 60 < inked(cells(page, number), OUTSIDE_COLOUR) < whole / 2


def test_a_kept_track_has_its_own_colour() -> None:
    page = draw_page("clip.mp4", [], [row("in", kept=True)], 3)
    assert inked(cells(page, 0), KEPT_COLOUR) > 200
    assert inked(cells(page, 0), BOX_COLOUR) == 0


def test_what_is_drawn_stays_in_its_cell() -> None:
    wide = Cell(0, 0.0, "in", GREY, (-40, 20, 400, 100))
    page = draw_page("x" * 400, ["y" * 900], [Row("t" * 90, 0, 1, 1, 70, False, (wide,))], 4)
    pixels = np.asarray(page)
    right = pixels[TOP : TOP + CELL_PX, LEFT + CELL_PX :]
    assert (right == 255).all()
    assert GREY.getpixel((10, 20)) == (90, 90, 90)


def test_the_page_grows_with_its_rows_and_columns() -> None:
    one, two = (draw_page("a", [], [row("in")] * n, 4) for n in (1, 2))
    assert two.height - one.height == CELL_PX + 26
    assert draw_page("a", [], [row("in")], 10).width - one.width == 6 * (CELL_PX + 6)


def test_what_is_doubtful_does_not_look_like_a_face_that_is_covered() -> None:
    doubtful = replace(row("in"), doubtful=True)
    page = draw_page("clip.mp4", [], [doubtful], 3)
    assert inked(cells(page, 0), DOUBTFUL_COLOUR) > 200
    assert inked(cells(page, 0), BOX_COLOUR) == 0
    assert inked(np.asarray(page)[:, :LEFT], DOUBTFUL_COLOUR) > 50
