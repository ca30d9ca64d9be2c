"""How a face shows, on a portrait that is changed in known ways."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage import data
from tests.panoramas import all_round

from efface.detect.face_quality import (
    PROFILE_DEGREES,
    TOWARDS_DEGREES,
    FaceQuality,
    assess,
    assess_around,
    turn_degrees,
)
from efface.detect.unbent import CLOSE_PX, close_view
from efface.regions import Box
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection
from efface.sphere.rays import Patch

Picture = NDArray[np.uint8]
FACE = Box(0, 89, 28, 45, 58)
"""The astronaut's, in the portrait of 256 px."""


def how(picture: Picture, box: Box = FACE) -> FaceQuality:
    return assess(picture, [box])[0]


def test_the_portrait_is_towards_lit_sharp_and_clear(portrait: Picture) -> None:
    assert how(portrait) == FaceQuality(58, "towards", "lit", "sharp", "clear")


def test_a_small_copy_looks_the_same(portrait: Picture) -> None:
    small = np.asarray(Image.fromarray(portrait).resize((106, 106), Image.Resampling.LANCZOS))
    face = how(small, Box(0, 37, 11.5, 18.5, 24))
    assert (face.height_px, face.pose, face.hidden) == (24, "towards", "clear")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_head_on_its_side_is_not_away(portrait: Picture, turns: int) -> None:
    x, y, width, height = 89, 28, 45, 58
    for _ in range(turns):
        x, y, width, height = y, 256 - x - width, height, width
    face = how(np.ascontiguousarray(np.rot90(portrait, turns)), Box(0, x, y, width, height))
    assert face.pose not in ("away", "unclear")
    assert face.hidden == "clear"


def test_where_no_face_is_seen_it_is_away() -> None:
    brick = np.repeat(data.brick()[:256, :256, None], 3, axis=2)  # type: ignore[no-untyped-call]
    face = how(np.ascontiguousarray(brick))
    assert (face.pose, face.hidden) == ("away", "unknown")


def test_blur(portrait: Picture) -> None:
    def blurred(share: float) -> str:
        image = Image.fromarray(portrait).filter(ImageFilter.GaussianBlur(58 * share))
        return how(np.asarray(image)).sharpness

    assert [blurred(share) for share in (1 / 100, 1 / 24, 1 / 8)] == ["sharp", "soft", "blurred"]


def test_light(portrait: Picture) -> None:
    dark = (portrait * 0.2).astype(np.uint8)
    assert how(dark).light == "dim"
    backlit = np.full_like(portrait, 240)
    inside = slice(28, 86), slice(89, 134)
    backlit[inside] = (portrait * 0.4).astype(np.uint8)[inside]
    assert how(backlit).light == "shadow"


def test_a_face_at_the_edge_is_partly_hidden(portrait: Picture) -> None:
    cut = np.ascontiguousarray(portrait[:, 100:])
    face = how(cut, Box(0, 0, 28, 34, 58))
    assert face.hidden == "partly"


def test_a_covered_face_is_not_clear(portrait: Picture) -> None:
    covered = portrait.copy()
    covered[44:100, 70:150] = (120, 100, 80)
    assert how(covered).hidden != "clear"


def test_several_faces_come_back_in_order(portrait: Picture) -> None:
    pair = np.concatenate([portrait, (portrait * 0.2).astype(np.uint8)], axis=1)
    other = Box(0, FACE.x + 256, FACE.y, FACE.width, FACE.height)
    assert [face.light for face in assess(pair, [FACE, other])] == ["lit", "dim"]
    assert [face.light for face in assess(pair, [other, FACE])] == ["dim", "lit"]
    assert assess(pair, []) == ()


def head(yaw: float) -> NDArray[np.float64]:
    """Landmarks of a head turned by degrees, in weak perspective."""
    points = np.array(  # across, down, towards the camera
        [(-0.5, 0, 0), (0.5, 0, 0), (0, 0.5, 0.4), (-0.35, 1, 0), (0.35, 1, 0)]
    )
    angle = np.deg2rad(yaw)
    x = points[:, 0] * np.cos(angle) + points[:, 2] * np.sin(angle)
    return np.stack([x, points[:, 1]], axis=1)


@pytest.mark.parametrize("yaw", [0, 15, 30, 50, 70, 90])
def test_the_turn_of_a_drawn_head_is_found(yaw: float) -> None:
    points = head(yaw)
    assert turn_degrees(points) == pytest.approx(yaw, abs=1)
    assert turn_degrees(head(-yaw)) == pytest.approx(yaw, abs=1)
    tilt = np.deg2rad(30)
    tilted = points @ np.array([(np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))])
    assert turn_degrees(tilted * 37 + 5) == pytest.approx(yaw, abs=1)


def test_landmarks_on_one_point_are_no_frontal_face() -> None:
    assert turn_degrees(np.zeros((5, 2))) == 90
    assert 0 < TOWARDS_DEGREES < PROFILE_DEGREES < 90


ROUND = Sphere(Projection(), 1024, 512)


def box_at(lon: float, lat: float, sphere: Sphere = ROUND) -> Box:
    """Of the face of a portrait that hangs there, as the search boxes it."""
    patch = Patch(np.radians(lon), np.radians(lat), np.radians(5.5), np.radians(7))
    return Box(0, *sphere.chart.box(patch))


@pytest.mark.parametrize("place", [(40.0, -75.0), (-60.0, 75.0), (180.0, 0.0)])
def test_a_face_anywhere_on_the_sphere_is_looked_at_unbent(
    portrait: Picture, place: tuple[float, float]
) -> None:
    picture = all_round(portrait, place)
    (seen,) = assess_around(picture, [box_at(*place)], ROUND)
    assert (seen.pose, seen.hidden, seen.fills) == ("towards", "clear", False)
    assert 34 <= seen.height_px <= 46  # 14 degrees of 1,024 pixels for 360
    if abs(place[1]) > 60:
        assert assess(picture, [box_at(*place)])[0].pose != "towards"


def test_of_a_stereo_picture_each_eye_is_looked_at(portrait: Picture) -> None:
    below = all_round(portrait, (40.0, -75.0))
    empty = all_round(portrait)
    sphere = Sphere(Projection(stereo="top-bottom"), 1024, 1024)
    first = box_at(40.0, -75.0)
    second = Box(0, first.x, first.y + 512, first.width, first.height)
    for eyes, poses in (
        ((below, empty), ("towards", "away")),
        ((empty, below), ("away", "towards")),
    ):
        seen = assess_around(np.concatenate(eyes), [first, second], sphere)
        assert tuple(one.pose for one in seen) == poses


def test_a_picture_that_may_be_flat_is_looked_at_as_it_is_where_it_is_hardly_bent(
    portrait: Picture,
) -> None:
    picture = all_round(portrait, (0.0, 0.0))
    maybe = Sphere(Projection(stated=False), 1024, 512)
    box = box_at(0.0, 0.0)
    assert assess_around(picture, [box], maybe) == assess(picture, [box])


def test_a_close_view_of_a_large_face_is_of_a_smaller_copy(portrait: Picture) -> None:
    big = Sphere(Projection(), 4096, 2048)
    picture = all_round(portrait, (0.0, 0.0), width=4096)
    box = box_at(0.0, 0.0, big)
    view = close_view(picture, big, np.array([box.x, box.y, box.width, box.height]))
    assert view.pixels.shape == (CLOSE_PX, CLOSE_PX, 3)
    assert view.scale == pytest.approx(view.box[3] / box.height, rel=0.05)
