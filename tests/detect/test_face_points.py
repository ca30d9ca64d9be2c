"""A known face's points: on tight crops, small faces, and where there is no face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from efface.attack.landmarks import USUAL, points_in, points_of
from efface.regions import Box

FACE = Box(0, 90, 25, 50, 62)
"""The portrait's."""


def scaled(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BOX))


def test_points_lie_in_the_face(portrait: NDArray[np.uint8]) -> None:
    points = points_in(portrait, FACE)
    assert points is not None
    right_eye, left_eye, nose, right_mouth, left_mouth = points
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    assert np.abs(nose - (112, 60)).max() < 4


def test_a_picture_filled_by_the_face_is_enough(portrait: NDArray[np.uint8]) -> None:
    whole = points_in(portrait, FACE)
    corner = np.array([84, 12])
    tight = points_in(portrait[12:94, 84:146], Box(0, 6, 13, 50, 62))
    assert whole is not None
    assert tight is not None
    assert np.abs(tight + corner - whole).max() < 3


@pytest.mark.parametrize("side", [64, 128, 1024])
def test_points_scale_with_the_picture(portrait: NDArray[np.uint8], side: int) -> None:
    """At 64 px the face is 12 px wide."""
    factor = side / 256
    box = Box(0, *(v * factor for v in (90.0, 25.0, 50.0, 62.0)))  # type: ignore[arg-type]
    points = points_in(scaled(portrait, side), box)
    whole = points_in(portrait, FACE)
    assert points is not None
    assert whole is not None
    assert np.abs(points / factor - whole).max() < 5


def test_no_face_has_no_points_but_usual_ones(portrait: NDArray[np.uint8]) -> None:
    picture = np.full_like(portrait, 128)
    assert points_in(picture, FACE) is None
    points, seen = points_of(picture, FACE)
    assert not seen
    assert np.allclose(points, (90, 25) + USUAL * (50, 62))


def test_usual_points_are_near_the_face_s(portrait: NDArray[np.uint8]) -> None:
    points, seen = points_of(portrait, FACE)
    assert seen
    assert np.abs(points - (90, 25) - USUAL * (50, 62)).max() < 12


def test_another_face_nearby_is_not_taken(portrait: NDArray[np.uint8]) -> None:
    """The box is on the flag beside the face."""
    points = points_in(portrait, Box(0, 10, 25, 50, 62))
    assert points is None or (np.abs(points.mean(axis=0) - (35, 56)) < 25).all()


def test_a_box_outside_the_picture_is_refused(portrait: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="touches the picture"):
        points_in(portrait, Box(0, 2000, 25, 50, 62))
