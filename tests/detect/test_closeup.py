"""One face at the standard size."""

from __future__ import annotations

import numpy as np
import pytest

from efface.detect.closeup import FACE_PX, TILE_PX, closeup
from efface.regions import Box


def marked(
    box: Box, width: int = 400, height: int = 300
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = np.full((height, width, 3), 100, np.uint8)
    x0, y0 = max(0, round(box.x)), max(0, round(box.y))
    picture[y0 : round(box.y + box.height), x0 : round(box.x + box.width)] = 200
    return picture


@pytest.mark.parametrize("height", [10, 20, 80, 140])
def test_a_face_of_any_size_comes_out_at_one_size(height: int) -> None:
    box = Box(0, 120, 80, height * 0.75, height)
    view = closeup(marked(box), box)
    assert view.pixels.shape == (TILE_PX, TILE_PX, 3)
    rows = np.flatnonzero((view.pixels[:, TILE_PX // 2, 0] > 150) & view.inside[:, TILE_PX // 2])
    assert abs(len(rows) - FACE_PX) <= 2
    assert abs(rows.mean() - TILE_PX / 2) <= 1
    assert view.pixels[view.face].mean() > 195
    assert view.face.sum() == pytest.approx(FACE_PX * FACE_PX * 0.75, rel=0.05)


def test_past_the_edge_it_is_black_and_said_to_be_outside() -> None:
    box = Box(0, -10, 100, 60, 80)
    view = closeup(marked(box), box)
    assert (view.pixels[~view.inside] == 0).all()
    assert (view.pixels[view.inside] >= 90).all()
    # the close-up is 160 px of the picture wide, from x = -60
    assert np.flatnonzero(view.inside.any(axis=0))[0] == 60
    assert not (view.face & ~view.inside).any()


def test_a_face_larger_than_the_picture_is_seen() -> None:
    box = Box(0, -200, -200, 800, 700)
    view = closeup(marked(box), box)
    assert view.face.any()
    assert (view.pixels[view.face] > 195).all()
