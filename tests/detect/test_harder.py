"""The last looks at a picture in which nothing was found."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from skimage import data

from efface.detect.harder import last_looks
from efface.detect.tiling import Pyramid

SIDE = 512
CENTRE = (223, 119)
"""The portrait's face, pixels."""


@pytest.mark.parametrize("degrees", [0, 45, 135, 225])
def test_a_slanted_head_is_found_where_it_is(degrees: int) -> None:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    turned = np.asarray(image.rotate(degrees, expand=True))
    angle = np.deg2rad(degrees)
    x, y = CENTRE[0] - SIDE / 2, CENTRE[1] - SIDE / 2
    wanted = (
        x * np.cos(angle) + y * np.sin(angle) + turned.shape[1] / 2,
        y * np.cos(angle) - x * np.sin(angle) + turned.shape[0] / 2,
    )
    found = last_looks(Pyramid(turned))
    assert len(found) >= 1
    centre = found[0, :2] + found[0, 2:4] / 2
    assert np.abs(centre - wanted).max() < 20


def test_a_large_picture_gives_boxes_in_its_own_pixels() -> None:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    found = last_looks(Pyramid(np.asarray(image.resize((2048, 2048)))))
    assert len(found) >= 1
    centre = found[0, :2] + found[0, 2:4] / 2
    assert np.abs(centre - 4 * np.array(CENTRE)).max() < 60


@pytest.mark.parametrize("name", ["brick", "gravel", "coins", "page"])
def test_pictures_without_a_face_stay_so(name: str) -> None:
    grey = getattr(data, name)()
    assert len(last_looks(Pyramid(np.repeat(grey[..., None], 3, axis=2)))) == 0


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (640, 2)], ids=str)
def test_any_shape_works(shape: tuple[int, int]) -> None:
    assert last_looks(Pyramid(np.full((*shape, 3), 90, np.uint8))).shape == (0, 5)
