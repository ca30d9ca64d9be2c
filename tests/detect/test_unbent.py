"""Faces anywhere on the sphere, with the networks that are shipped."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.panoramas import all_round, ground, place

from efface.detect.around import found_in
from efface.detect.faces import face_detector
from efface.detect.rescan import rescan
from efface.detect.unbent import Unbent
from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.sphere.cube import Cube
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection
from efface.sphere.sheet import sheet_of
from efface.zones.growth import zones_for
from efface.zones.painting import fill

PLACES = [(180.0, 0.0), (-90.0, -75.0), (40.0, 70.0), (0.0, -40.0)]
WHOLE = Sphere(Projection(), 1024, 512)


@pytest.fixture(scope="module")
def picture(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return all_round(portrait, *PLACES)


@pytest.fixture(scope="module")
def faces(picture: NDArray[np.uint8]) -> list[Box]:
    found = found_in(picture, face_detector("default"), WHOLE)[0]
    return [Box(0, d.x, d.y, d.width, d.height) for (d,) in found]


def where(box: Box, sphere: Sphere = WHOLE) -> tuple[float, float]:
    """Longitude and latitude of its centre, degrees."""
    _, local = sphere.located((box.x, box.y, box.width, box.height))
    patch = sphere.chart.patch(local)
    assert patch is not None
    return np.degrees(patch.lon), np.degrees(patch.lat)


def near(a: tuple[float, float], b: tuple[float, float]) -> bool:
    lon = (a[0] - b[0] + 180) % 360 - 180
    return bool(np.hypot(lon * np.cos(np.radians(b[1])), a[1] - b[1]) < 4)


def test_faces_at_the_seam_and_about_the_poles_are_found_once(faces: list[Box]) -> None:
    for wanted in PLACES:
        assert sum(near(where(box), wanted) for box in faces) == 1, wanted
    # Parts of her suit, cut by views, pass for faces.
    assert len(faces) <= len(PLACES) + 1


def test_the_rescan_sees_them_and_is_quiet_once_they_are_covered(
    picture: NDArray[np.uint8], faces: list[Box]
) -> None:
    assert len(rescan(picture, 0, [], [], sphere=WHOLE)) == len(PLACES)
    assert rescan(picture, 0, [], faces, sphere=WHOLE) == ()
    zones = [
        zone
        for box in faces
        for zone in zones_for(Track("t", (box,)), box, ZonePolicy(), (1024, 512), WHOLE)
    ]
    done = picture.copy()
    fill(done, zones, (0, 0, 0))
    assert rescan(done, 0, zones, [], sphere=WHOLE) == ()
    (left,) = rescan(picture, 0, zones[1:], [], sphere=WHOLE) or (None,)
    assert left is None or near(where(Box(0, left.x, left.y, left.width, left.height)),
                                where(faces[0]))  # fmt: skip


def test_a_face_in_one_eye_is_found_for_both(portrait: NDArray[np.uint8]) -> None:
    eye = all_round(portrait, (20.0, -70.0), width=700)
    picture = np.concatenate([ground(700, 350), eye])
    sphere = Sphere(Projection(stereo="top-bottom"), 700, 700)
    found = found_in(picture, face_detector("default"), sphere)[0]
    # Parts of her suit may pass for faces, too.
    pairs = [[Box(0, d.x, d.y, d.width, d.height) for d in both] for both in found]
    ((upper, lower),) = [p for p in pairs if near(where(p[0], sphere), (20.0, -70.0))]
    assert len(pairs) == 1
    assert near(where(lower, sphere), (20.0, -70.0))
    assert lower.y - upper.y == pytest.approx(350)


def test_a_face_over_the_edges_of_a_cube_is_found(portrait: NDArray[np.uint8]) -> None:
    picture = ground(900, 600)
    place(picture, portrait, (45.0, 0.0), 45, Cube(900, 600))
    sphere = Sphere(Projection("cubemap"), 900, 600)
    (face,) = found_in(picture, face_detector("default"), sphere)[0]
    assert near(where(Box(0, face[0].x, face[0].y, face[0].width, face[0].height), sphere),
                (45.0, 0.0))  # fmt: skip


@pytest.mark.parametrize(
    "projection",
    [
        Projection(),
        Projection(left=0.25, right=0.25),
        Projection(left=0.25, right=0.25, stereo="left-right"),
        Projection(top=0.25, bottom=0.25),
        Projection("cubemap"),
    ],
)
def test_what_is_looked_at_is_at_most_three_times_the_picture(projection: Projection) -> None:
    sheet = sheet_of(Sphere(projection, 3000, 1500))
    assert sheet.width * sheet.height <= 2.8 * 3000 * 1500
    for i, part in enumerate(sheet.parts):
        for other in sheet.parts[i + 1 :]:
            assert part.area.intersection(other.area).empty


def test_what_is_found_in_a_smaller_copy_is_in_its_pixels(picture: NDArray[np.uint8]) -> None:
    unbent = Unbent(picture[::2, ::2].copy(), WHOLE)
    sheet = unbent.picture
    nadir = next(
        p for p in sheet_of(WHOLE.of(picture[::2, ::2])).parts if p.view and p.view.lat < -1.5
    )
    middle = ((nadir.area.x0 + nadir.area.x1) / 2, (nadir.area.y0 + nadir.area.y1) / 2)
    assert sheet.shape[0] < 700
    ((x, y, width, height, score),) = unbent.faces(
        np.array([[middle[0] - 9, middle[1] - 9, 18, 18, 0.8]])
    ).tolist()
    assert (x, width, y + height, score) == (0, 512, pytest.approx(256), 0.8)
