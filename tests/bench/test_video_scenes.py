"""What is noted of a rendered scene is what was drawn; needs no portraits."""

from __future__ import annotations

import numpy as np
import pytest
from figures import Drawn, Optics, Person, Pose, lay, seen_share, way
from heads import Head
from portraits import SIZE, Portrait
from render import KINDS, plans
from scenes import Passer, Scene, empty, ramp, stander, turn_away
from scripts import SCRIPTS, moved_camera
from stage import Stage

PICTURE = (320, 240)
RATE = 10.0


def somebody() -> Person:
    """An oval head, flesh-coloured before black hair."""
    top, rows = 30, np.arange(30, SIZE)
    wide = 60 * np.sqrt(np.clip((rows - top + 4) / 60, 0, 1)).astype(np.float32)
    picture = np.full((SIZE, SIZE, 3), (200, 150, 120), np.uint8)
    hair = np.full((SIZE, SIZE, 3), (20, 15, 10), np.uint8)
    box = (66.0, 70.0, 90.0, 110.0)
    outline = (111 - wide).astype(np.float32), (111 + wide).astype(np.float32)
    blue, flesh = (9, 9, 99), (200, 150, 120)
    return Person(Head(Portrait("x", picture, box, top, *outline, hair, blue, flesh)))


def scene(frames: int = 20) -> Scene:
    made = empty(np.random.default_rng(1), PICTURE, RATE, frames)
    made.background, made.shadow, made.zoom = "wall", 0.0, 1.0
    return made


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_fills_every_frame_and_repeats(name: str) -> None:
    both = [SCRIPTS[name](np.random.default_rng(3), PICTURE, 30.0, 150) for _ in range(2)]
    for made in both:
        moved_camera(made, np.random.default_rng(4), {"pan", "shake", "dark", "flicker", "defocus"})
        assert made.camera.shape == (150, 2) and len(made.gain) == 150
    assert bool(both[0].actors) == (name != "nobody")
    for actor, again in zip(both[0].actors, both[1].actors, strict=True):
        for column in ("x", "y", "height", "yaw", "pitch", "roll"):
            values = getattr(actor, column)
            assert values.shape == (150,) and np.isfinite(values).all()
            assert (values == getattr(again, column)).all()
        assert actor.height.min() > 5


def test_plans_last_long_enough_and_hold_every_kind() -> None:
    made = plans(7, 20)
    seconds = {True: 0.0, False: 0.0}
    for plan in made:
        seconds[plan.kind == "nobody"] += plan.frames / plan.rate
    assert seconds[False] >= 20 * 60 and seconds[True] >= 2.5 * 60
    assert {plan.kind for plan in made} == set(KINDS)
    assert made == plans(7, 20)


def test_a_face_from_the_front_has_its_size_and_place() -> None:
    drawn, boxes = somebody().draw(Pose(160, 100, 55), Optics(), PICTURE)
    x, y, w, h = boxes.face
    assert h == pytest.approx(55, abs=2) and w == pytest.approx(45, abs=2)
    assert x + w / 2 == pytest.approx(160, abs=1)
    frame = np.zeros((PICTURE[1], PICTURE[0], 3), np.uint8)
    drawn.over(frame)
    assert frame[round(y + h / 2), 160, 0] > 150
    assert boxes.head[1] < y and boxes.head[3] > h


