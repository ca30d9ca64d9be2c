"""The head check: what it is shown, and that it tells a head from none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage import data

from efface.detect.headcheck import CONTEXT, CROP_PX, crops, head_odds
from efface.detect.tiling import Pyramid

FACE = np.array([[178.0, 62, 90, 115]])
"""Of the astronaut."""
ELSEWHERE = np.array([[20.0, 30, 90, 115], [330, 300, 90, 115], [400, 30, 60, 60]])
"""A flag, a part of the suit, a part of a model rocket."""

Picture = NDArray[np.uint8]


def astronaut(side: int = 512) -> Picture:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS))


@pytest.mark.parametrize("size", [6, 20, 90, 400])
def test_a_crop_shows_the_box_in_its_middle_at_one_size(size: int) -> None:
    picture = np.zeros((600, 700, 3), np.uint8)
    picture[100 : 100 + size, 150 : 150 + size] = 255
    (crop,) = crops(Pyramid(picture), np.array([[150.0, 100, size, size]]))
    assert crop.shape == (CROP_PX, CROP_PX, 3)
    bright = crop[..., 0] > 127
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    for axis in (rows, columns):
        assert axis[-1] - axis[0] + 1 == pytest.approx(CROP_PX / CONTEXT, abs=2)
        assert (axis[0] + axis[-1] + 1) / 2 == pytest.approx(CROP_PX / 2, abs=1)


def test_past_the_edge_a_crop_is_grey() -> None:
    picture = np.full((60, 60, 3), 250, np.uint8)
    (crop,) = crops(Pyramid(picture), np.array([[0.0, 0, 40, 40]]))
    assert (crop[0, 0] == 127).all()
    assert (crop[-1, -1] == 127).all() or (crop[CROP_PX // 2, CROP_PX // 2] == 250).all()


def test_a_face_is_a_head_and_what_lies_beside_it_is_none() -> None:
    found = head_odds(Pyramid(astronaut()), np.concatenate([FACE, ELSEWHERE]))
    assert found[0] > 1
    assert found[0] > found[1:].max() + 1


def test_it_sees_a_small_blurred_face_and_one_whose_eyes_are_hidden() -> None:
    small = np.asarray(Image.fromarray(astronaut(96)).filter(ImageFilter.GaussianBlur(1)))
    assert head_odds(Pyramid(small), FACE * 96 / 512)[0] > 0
    hidden = astronaut().copy()
    hidden[90:112, 185:262] = 20
    assert head_odds(Pyramid(hidden), FACE)[0] > 0


def test_a_turned_look_is_turned_back() -> None:
    picture = astronaut()
    turned = np.ascontiguousarray(np.rot90(picture))
    side = picture.shape[0]
    x, y, width, height = FACE[0]
    box = np.array([[y, side - x - width, height, width]])
    straight = head_odds(Pyramid(picture), FACE)[0]
    assert head_odds(Pyramid(turned), box, 3)[0] == pytest.approx(straight, abs=1.0)


def test_none_is_asked_about_nothing() -> None:
    assert head_odds(Pyramid(astronaut(64)), np.zeros((0, 5))).shape == (0,)
