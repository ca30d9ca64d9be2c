"""Cells of a written zone against what was meant."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.media.video.zone_check import CELL, INSIDE, LONE, LONE_IN, RMS, beyond_coding

STEP = 4.0
FAR = 1.5 * INSIDE * STEP
"""Farther than cells may lie, nearer than a lone one may."""


def differing(
    cells: tuple[int, int], *far: tuple[int, int], by: float = FAR
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A zone whose samples differ by less than the bound, and in some cells by more."""
    apart = np.full((cells[0] * CELL, cells[1] * CELL), 0.5 * INSIDE * STEP)
    for down, across in far:
        apart[down * CELL : (down + 1) * CELL, across * CELL : (across + 1) * CELL] = by
    return apart, np.ones(apart.shape, bool)


def test_one_cell_may_lie_farther_than_the_others() -> None:
    assert not beyond_coding(*differing((12, 10)), STEP)
    assert not beyond_coding(*differing((12, 10), (5, 5)), STEP)


@pytest.mark.parametrize("sign", [1, -1])
def test_no_cell_may_lie_far_beyond(sign: int) -> None:
    far = sign * 1.01 * LONE * INSIDE * STEP
    assert abs(far) < RMS * STEP, "else something else refuses it"
    assert beyond_coding(*differing((12, 10), (5, 5), by=far), STEP)


def test_two_cells_are_no_lone_one() -> None:
    assert beyond_coding(*differing((12, 10), (5, 5), (8, 2)), STEP)


def test_of_a_large_zone_one_in_a_thousand_may() -> None:
    shape = (50, 45)
    assert 2 <= shape[0] * shape[1] // LONE_IN < 3
    assert not beyond_coding(*differing(shape, (5, 5), (40, 20)), STEP)
    assert beyond_coding(*differing(shape, (5, 5), (40, 20), (20, 40)), STEP)


def test_what_was_covered_shows_in_many_cells() -> None:
    """A face at a tenth of its contrast, over the fill that was meant."""
    down, across = np.mgrid[0:96, 0:80]
    face = 60 * np.exp(-(((down - 48) / 30) ** 2 + ((across - 40) / 20) ** 2)) - 20
    inside = np.ones(face.shape, bool)
    assert beyond_coding(0.1 * face, inside, STEP)
    assert not beyond_coding(0.02 * face, inside, STEP)


def test_the_edge_has_no_lone_cells() -> None:
    apart, inside = differing((12, 10))
    apart[:CELL, :CELL] = 17
    assert beyond_coding(apart, inside, STEP)
