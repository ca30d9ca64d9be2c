"""A laboratory's own restorer: its pictures come back as faces, in its own geometry."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.onnx_models import write

from efface.attack.alignment import ARCFACE, ARCFACE_PX, chip
from efface.attack.interface import Candidates, Case, Knowledge, Look, Reconstruction
from efface.attack.restorer import OnnxRestorer
from efface.errors import InputError
from efface.regions import Box

POINTS = np.array([[97.0, 52], [118, 52], [107, 65], [99, 76], [116, 76]])
"""In the fixture ``portrait``."""


def case(*pictures: NDArray[np.uint8]) -> Case:
    box = Box(0, 82, 25, 52, 70)
    looks = tuple(Look(one, np.ones(one.shape[:2], bool), box, POINTS) for one in pictures)
    return Case(looks, Knowledge.UNAWARE, Candidates({}))


@pytest.mark.parametrize("channels", ["rgb", "bgr"])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_what_the_model_gives_is_shown_in_its_geometry(
    tmp_path: Path, portrait: NDArray[np.uint8], channels: str, layout: str
) -> None:
    """This model gives its input back, where that is above the card's mean."""
    card = write(
        tmp_path, pictures=True, size=64, points="arcface-112", channels=channels, layout=layout
    )
    bright = np.maximum(portrait, 40)
    (found,) = OnnxRestorer(card).run(case(bright))
    assert isinstance(found, Reconstruction)
    assert found.pixels.shape == (64, 64, 3)
    assert np.allclose(found.points, ARCFACE * 64 / ARCFACE_PX)
    again = chip(found.pixels, found.points, 48).astype(float)
    straight = chip(bright, POINTS, 48).astype(float)
    middle = slice(12, 36)
    assert np.abs(again - straight)[middle, middle].mean() < 6


def test_each_look_gives_a_picture(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    other = np.asarray(cv2.GaussianBlur(portrait, (0, 0), 4), np.uint8)
    found = OnnxRestorer(write(tmp_path, pictures=True, size=32)).run(case(portrait, other))
    one, two = (piece.pixels for piece in found if isinstance(piece, Reconstruction))
    assert not np.array_equal(one, two)


def test_a_model_that_gives_no_pictures_is_named(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    card = write(tmp_path)
    with pytest.raises(InputError, match="gives pictures of the size that it takes") as caught:
        OnnxRestorer(card).run(case(portrait))
    assert caught.value.path == tmp_path / "ours.onnx"
