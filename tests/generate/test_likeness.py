"""Faces of nobody, from numbers drawn at random."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.generate.likeness import LONGEST, SPREAD, LinearFaces, linear_faces
from efface.generate.pose import Pose

SIZE = (120, 160)

Floats = NDArray[np.float64]
Light = NDArray[np.float32]


@pytest.fixture(scope="module")
def faces() -> LinearFaces:
    return linear_faces()


def placed(points: Floats) -> Floats:
    return np.asarray(points[:, :2] * 100 + np.array([60, 80]))


def test_a_face_lies_in_its_box(faces: LinearFaces) -> None:
    """From forehead to chin; heights of the box are what forms are measured in."""
    for seed in range(20):
        points = faces.drawn(np.random.default_rng(seed)).points
        assert points.shape == (468, 3)
        assert np.abs(points[:, 1]).max() < 0.65
        assert np.abs(points[:, 0]).max() < 0.55
        assert 0.6 < np.ptp(points[:, 1]) < 1.1


def test_it_looks_ahead(faces: LinearFaces) -> None:
    """The points of the left half are the mirror image of the right half's, on the average face."""
    x = np.sort(faces.points[:, 0] - faces.points[:, 0].mean())
    assert np.abs(x + x[::-1]).max() < 0.03


def test_numbers_alone_decide(faces: LinearFaces) -> None:
    first, again, other = (faces.drawn(np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert (first.points == again.points).all()
    assert (first.light == again.light).all()
    assert np.abs(first.light - other.light).mean() > 0.1
    assert np.abs(first.points - other.points).max() > 0.005


def test_the_mean_face_is_that_of_no_numbers(faces: LinearFaces) -> None:
    face = faces.face(np.zeros(faces.numbers))
    assert (face.points == faces.points).all()
    assert (face.light == faces.light).all()


def test_no_number_goes_too_far(faces: LinearFaces) -> None:
    class Far(np.random.Generator):
        def standard_normal(self, *_: object, **__: object) -> Floats:  # type: ignore[override]
            return np.full(faces.numbers, 100.0)

    found = faces.drawn(Far(np.random.PCG64(1)))
    expected = faces.face(np.full(faces.numbers, LONGEST))
    assert 100 * SPREAD > LONGEST
    assert (found.points == expected.points).all()


def test_it_is_drawn_where_its_points_are(faces: LinearFaces) -> None:
    face = faces.drawn(np.random.default_rng(1))
    points = placed(face.points)
    light, cover = faces.rendered(points, face.light, SIZE)
    assert light.shape == cover.shape == SIZE[::-1]
    assert set(np.unique(cover)) == {0, 1}
    rows, columns = np.nonzero(cover)
    assert abs(columns.min() - points[:, 0].min()) < 2.5
    assert abs(columns.max() - points[:, 0].max()) < 2.5
    assert abs(rows.min() - points[:, 1].min()) < 2.5
    assert abs(rows.max() - points[:, 1].max()) < 2.5
    assert (light[cover == 0] == 0).all()
    assert abs(light[cover == 1].mean()) < 0.5
    assert 0.5 < light[cover == 1].std() < 1.5


def test_eyes_are_darker_than_cheeks(faces: LinearFaces) -> None:
    """It is a face, and the right way up: 159 and 386 lie on upper lids, 50 and 280 on cheeks."""
    for seed in range(5):
        face = faces.drawn(np.random.default_rng(seed))
        points = placed(face.points)
        light, _ = faces.rendered(points, face.light, SIZE)

        def at(name: int, light: Light = light, points: Floats = points) -> float:
            x, y = points[name].astype(int)
            return float(light[y - 1 : y + 2, x - 1 : x + 2].mean())

        assert max(at(159), at(386)) < min(at(50), at(280)) - 0.5
        assert points[159, 1] < points[50, 1]


def test_what_lies_outside_the_picture_is_left_out(faces: LinearFaces) -> None:
    whole = placed(faces.points)
    light, cover = faces.rendered(whole - np.array([60, 0]), faces.light, SIZE)
    assert cover[:, 60:].sum() == 0
    expected = faces.rendered(whole, faces.light, SIZE)
    assert (cover[:, :59] == expected[1][:, 60:119]).all()
    assert np.abs(light[:, :59] - expected[0][:, 60:119]).max() < 1e-4
    assert faces.rendered(whole + 1000, faces.light, SIZE)[1].sum() == 0


@pytest.mark.parametrize("yaw", [-60.0, 60.0])
def test_what_is_turned_away_is_not_seen(faces: LinearFaces, yaw: float) -> None:
    """Texels of one half alone are bright: turned one way all are seen, the other way few;
    and hardly a gap is left where a turn draws texels apart."""
    middle = faces.points[:, 0].mean()
    place = (faces.points[faces.corners, 0] * faces.shares).sum(axis=1)
    right = np.where(place > middle + 0.1, 1.0, 0.0)
    turned = faces.points @ Pose(yaw=yaw).matrix().T * 100 + np.array([60, 80, 0])
    light, cover = faces.rendered(turned, right, SIZE)
    seen = light[cover > 0].mean()
    assert seen > 0.35 if yaw < 0 else seen < 0.12
    assert cover[60:100, 50:70].mean() > 0.98
    flat, _ = faces.rendered(turned[:, :2], right, SIZE)
    assert abs(flat[cover > 0].mean() - seen) > 0.02  # without depth both halves lie there
