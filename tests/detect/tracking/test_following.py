"""A face seen now and then has a box in every frame, from where it came to where it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.detect.tracking.pictures import (
    SIZE,
    Place,
    apart,
    place,
    shown,
    texture,
    watched,
)

from efface.detect.boxes import Boxes
from efface.detect.tracking import following
from efface.detect.tracking.following import AHEAD_S, BACK_S, COAST_S, ENOUGH, Follower
from efface.detect.tracking.interface import Path, SeenFrame

RATE = 25.0


def followed(seen: Sequence[SeenFrame], rate: float = RATE) -> list[Path]:
    return list(Follower(SIZE, SIZE, rate).paths(seen))


@pytest.mark.parametrize("every", [1, 4, 10])
def test_a_face_seen_now_and_then_has_a_box_in_every_frame(every: int) -> None:
    places = [place(40 + 3 * i, 60 + np.sin(i / 5) * 10, 36) for i in range(41)]
    grays = [shown((5, box)) for box in places]
    [path] = followed(watched(grays, {i: [places[i]] for i in range(0, 41, every)}))
    assert (path.first, path.last) == (0, 40)
    assert list(path.seen) == list(range(0, 41, every))
    for frame, truth in enumerate(places):
        assert apart(path, frame, truth) < 0.15


def test_a_sighting_is_taken_as_it_is() -> None:
    places = [place(40 + 4 * i, 60, 36) for i in range(9)]
    off = {i: places[i] + [2.5, -1.5, 1.0, 0.5] for i in (0, 4, 8)}
    [path] = followed(watched([shown((5, b)) for b in places], {i: [b] for i, b in off.items()}))
    for frame, box in off.items():
        assert list(path.boxes[frame]) == list(box)


def test_a_face_is_followed_back_to_the_edge_that_it_came_in_by() -> None:
    """It enters at the left and is seen for the first time when it is well inside."""
    places = [place(-36 + 5 * i, 60, 36) for i in range(25)]
    grays = [shown((5, box)) for box in places]
    [path] = followed(watched(grays, {i: [places[i]] for i in (16, 20, 24)}))
    # in frame 2 a quarter of it shows
    assert path.first <= 2
    for frame in range(5, 25):
        assert apart(path, frame, places[frame]) < 0.15


def test_a_face_that_was_there_before_is_followed_back_so_long_and_no_longer() -> None:
    face = place(100, 60, 36)
    [path] = followed(watched([shown((5, face))] * 60, {50: [face], 52: [face]}))
    assert path.first == pytest.approx(50 - BACK_S * RATE, abs=3)


def test_what_was_seen_once_and_is_doubtful_is_not_followed_back() -> None:
    face = place(100, 60, 36)
    [path] = followed(watched([shown((5, face))] * 60, {50: [face]}, score=0.4))
    assert path.first == 50


def test_what_the_rescan_would_report_is_followed_back_from_a_single_sighting() -> None:
    face = place(100, 60, 36)
    [path] = followed(watched([shown((5, face))] * 60, {50: [face]}, score=0.72))
    assert path.first < 30


def test_a_face_not_seen_any_longer_is_followed_for_a_while() -> None:
    places = [place(40 + 3 * i, 60, 36) for i in range(60)]
    grays = [shown((5, box)) for box in places]
    seen = {i: [places[i]] for i in (0, 2, 4)} | {i: [] for i in range(6, 60, 2)}
    [path] = followed(watched(grays, seen))
    assert path.last == pytest.approx(4 + AHEAD_S * RATE, abs=3)
    for frame in range(5, 30):
        assert apart(path, frame, places[frame]) < 0.1


def test_a_face_that_is_hidden_coasts_and_ends() -> None:
    places = [place(60 + 2 * i, 60, 36) for i in range(60)]
    grays = [
        shown((5, box)) if i < 10 else texture(*SIZE, seed=100 + i % 2, blur=4.0)
        for i, box in enumerate(places)
    ]
    seen = {i: [places[i]] for i in range(10)} | {i: [] for i in range(10, 60)}
    [path] = followed(watched(grays, seen))
    assert path.last == pytest.approx(9 + COAST_S * RATE, abs=3)


def test_a_face_that_leaves_the_picture_ends_there() -> None:
    places = [place(SIZE[0] - 60 + 5 * i, 60, 36) for i in range(40)]
    grays = [shown((5, box)) for box in places]
    seen = {i: [places[i]] if i < 5 else [] for i in range(40)}
    [path] = followed(watched(grays, seen))
    # in frame 11 a quarter of it still shows, in frame 13 nothing
    assert 11 <= path.last <= 14


def test_no_path_crosses_a_cut() -> None:
    face = place(100, 60, 36)
    before, after = shown((5, face)), shown((5, face), ground=texture(*SIZE, seed=99))
    grays = [before] * 20 + [after] * 20
    seen = {i: [face] for i in (3, 4, 10, 25, 26)}
    paths = followed(watched(grays, seen, cuts=[20]))
    assert [(path.first, path.last, path.scene) for path in paths] == [(0, 19, 1), (20, 39, 2)]


def crossing(frame: int) -> tuple[Place, Place]:
    """Two faces that pass one before the other."""
    return place(20 + 6 * frame, 60, 40), place(240 - 6 * frame, 66, 36)


def test_two_faces_that_cross_each_go_on_as_they_went() -> None:
    grays = [shown((6, crossing(i)[1]), (5, crossing(i)[0])) for i in range(40)]
    seen = {}
    for i in range(0, 40, 2):
        front, back = crossing(i)
        hidden = abs(front[0] - back[0]) < 30
        seen[i] = [front] if hidden else [back, front]
    paths = sorted(followed(watched(grays, seen)), key=lambda p: p.boxes[0, 0])
    assert len(paths) == 2
    for path, which in zip(paths, (0, 1), strict=True):
        assert (path.first, path.last) == (0, 39)
        for frame in (0, 10, 30, 38):
            assert apart(path, frame, crossing(frame)[which]) < 0.2


def test_a_part_of_a_face_is_no_second_face() -> None:
    face = place(100, 60, 40)
    seen = watched([shown((5, face))] * 3, {i: [face] for i in range(3)})
    part = np.array([[105, 62, 34, 34, 0.4]])
    doubled = [
        SeenFrame(s.frame, s.pts, s.look, np.concatenate([s.boxes, part]), gray=s.gray)
        for s in seen[1:]
    ]
    assert len(followed([seen[0], *doubled])) == 1


def test_what_a_deep_look_calls_a_face_is_followed_however_low_its_score() -> None:
    gray = shown((5, place(100, 60, 40)))
    boxes: Boxes = np.array([[100, 60, 40, 40, 0.2], [200, 60, 40, 40, 0.2]])
    [path] = followed([SeenFrame(0, 0, "deep", boxes, deep=1, gray=gray)])
    assert list(path.boxes[0]) == [100, 60, 40, 40]


def test_the_other_network_is_asked_until_it_saw_the_face_often_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    face = place(100, 60, 40)
    asked: list[NDArray[np.float64]] = []

    def vouches(picture: NDArray[np.uint8], box: NDArray[np.float64], turns: int) -> bool:
        asked.append(box)
        return len(asked) != 2

    monkeypatch.setattr(following, "vouches", vouches)
    picture = np.zeros((SIZE[1] // 2, SIZE[0] // 2, 3), np.uint8)
    plain = watched([shown((5, face))] * 40, {i: [face] for i in range(40)})
    seen = [
        SeenFrame(s.frame, s.pts, s.look, s.boxes, gray=s.gray, picture=picture, shrunk=2)
        for s in plain
    ]
    [path] = followed(seen)
    assert path.vouched == ENOUGH
    assert path.asked == len(asked) == ENOUGH + 1
    # in pixels of the picture that was looked at
    assert all(np.abs(box - face / 2).max() < 1 for box in asked)


def test_long_stretches_without_a_look_are_followed_through() -> None:
    """Longer than the luma pictures are kept, so that following cannot wait for the next look."""
    places = [place(40 + 0.6 * i, 60, 36) for i in range(140)]
    grays = [shown((5, box)) for box in places]
    paths = followed(watched(grays, {0: [places[0]], 1: [places[1]], 139: [places[139]]}))
    assert paths[0].first == 0
    assert paths[0].last >= AHEAD_S * RATE
    for frame in range(paths[0].last + 1):
        assert apart(paths[0], frame, places[frame]) < 0.1


def test_no_closer_look_is_taken_where_another_face_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two faces cross; behind the front one nobody is looked for."""
    looked: list[NDArray[np.float64]] = []

    def closer_look(picture: object, box: NDArray[np.float64], slants: object) -> None:
        looked.append(box)

    monkeypatch.setattr(following, "closer_look", closer_look)
    monkeypatch.setattr(following, "vouches", lambda *_: True)
    front, back = place(100, 60, 40), place(104, 62, 38)
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    grays = [shown((6, back), (5, front))] * 5
    apart_first = {0: [front, place(160, 62, 38)], 1: [front, place(130, 62, 38)], 2: [front, back]}
    seen = watched(grays, apart_first | {3: [front], 4: [front]})
    followed([replace(look, picture=picture) for look in seen])
    assert looked == []


def test_a_face_that_has_left_is_not_looked_at_closer() -> None:
    """It goes so fast that it is outside by the time of the next look."""
    places = [place(225 + 30 * i, 60, 36) for i in range(7)]
    grays = [shown((5, box)) for box in places]
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    sights = watched(grays, {0: [places[0]], 1: [places[1]], 2: [places[2]], 6: []})
    [path] = followed([replace(seen, picture=picture) for seen in sights])
    assert list(path.seen) == [0, 1, 2]
