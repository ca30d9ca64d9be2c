"""How a head is turned, from five points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.generate.likeness import linear_faces
from efface.generate.pose import EYES, FARTHEST, FRONTAL, MOUTH, NOSE, STEP, Pose, pose_of

Floats = NDArray[np.float64]


def five(pose: Pose, seed: int | None = None) -> Floats:
    """Where a face's points are seen, some pixels large."""
    faces = linear_faces()
    form = faces.points if seed is None else faces.drawn(np.random.default_rng(seed)).points
    eyes = [form[list(eye)].mean(axis=0) for eye in EYES]
    points = np.array([*eyes, form[NOSE], form[MOUTH[0]], form[MOUTH[1]]]) @ pose.matrix().T
    return np.asarray(points[:, :2] * 90 + np.array([300, 200]))


def test_a_turn_goes_the_way_it_says() -> None:
    """The tip of the nose, which lies nearest to whoever looks, goes right, down, and round."""
    ahead = np.array([0.0, 0.0, -1.0])
    assert (Pose(yaw=30).matrix() @ ahead)[0] > 0.4
    assert (Pose(pitch=30).matrix() @ ahead)[1] > 0.4
    assert (Pose(roll=30).matrix() @ np.array([1.0, 0, 0]))[1] > 0.4


@given(
    st.floats(-90, 90), st.floats(-45, 45), st.floats(-180, 180)
)  # fmt: skip
def test_a_turn_keeps_forms(yaw: float, pitch: float, roll: float) -> None:
    matrix = Pose(yaw, pitch, roll).matrix()
    assert np.abs(matrix @ matrix.T - np.eye(3)).max() < 1e-9
    assert np.linalg.det(matrix) == pytest.approx(1)


@settings(deadline=None)
@given(
    yaw=st.integers(-10, 10), pitch=st.integers(-3, 3), roll=st.integers(-6, 6),
    seed=st.integers(0, 100),
)  # fmt: skip
def test_it_comes_back_from_the_points_of_anybody(
    yaw: int, pitch: int, roll: int, seed: int
) -> None:
    pose = Pose(STEP * yaw, STEP * pitch, STEP * roll)
    found = pose_of(five(pose, seed))
    assert abs(found.yaw - pose.yaw) <= 15
    assert abs(found.pitch - pose.pitch) <= 20
    assert abs(found.roll - pose.roll) <= 10


def test_of_the_mean_face_it_is_exact_but_for_what_is_usual() -> None:
    assert pose_of(five(FRONTAL)) == FRONTAL
    for yaw in (-40, -20, 20, 40):
        assert abs(pose_of(five(Pose(yaw=yaw))).yaw - yaw) <= STEP


@given(st.lists(st.floats(-1000, 1000), min_size=10, max_size=10))
def test_whatever_the_points_it_is_one_of_few(numbers: list[float]) -> None:
    """So all that a drawn head can know of a face are these steps."""
    found = pose_of(np.array(numbers).reshape(5, 2))
    assert all(value % STEP == 0 for value in (found.yaw, found.pitch, found.roll))


def test_far_is_far() -> None:
    assert not FRONTAL.far
    assert Pose(yaw=FARTHEST + STEP).far
    assert Pose(yaw=-FARTHEST - STEP).far