def test_the_back_of_the_head_shows_hair() -> None:
    drawn, boxes = somebody().draw(Pose(160, 100, 55, yaw=180), Optics(), PICTURE)
    frame = np.zeros((PICTURE[1], PICTURE[0], 3), np.uint8)
    drawn.over(frame)
    x, y, w, h = (round(v) for v in boxes.face)
    assert frame[y : y + h // 2, x : x + w].max() < 60


def test_a_rolled_head_has_a_wider_box() -> None:
    person = somebody()
    upright = person.draw(Pose(160, 100, 55), Optics(), PICTURE)[1].face
    lying = person.draw(Pose(160, 100, 55, roll=90), Optics(), PICTURE)[1].face
    assert lying[2] == pytest.approx(upright[3], abs=0.5)


def test_truth_follows_turns_and_edges() -> None:
    made = scene()
    rng = np.random.default_rng(2)
    turning, leaving = (stander(made, rng, 50, (x, 100)) for x in (80.0, 220.0))
    turning.yaw = np.where(np.arange(20) < 10, 0.0, 180.0)
    leaving.x = np.linspace(220, 420, 20)
    made.actors += [turning, leaving]
    stage = Stage(made, [somebody(), somebody()], rng, first=100)
    frames = list(stage.frames())
    assert len(frames) == 20 and frames[0].shape == (PICTURE[1], PICTURE[0], 3)
    first, second = sorted(stage.faces(), key=lambda face: face.box[0][0])
    assert first.first == 100 and first.last == 119
    assert first.shown == [1] * 10 + [0] * 10
    assert second.shown[0] == 1 and second.shown[-1] == 0
    assert len(second.box) < 20
    assert second.inside == sorted(second.inside, reverse=True)


def test_a_face_out_of_the_picture_is_no_longer_there() -> None:
    made = scene(10)
    rng = np.random.default_rng(2)
    made.actors.append(stander(made, rng, 50, (160, -60)))
    made.actors[0].y[5:] = 100
    stage = Stage(made, [somebody()], rng, first=0)
    frames = list(stage.frames())
    assert (
        np.abs(frames[0][60:80, 150:170].mean((0, 1)) - frames[0][60:80, 5:25].mean((0, 1))).max()
        > 9
    )
    (face,) = stage.faces()
    assert (face.first, face.last) == (5, 9)


def test_truth_knows_what_is_hidden() -> None:
    made = scene(5)
    rng = np.random.default_rng(2)
    made.actors.append(stander(made, rng, 50, (160, 100)))
    made.passers.append(Passer("pole", np.full(5, 160.0), np.full(5, 120.0), 1.5, 0.0))
    stage = Stage(made, [somebody()], rng, first=0)
    list(stage.frames())
    (face,) = stage.faces()
    assert max(face.visible) < 0.1 and not any(face.shown)


def test_half_a_face_is_seen_beside_an_edge_and_behind_something() -> None:
    wall = np.zeros((100, 50, 4), np.uint8)
    wall[..., 3] = 255
    visible, inside = seen_share((80, 50, 40, 50), [Drawn(100, 20, wall)], PICTURE)
    assert inside == 1 and visible == pytest.approx(0.5, abs=0.05)
    visible, inside = seen_share((-20, 50, 40, 50), [], PICTURE)
    assert visible == inside == pytest.approx(0.5, abs=0.05)


def test_a_turn_comes_back() -> None:
    made = scene(100)
    actor = stander(made, np.random.default_rng(0), 50, (100, 100))
    before = actor.yaw.copy()
    turn_away(made, np.random.default_rng(1), actor, 20, 2.0)
    assert np.abs(actor.yaw).max() >= 75
    assert actor.yaw[:20] == pytest.approx(before[:20])
    assert actor.yaw[-1] == pytest.approx(before[-1])
    assert list(ramp(5, 1, 2)) == [0, 0, 0.5, 1, 1]


def test_smearing_keeps_the_light_and_reaches_half_way_each_side() -> None:
    kernel = way((10, 0))
    middle = kernel.shape[1] // 2
    columns = np.flatnonzero(kernel.sum(axis=0) > 0.01) - middle
    assert kernel.sum() == pytest.approx(1)
    assert (columns.min(), columns.max()) == (-5, 5)


def test_laying_over_mixes_by_opacity() -> None:
    below = np.full((1, 2, 3), 100, np.uint8)
    lay(np.array([[[50, 60, 70, 128], [9, 9, 9, 255]]], np.uint8), below)
    assert below[0, 0].tolist() == pytest.approx([100, 110, 120], abs=1)
    assert below[0, 1].tolist() == [9, 9, 9]
