"""HeadTurns go along with a head, in steps, and never jump."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.generate.pose import STEP, Pose
from efface.redact.methods.layered.moment import looks_of
from efface.redact.methods.replace import turning
from efface.redact.methods.replace.turning import WHOLE, HeadTurns, TurnMix, turns_of
from efface.regions import Box, Media, Regions, Track

SIZE = 320, 240
Way = Callable[[int], Pose | None]


def turned(way: Way, frames: int = 60, tracks: int = 1) -> list[HeadTurns]:
    """Of faces whose turn in each frame is known, or not."""
    boxes = tuple(Box(n, 100, 80, 30, 40) for n in range(frames))
    media = Media("a", "", "video", *SIZE, frames)
    named = tuple(Track(f"t{n}", boxes) for n in range(tracks))
    now = [0]

    def pictures(wanted: Collection[int]) -> Iterator[tuple[int, np.ndarray]]:
        for frame in sorted(wanted):
            now[0] = frame
            yield frame, np.zeros((2, 2, 3), np.uint8)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turning, "points_in", lambda picture, box: way(now[0]))
        patch.setattr(turning, "pose_of", lambda pose: pose)
        return [one for _, one in turns_of(looks_of(Regions(media, named)), pictures, media)]


def yaws(one: HeadTurns, frames: int = 60) -> list[float]:
    """As they are shown, between the two that are mixed."""
    return [
        (one.poses[m.first].yaw * (WHOLE - m.share) + one.poses[m.second].yaw * m.share) / WHOLE
        for m in map(one.in_frame, range(frames))
    ]


def test_a_head_that_keeps_its_turn_is_drawn_once() -> None:
    (one,) = turned(lambda n: Pose(20 + 3 * (n % 2), 10, -5))
    assert one.poses == (Pose(20, 10, -5),)
    assert {one.in_frame(n) for n in range(60)} == {TurnMix(0, 0, 0)}


def test_where_no_points_are_seen_it_looks_ahead() -> None:
    (one,) = turned(lambda n: None)
    assert one.poses == (Pose(),)


@settings(max_examples=20, deadline=None)
@given(st.floats(-1, 1), st.floats(-20, 20), st.lists(st.integers(0, 59), max_size=20))
def test_what_is_shown_follows_the_head_and_never_jumps(
    speed: float, start: float, unseen: list[int]
) -> None:
    (one,) = turned(lambda n: None if n in unseen and n % 30 else Pose(start + speed * n / 2))
    shown = yaws(one)
    meant = [start + speed * n / 2 for n in range(60)]
    assert np.abs(np.subtract(shown, meant)[8:-8]).max() < 1.5 * STEP
    assert np.abs(np.diff(shown)).max() <= STEP / 2
    for mixture in map(one.in_frame, range(60)):
        first, second = one.poses[mixture.first], one.poses[mixture.second]
        assert abs(first.yaw - second.yaw) <= STEP


def test_one_wrong_look_is_passed_over() -> None:
    (one,) = turned(lambda n: Pose(85 if n == 30 else 0))
    assert (one.poses, one.far) == ((Pose(),), False)


def test_who_turns_away_is_turned_too_far() -> None:
    (one,) = turned(lambda n: Pose(max(0, 3 * (n - 30))))
    assert one.far


def test_many_turns_are_drawn_in_wider_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    many = turned(lambda n: Pose(n - 30), tracks=3)
    monkeypatch.setattr(turning, "MOST", 20)
    fewer = turned(lambda n: Pose(n - 30), tracks=3)
    assert sum(len(one.poses) for one in fewer) <= 20 < sum(len(one.poses) for one in many)
