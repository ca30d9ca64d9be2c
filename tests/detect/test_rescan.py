"""The second look at a finished picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from efface.detect.faces import face_detector
from efface.detect.rescan import rescan
from efface.geometry import Rect
from efface.policy import Policy
from efface.regions import Box, Track
from efface.zones.growth import zone_of
from efface.zones.painting import fill
from efface.zones.zone import Zone

SIDE = 400


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    return np.asarray(image.resize((SIDE, SIDE)))


@pytest.fixture(scope="module")
def face(picture: NDArray[np.uint8]) -> Box:
    (found,) = face_detector("default").detect(picture)
    return Box(0, found.x, found.y, found.width, found.height)


def test_an_open_face_is_seen(picture: NDArray[np.uint8], face: Box) -> None:
    (seen,) = rescan(picture, 0, [], [])
    assert abs(seen.x - face.x) < face.width / 2


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_an_open_face_that_lies_any_way_is_seen(
    picture: NDArray[np.uint8], quarter_turns: int
) -> None:
    """So small that it is not where the picture is looked at as it is."""
    small = Image.fromarray(picture).resize((128, 128), Image.Resampling.LANCZOS)
    turned = np.rot90(np.pad(np.asarray(small), ((20, 20), (20, 20), (0, 0))), quarter_turns)
    (seen,) = rescan(turned, 0, [], [])
    assert seen.quarter_turns == -quarter_turns % 4
    assert rescan(turned, 0, [], [], turns={}) == ()


def test_a_filled_zone_is_quiet(picture: NDArray[np.uint8], face: Box) -> None:
    zone = zone_of(Track("t1", (face,)), face, Policy().zones, SIDE, SIDE)
    done = picture.copy()
    fill(done, [zone], (0, 0, 0))
    assert rescan(done, 0, [zone], []) == ()


def test_a_kept_face_is_quiet(picture: NDArray[np.uint8], face: Box) -> None:
    assert rescan(picture, 0, [], [face]) == ()


def test_zones_and_kept_boxes_of_other_frames_do_not_count(
    picture: NDArray[np.uint8], face: Box
) -> None:
    other = Box(1, face.x, face.y, face.width, face.height)
    zone = zone_of(Track("t1", (other,)), other, Policy().zones, SIDE, SIDE)
    assert len(rescan(picture, 0, [zone], [other])) == 1


def test_a_zone_that_covers_a_corner_of_the_face_is_not_enough(
    picture: NDArray[np.uint8], face: Box
) -> None:
    corner = Rect(int(face.x), int(face.y), int(face.x + face.width / 3), int(face.y) + 9)
    zone = Zone("t1", 0, corner, corner)
    assert len(rescan(picture, 0, [zone], [])) == 1


def test_the_threshold_is_used(picture: NDArray[np.uint8]) -> None:
    assert rescan(picture, 0, [], [], threshold=0.999) == ()
