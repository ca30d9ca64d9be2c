"""A closer look: what it shows, that it tells a small face from none, that it takes none away."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage import data

from efface.detect import faces
from efface.detect.boxes import Boxes
from efface.detect.closer import SIDES_PX, features, looked_closer, scores_in
from efface.detect.faces import EFFORTS, SMALL_PX, FirstOnes, FusedDetector, apart
from efface.detect.search import SECOND_FLOOR, second_look
from efface.detect.tiling import Pyramid

Picture = NDArray[np.uint8]
SIDE = 48
"""Of the whole portrait: its face is 8 pixels wide and 11 high."""
AT = (200, 100)
UNCLEAR = 0.35
DETECTOR = FusedDetector(EFFORTS["default"])


@pytest.fixture(scope="module")
def blurred() -> Picture:
    """A small blurred face in an empty picture."""
    whole = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    small = whole.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    picture = np.full((360, 480, 3), 120, np.uint8)
    x, y = AT
    picture[y : y + SIDE, x : x + SIDE] = np.asarray(small.filter(ImageFilter.GaussianBlur(1.2)))
    return picture


def box(x: float, y: float, width: float, height: float) -> Boxes:
    """Of the portrait, in shares of its side."""
    place = [AT[0] + x * SIDE, AT[1] + y * SIDE, width * SIDE, height * SIDE]
    return np.array([[*place, UNCLEAR]])


FACE, ROCKET, FLAG = box(0.348, 0.122, 0.176, 0.223), box(0.8, 0.1, 0.18, 0.2), box(0, 0, 0.2, 0.2)


@pytest.fixture
def no_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head check, which finds the face at once, sees none."""
    monkeypatch.setattr(faces, "weighed", lambda _p, _f, ask, _t: np.zeros(ask.sum()))


def in_face(found: Boxes) -> NDArray[np.bool_]:
    centre = found[:, :2] + found[:, 2:4] / 2
    corner, size = FACE[0, :2], FACE[0, 2:4]
    return np.asarray(((centre > corner) & (centre < corner + size)).all(axis=1))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("side", SIDES_PX)
def test_a_face_is_seen_in_its_window_whichever_way_it_lies(
    blurred: Picture, side: int, turns: int
) -> None:
    lying = np.ascontiguousarray(np.rot90(blurred, -turns))
    high, wide = blurred.shape[:2]
    x, y, width, height, score = FACE[0]
    places = {
        0: (x, y, width, height),
        1: (high - y - height, x, height, width),
        2: (wide - x - width, high - y - height, width, height),
        3: (y, wide - x - width, height, width),
    }
    there = np.array([[*places[turns], score]])
    expected = scores_in(side, Pyramid(blurred), FACE)
    assert expected[0] > 0.25
    assert scores_in(side, Pyramid(lying), there, turns) == pytest.approx(expected, abs=0.05)
    assert scores_in(side, Pyramid(lying), there, turns + 1)[0] < expected[0] - 0.1


def test_a_small_face_becomes_sure_and_what_is_none_does_not(blurred: Picture) -> None:
    said = looked_closer(Pyramid(blurred), np.concatenate([FACE, ROCKET, FLAG]))
    assert said[0] > EFFORTS["default"].closer_threshold
    assert said[1:].max() < 0.5


def test_no_candidates_get_no_answer(blurred: Picture) -> None:
    assert looked_closer(Pyramid(blurred), np.zeros((0, 5))).shape == (0,)


def test_extreme_scores_stay_finite() -> None:
    for value in (np.zeros(1), np.ones(1)):
        assert np.isfinite(features(value, value, value)).all()


@pytest.mark.usefixtures("no_heads")
def test_the_default_finds_a_face_that_only_a_closer_look_shows(
    blurred: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hits() -> bool:
        found = [(d.x, d.y, d.width, d.height, d.score) for d in DETECTOR.detect(blurred)]
        return bool(in_face(np.array(found).reshape(-1, 5)).any())

    assert hits()
    monkeypatch.setattr(faces, "looked_closer", lambda _p, boxes, _t: np.zeros(len(boxes)))
    assert not hits()


@pytest.mark.usefixtures("no_heads")
def test_what_it_is_asked_about_is_small_unclear_and_repeats_nothing(blurred: Picture) -> None:
    pyramid = Pyramid(blurred)
    first = DETECTOR.first_ones(pyramid, second_look(pyramid, SECOND_FLOOR))
    effort = EFFORTS["default"]
    assert in_face(first.unclear).any()
    assert (first.unclear[:, 3] < SMALL_PX).all()
    assert (first.unclear[:, 4] >= effort.closer_least).all()
    assert (first.unclear[:, 4] < effort.threshold).all()


def test_what_repeats_a_face_or_lies_in_one_is_not_apart() -> None:
    faces_ = np.array([[100.0, 100, 40, 40, 0.9]])
    same, inside = [102.0, 101, 40, 40, 0.5], [110.0, 110, 12, 12, 0.5]
    beside, again = [150.0, 100, 40, 40, 0.5], [152.0, 100, 40, 40, 0.4]
    assert apart(faces_, np.array([same, inside, beside, again])).tolist() == [beside]


def test_what_it_adds_keeps_no_other_look_from_being_taken(
    blurred: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture in which the looks find nothing gets the last looks, whatever it adds."""
    added = np.array([[20.0, 30, 12, 14, UNCLEAR]])
    last = np.array([[300.0, 200, 50, 60, 0.9]])
    none, no = np.zeros((0, 5)), np.zeros(0, bool)
    monkeypatch.setattr(FusedDetector, "first_ones", lambda *_: FirstOnes(none, no, added, none))
    monkeypatch.setattr(faces, "looked_closer", lambda _p, boxes, _t: np.full(len(boxes), 0.99))
    monkeypatch.setattr(faces, "last_looks", lambda _: last)
    found = DETECTOR.detect(np.full_like(blurred, 127))
    assert [(d.x, d.score) for d in found] == [(20.0, 0.99), (300.0, 0.9)]
