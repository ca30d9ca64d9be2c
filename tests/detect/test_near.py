"""Faces so near that they fill the picture, cut from a public-domain portrait."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.faces import face_detector
from efface.detect.interface import Detection, Findings
from efface.detect.near import AREA_PX, NearDetector, near_faces, seen, shape_of
from efface.detect.rescan import rescan
from efface.detect.tiling import Pyramid
from efface.geometry import Rect
from efface.policy import Policy
from efface.regions import Box, Track
from efface.zones.growth import zone_of
from efface.zones.painting import coverage
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]

EYES = (187, 88, 257, 118)
HALF = (180, 70, 224, 168)
EYES_TO_MOUTH = (190, 82, 258, 158)
"""Left, top, right and bottom in the portrait of 512 pixels."""


def closeup(part: tuple[int, int, int, int], width: int) -> Picture:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    height = round(width * (part[3] - part[1]) / (part[2] - part[0]))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box=part))


def covers_all(picture: Picture) -> bool:
    height, width = picture.shape[:2]
    zones = []
    for d in face_detector("fast").detect(picture):
        box = Box(0, d.x, d.y, d.width, d.height)
        zones.append(zone_of(Track("t", (box,)), box, Policy().zones, width, height))
    return bool(coverage(zones, width, height).mean() >= 0.95)


@pytest.mark.parametrize("width", [240, 1600])
@pytest.mark.parametrize("part", [EYES, HALF, EYES_TO_MOUTH])
def test_a_part_of_a_face_that_fills_the_picture_is_covered(
    part: tuple[int, int, int, int], width: int
) -> None:
    assert covers_all(closeup(part, width))


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_however_it_lies(quarter_turns: int) -> None:
    turned = np.ascontiguousarray(np.rot90(closeup(EYES, 400), quarter_turns))
    assert len(near_faces(Pyramid(turned), no_boxes()))


@pytest.mark.parametrize("name", ["coffee", "brick", "grass", "rocket"])
def test_nothing_is_seen_where_there_is_no_face(name: str) -> None:
    picture = getattr(data, name)()
    rgb = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    assert not len(near_faces(Pyramid(np.ascontiguousarray(rgb)), no_boxes()))


def test_a_face_that_was_found_explains_what_is_seen() -> None:
    picture = closeup((150, 40, 300, 200), 480)
    found = face_detector("fast").detect(picture)
    assert len(found) == 1
    assert found[0].width < 450


def test_what_is_covered_is_painted_over_before_it_is_looked_at() -> None:
    picture = np.full((300, 400, 3), 200, np.uint8)
    tile, hidden = seen(Pyramid(picture), (0, 0, 400, 300), np.array([[0.0, 0, 200, 300]]))
    assert tile.shape == (*shape_of(400, 300), 3)
    half = tile.shape[1] // 2
    assert not tile[:, : half - 1].any()
    assert (tile[:, half + 1 :] == 200).all()
    assert 0.45 < hidden < 0.55


def test_an_open_close_up_is_seen_by_the_rescan_and_a_covered_one_is_not() -> None:
    picture = closeup(EYES, 480)
    height, width = picture.shape[:2]
    (face,) = [d for d in rescan(picture, 0, [], []) if d.width == width]
    assert face.score > 0.9
    whole = Rect(0, 0, width, height)
    assert rescan(np.zeros_like(picture), 0, [Zone("t1", 0, whole, whole)], []) == ()
    kept = Box(0, 0, 0, width, height)
    assert rescan(picture, 0, [], [kept]) == ()


def test_a_part_of_a_picture_that_a_face_fills_is_no_close_up() -> None:
    """It is looked at beside the end of a track; what is kept there is not told of."""
    eyes = closeup(EYES, 480)
    height, width = eyes.shape[:2]
    picture = np.zeros((3 * height, 3 * width, 3), np.uint8)
    picture[height : 2 * height, width : 2 * width] = eyes
    kept = Box(0, width, height, width, height)
    part = Rect(width, height, 2 * width, 2 * height)
    assert rescan(picture, 0, [], [kept], part=part) == ()
    assert rescan(picture, 0, [], [kept]) == ()


@pytest.mark.parametrize(("width", "height"), [(6000, 2000), (240, 90), (90, 240), (9000, 90)])
def test_looks_have_about_the_same_area(width: int, height: int) -> None:
    high, wide = shape_of(width, height)
    assert high % 8 == wide % 8 == 0
    assert 0.7 < high * wide / AREA_PX < 1.4


class Nobody:
    """A detector that finds nobody, and doubts one place."""

    name = "nobody"

    def findings(self, picture: Picture, second: Boxes | None = None) -> Findings:
        return Findings((), (Detection(10, 10, 40, 40, 0.4),))

    def detect(self, picture: Picture, second: Boxes | None = None) -> tuple[Detection, ...]:
        return ()


def test_what_is_covered_by_a_near_face_is_doubtful_no_more() -> None:
    found = NearDetector(Nobody()).findings(closeup(EYES, 480))
    assert [round(d.width) for d in found.faces] == [480]
    assert found.doubtful == ()
    empty = NearDetector(Nobody()).findings(np.full((200, 300, 3), 127, np.uint8))
    assert (len(empty.faces), len(empty.doubtful)) == (0, 1)
