"""A hard cut begins a scene; moving the camera, and a face that moves, do not."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from tests.detect.tracking.pictures import texture
from tests.movies import ShownMovie

from efface.detect.tracking.cuts import Cuts
from efface.media.file import Gray

WIDE = texture(900, 300, seed=3, blur=12.0)
OTHER = texture(900, 300, seed=4, blur=12.0)


def begins(pictures: Sequence[Gray]) -> list[int]:
    """Frames with which a scene begins."""
    height, width = pictures[0].shape
    movie = ShownMovie([np.zeros((height, width, 3), np.uint8)], [0])
    cuts = Cuts(movie)
    small = [cv2.resize(p, cuts.size, interpolation=cv2.INTER_AREA) for p in pictures]
    return [i for i, gray in enumerate(small) if cuts.begins(np.asarray(gray, np.uint8))]


def pan(ground: Gray, frames: int, step: int) -> list[Gray]:
    return [ground[50:250, step * i : step * i + 320] for i in range(frames)]


def test_the_first_frame_begins_a_scene() -> None:
    assert begins(pan(WIDE, 1, 0)) == [0]


def test_a_hard_cut_is_found_to_the_frame() -> None:
    assert begins(pan(WIDE, 10, 3) + pan(OTHER, 10, 3)) == [0, 10]


def test_cuts_may_follow_each_other_at_once() -> None:
    shots = pan(WIDE, 5, 0) + pan(OTHER, 1, 0) + pan(WIDE, 5, 0)
    assert begins(shots) == [0, 5, 6]


@pytest.mark.parametrize("step", [2, 6, 10])
def test_a_pan_is_no_cut(step: int) -> None:
    assert begins(pan(WIDE, 40, step)) == [0]


def test_light_that_fades_is_no_cut() -> None:
    fade = [np.asarray(WIDE[50:250, :320] * (1 - i / 40), np.uint8) for i in range(30)]
    assert begins(fade) == [0]


@pytest.mark.parametrize("shape", [(2160, 3840), (90, 60), (2, 4000)])
def test_pictures_of_any_size_are_compared_small(shape: tuple[int, int]) -> None:
    movie = ShownMovie([np.zeros((*shape, 3), np.uint8)], [0])
    width, height = Cuts(movie).size
    assert 1 <= width <= 160 and 1 <= height <= 160
