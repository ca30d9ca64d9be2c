import numpy as np
import pytest
from PIL import Image, ImageOps

from efface.media.orientation import Orientation


@pytest.mark.parametrize("value", range(1, 9))
def test_upright_is_what_pillow_shows(value: int) -> None:
    stored = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    image = Image.fromarray(stored)
    image.getexif()[0x0112] = value
    expected = np.asarray(ImageOps.exif_transpose(image))
    turn = Orientation.of(value)
    assert np.array_equal(turn.upright(stored), expected)
    assert turn.upright_size(7, 5) == (expected.shape[1], expected.shape[0])


@pytest.mark.parametrize("value", range(1, 9))
def test_stored_is_the_inverse_and_a_view(value: int) -> None:
    turn = Orientation.of(value)
    stored = np.arange(35).reshape(5, 7)
    assert np.array_equal(turn.stored(turn.upright(stored)), stored)
    turn.upright(stored)[0, 0] = -1
    assert (stored == -1).sum() == 1


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("step", [(8, 8), (16, 8), (16, 16)])
def test_the_upright_grid_is_the_stored_grid(value: int, step: tuple[int, int]) -> None:
    height, width = 37, 53
    rows, columns = np.mgrid[:height, :width]
    cells = (rows // step[1]) * 1000 + columns // step[0]
    turn = Orientation.of(value)
    upright = turn.upright(cells)
    grid = turn.upright_grid(*step, width, height)
    u, v = np.mgrid[: upright.shape[0], : upright.shape[1]]
    names = ((u - grid.offset_y) // grid.step_y) * 1000 + (v - grid.offset_x) // grid.step_x
    pairs = set(zip(upright.ravel().tolist(), names.ravel().tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


@pytest.mark.parametrize("value", [0, 9, 255, -1])
def test_other_values_count_as_upright(value: int) -> None:
    assert Orientation.of(value) == Orientation.of(1)
