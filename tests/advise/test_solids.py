"""Solid fills are found by their shape; what only looks even is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.solids import solid_zones
from efface.attack.operators.apply import through_jpeg
from efface.geometry import Rect

Pixels = NDArray[np.uint8]


@pytest.mark.parametrize("quality", [None, 85])
@pytest.mark.parametrize("colour", [0, 255])
def test_a_box_and_an_oval_are_found(portrait: Pixels, colour: int, quality: int | None) -> None:
    picture = (portrait // 2 + 60).astype(np.uint8)  # neither black nor white
    picture[40:80, 90:120] = colour
    cv2.ellipse(picture, (190, 180), (24, 30), 0, 0, 360, (colour, colour, colour), -1)
    if quality is not None:
        picture = through_jpeg(picture, quality)
    found = solid_zones(picture)
    for made in (Rect(90, 40, 120, 80), Rect(166, 150, 215, 211)):
        assert any(
            2 * zone.intersection(made).area > max(zone.area, made.area) for zone in found
        ), found


def test_a_clear_picture_has_none(portrait: Pixels) -> None:
    assert solid_zones(portrait) == []


def test_a_background_of_one_colour_is_none(portrait: Pixels) -> None:
    picture = np.full((300, 300, 3), 200, np.uint8)
    picture[60:200, 60:200] = portrait[:140, 60:200]
    assert solid_zones(picture) == []


def test_a_smooth_slope_is_none() -> None:
    slope = np.tile(np.arange(256, dtype=np.uint8), (200, 1))
    assert solid_zones(np.repeat(slope[..., None], 3, axis=2)) == []


def test_a_face_that_was_found_is_not_told_twice(portrait: Pixels) -> None:
    picture = (portrait // 2 + 60).astype(np.uint8)
    picture[40:80, 90:120] = 0
    assert solid_zones(picture)
    assert solid_zones(picture, [Rect(80, 30, 130, 90)]) == []


def test_things_of_one_size_are_a_pattern_and_no_faces() -> None:
    wall = np.full((200, 400, 3), 180, np.uint8)
    rng = np.random.default_rng(4)
    wall = np.clip(wall + rng.normal(0, 12, wall.shape), 0, 255).astype(np.uint8)
    wall[40:80, 30:62] = wall[40:80, 130:162] = (70, 70, 72)
    assert len(solid_zones(wall)) == 2
    wall[40:80, 230:262] = (70, 70, 72)
    assert solid_zones(wall) == []
