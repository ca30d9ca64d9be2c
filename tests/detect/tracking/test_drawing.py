"""A chain is drawn as few key frames from which every frame's box follows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.detect.tracking.drawing import (
    BRIEF_S,
    STEADY,
    TOLERANCE,
    DrawnFace,
    dense,
    drawn,
    key_frames,
    track,
    without_repeats,
)
from efface.detect.tracking.interface import Path
from efface.detect.tracking.joining import FaceChain

RATE = 25.0
SIZE = (320, 200)


def wandering(seed: int, frames: int, jump: float) -> NDArray[np.float64]:
    """Boxes that wander by steps of any size, and now and then jump."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(frames, 2)) * jump * rng.choice([0, 1, 10], (frames, 1))
    sizes = np.exp(np.cumsum(rng.normal(size=(frames, 2)) * 0.05, axis=0)) * 30
    return np.concatenate([100 + np.cumsum(steps, axis=0), sizes], axis=1)


@given(st.integers(0, 10**6), st.integers(1, 80), st.floats(0, 5))
def test_boxes_between_key_frames_lie_within_the_tolerance(
    seed: int, frames: int, jump: float
) -> None:
    boxes = wandering(seed, frames, jump)
    keys = key_frames(boxes)
    assert keys == sorted(set(keys))
    assert (keys[0], keys[-1]) == (0, frames - 1)
    between = np.stack([np.interp(np.arange(frames), keys, boxes[keys, k]) for k in range(4)], 1)
    allowed = TOLERANCE * np.sqrt(boxes[:, 2] * boxes[:, 3])
    assert (np.abs(between - boxes).max(axis=1) <= allowed * (1 + 1e-9)).all()


def test_a_straight_way_needs_two_key_frames() -> None:
    boxes = np.array([[10 + 3 * i, 20 - i, 30 + i, 40] for i in range(50)], float)
    assert key_frames(boxes) == [0, 49]


def path(first: int, scores: list[float], boxes: NDArray[np.float64] | None = None) -> Path:
    values = np.array(scores, float)
    values[values == 0] = np.nan
    if boxes is None:
        boxes = np.tile([100.0, 60.0, 40.0, 40.0], (len(values), 1))
    return Path(first, boxes, values, 0, 0, 1)


def test_a_track_holds_ids_times_and_scores() -> None:
    face = drawn(FaceChain((path(3, [0.8, 0, 0.9, 0.7, 0.6]),)), RATE, 20, SIZE)
    times = [i * 40 for i in range(20)]
    made = track("t7", face, times)
    assert (made.id, made.source, made.interpolate) == ("t7", "detector", True)
    assert [box.frame for box in made.every_box()] == list(range(3, 8))
    assert all(box.pts == times[box.frame] for box in made.boxes)
    assert (made.boxes[0].score, made.boxes[-1].score) == (0.8, 0.6)


def test_a_single_sighting_is_one_box() -> None:
    made = track("t1", drawn(FaceChain((path(3, [0.8]),)), RATE, 4, SIZE), [0, 40, 80, 120])
    assert not made.interpolate
    assert [box.frame for box in made.boxes] == [3]


def test_boxes_are_cut_at_the_edges_of_the_picture() -> None:
    boxes = np.array([[-20 - 30 * i, 190, 40, 40] for i in range(6)], float)
    face = drawn(FaceChain((path(0, [0.8] * 6, boxes),)), RATE, 6, SIZE)
    assert len(face.boxes) == 6
    assert (face.boxes[:, :2] >= 0).all()
    assert (face.boxes[:, :2] + face.boxes[:, 2:] <= SIZE).all()
    assert (face.boxes[:, 2:] >= 1).all()


def test_no_frame_lies_beyond_the_last_one() -> None:
    first, boxes, scores = dense(FaceChain((path(3, [0.8, 0, 0, 0, 0.8, 0, 0]),)), RATE, 9)
    assert (first, len(boxes), len(scores)) == (3, 6, 6)


def test_what_was_seen_once_is_not_followed_far() -> None:
    most = round(BRIEF_S * RATE)
    first, boxes, _ = dense(FaceChain((path(0, [0.0] * 50 + [0.8] + [0.0] * 50),)), RATE, 200)
    assert (first, len(boxes)) == (50 - most, 2 * most + 1)


def test_the_way_before_the_first_sighting_is_drawn_even_if_a_later_path_reached_further_back() -> (
    None
):
    head = path(10, [0, 0, 0, 0.8, 0.8, 0.8])
    tail = path(5, [0.0] * 15 + [0.8] * 5)
    first, boxes, _ = dense(FaceChain((head, tail)), RATE, 60)
    assert first <= 10
    assert first + len(boxes) == 25
    assert not np.isnan(boxes).any()


def test_a_gap_follows_what_was_followed_at_both_ends() -> None:
    before = np.array([[100 + 2 * i, 60, 40, 40] for i in range(10)], float)
    after = np.array([[130 + 2 * i, 60, 40, 40] for i in range(10)], float)
    head, tail = path(0, [0.8] * 5 + [0] * 5, before), path(10, [0] * 5 + [0.8] * 5, after)
    first, boxes, scores = dense(FaceChain((head, tail)), RATE, 60)
    middles = boxes[:, 0] + boxes[:, 2] / 2
    assert (first, len(boxes)) == (0, 20)
    assert np.isnan(scores[5:15]).all()
    assert (np.diff(middles) > 0).all()
    # near the ends it keeps to what was followed there
    assert middles[5] == pytest.approx(130, abs=2)
    assert middles[14] == pytest.approx(158, abs=2)


def test_boxes_grow_where_the_face_was_not_seen() -> None:
    _, boxes, _ = dense(FaceChain((path(0, [0.8] * 5 + [0] * 30 + [0.8] * 5),)), RATE, 60)
    assert boxes[0, 2] == 40
    assert boxes[20, 2] > 42
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    assert np.abs(middles - [120, 80]).max() < 1e-9


def test_a_box_is_as_large_as_those_just_before_and_after() -> None:
    sides = [40.0] * 5 + [50.0] + [40.0] * 5
    boxes = np.array([[120 - s / 2, 80 - s / 2, s, s] for s in sides])
    _, steady, _ = dense(FaceChain((path(0, [0.8] * 11, boxes),)), RATE, 60)
    large = [i for i in range(11) if steady[i, 2] == 50]
    assert large == list(range(5 - STEADY, 5 + STEADY + 1))


def face(first: int, frames: int, x: float, side: float) -> DrawnFace:
    boxes = np.tile([x, 60.0, side, side], (frames, 1))
    return DrawnFace(first, boxes, np.full(frames, 0.8))


def test_a_face_that_lies_in_another_for_all_of_its_time_is_left_out() -> None:
    long, within = face(0, 50, 100, 40), face(10, 20, 102, 36)
    assert without_repeats([within, long]) == [long]


@pytest.mark.parametrize(
    "other", [face(40, 20, 102, 36), face(10, 20, 120, 36), face(10, 20, 90, 70)]
)
def test_a_face_that_shows_at_another_time_or_place_or_is_larger_stays(other: DrawnFace) -> None:
    assert len(without_repeats([face(0, 50, 100, 40), other])) == 2
