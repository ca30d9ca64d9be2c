"""The detectors on real and rendered pictures: a public-domain portrait in many conditions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from efface.demo import PORTRAITS
from efface.demo import picture as wall_of_portraits
from efface.detect import faces
from efface.detect.boxes import Boxes, areas, intersections
from efface.detect.faces import EFFORTS, FusedDetector, face_detector
from efface.detect.fusion import Fused
from efface.detect.interface import Detection
from efface.detect.rescan import RESCAN_THRESHOLD, rescan
from efface.detect.search import SECOND_FLOOR, second_look
from efface.detect.tiling import Pyramid
from efface.policy import Recall

Picture = NDArray[np.uint8]

FACE = (0.348, 0.122, 0.176, 0.223)
"""x, y, width, height of the portrait's face, as shares of its side."""


def portrait(side: int) -> Picture:
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS))


def on_canvas(side: int, width: int, height: int, x: int, y: int) -> Picture:
    canvas = np.full((height, width, 3), 120, np.uint8)
    canvas[:, :, 1] += (np.arange(width) % 40).astype(np.uint8)
    canvas[y : y + side, x : x + side] = portrait(side)
    return canvas


def hits(found: tuple[Detection, ...], side: int, x: int = 0, y: int = 0) -> bool:
    """A detection whose centre lies in the face and whose size is like it."""
    fx, fy, fw, fh = (v * side for v in FACE)
    return any(
        x + fx < d.x + d.width / 2 < x + fx + fw
        and y + fy < d.y + d.height / 2 < y + fy + fh
        and 0.5 < d.width / fw < 2
        for d in found
    )


@pytest.mark.parametrize("recall", ["fast", "default", "high"])
@pytest.mark.parametrize("side", [96, 256, 900])
def test_it_is_found_at_any_size(recall: Recall, side: int) -> None:
    assert hits(face_detector(recall).detect(portrait(side)), side)


@pytest.mark.parametrize("recall", ["fast", "default"])
def test_what_yunet_saw_already_is_not_looked_for_again(
    recall: Recall, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = on_canvas(200, 900, 600, 300, 100)
    found = face_detector(recall).findings(picture)
    seen = second_look(Pyramid(picture), SECOND_FLOOR)
    looks: list[int] = []

    def counted(*args: Any, quarter_turns: int = 0, **options: Any) -> Boxes:
        looks.append(quarter_turns)
        return second_look(*args, quarter_turns=quarter_turns, **options)

    monkeypatch.setattr(faces, "second_look", counted)
    assert face_detector(recall).findings(picture, seen) == found
    assert found.faces and 0 not in looks


def test_a_small_face_in_a_large_photo_is_found() -> None:
    found = face_detector("default").detect(on_canvas(80, 2400, 1600, 1555, 1111))
    assert hits(found, 80, 1555, 1111)


def test_a_face_larger_than_any_tile_is_found() -> None:
    assert hits(face_detector("default").detect(portrait(4000)), 4000)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_sideways_and_upside_down(turns: int) -> None:
    side = 400
    found = face_detector("default").detect(np.ascontiguousarray(np.rot90(portrait(side), turns)))
    mask = np.zeros((side, side), bool)
    fx, fy, fw, fh = (round(v * side) for v in FACE)
    mask[fy : fy + fh, fx : fx + fw] = True
    rows, columns = np.nonzero(np.rot90(mask, turns))
    assert any(
        columns.min() < d.x + d.width / 2 < columns.max()
        and rows.min() < d.y + d.height / 2 < rows.max()
        for d in found
    )


def changed(name: str) -> Picture:
    picture = portrait(400).astype(float)
    out = {
        "grey": np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2),
        "dark": picture * 0.08,
        "overexposed": 255 - (255 - picture) * 0.25,
        "flat": picture * 0.15 + 100,
    }[name]
    return np.asarray(np.clip(out, 0, 255), np.uint8)


@pytest.mark.parametrize("name", ["grey", "dark", "overexposed", "flat"])
def test_bad_light(name: str) -> None:
    assert hits(face_detector("default").detect(changed(name)), 400)


def test_a_face_cut_by_the_border_is_found() -> None:
    side = 400
    cut = portrait(side)[:, round((FACE[0] + 0.06) * side) :]
    found = face_detector("default").detect(np.ascontiguousarray(cut))
    assert any(d.x < 20 and d.y < 0.4 * side for d in found)


@pytest.mark.parametrize("recall", ["fast", "default", "high"])
@pytest.mark.parametrize(
    "shape", [(1, 1), (8, 8), (1, 300), (300, 1), (40, 3000), (64, 64)], ids=str
)
def test_any_shape_works(recall: Recall, shape: tuple[int, int]) -> None:
    height, width = shape
    for d in face_detector(recall).detect(np.full((height, width, 3), 127, np.uint8)):
        assert 0 <= d.x < width
        assert 0 <= d.y < height


def test_plain_texture_shows_no_face() -> None:
    brick = data.brick()  # type: ignore[no-untyped-call]
    picture = np.repeat(brick[..., None], 3, axis=2)
    assert face_detector("default").detect(picture) == ()


def test_the_same_picture_gives_the_same_boxes_from_any_thread() -> None:
    picture = on_canvas(300, 1500, 900, 700, 300)
    first = face_detector("default").detect(picture)
    assert first
    with ThreadPoolExecutor(3) as pool:
        assert all(
            found == first for found in pool.map(face_detector("default").detect, [picture] * 4)
        )


@pytest.mark.parametrize("recall", ["fast", "default", "high"])
def test_every_detection_includes_what_the_rescan_sees(recall: Recall) -> None:
    """So that on an unchanged picture the rescan sees nothing new."""
    picture = on_canvas(300, 1500, 900, 700, 300)
    found = face_detector(recall).detect(picture)
    seen = rescan(picture, 0, [], [], RESCAN_THRESHOLD)
    assert seen
    for face in seen:
        centre = face.x + face.width / 2, face.y + face.height / 2
        assert any(
            d.x <= centre[0] <= d.x + d.width and d.y <= centre[1] <= d.y + d.height for d in found
        )


def test_the_detector_says_what_it_is() -> None:
    name = face_detector("default").name
    assert "CenterFace" in name
    assert "YuNet" in name
    assert "OpenVINO" in name
    assert name.count("CPU, bf16") + name.count("CPU, f32") == 4


def test_the_last_looks_are_taken_only_where_nothing_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, ...]] = []

    def one(pyramid: Pyramid) -> Boxes:
        asked.append(pyramid.picture.shape)
        return np.array([[10.0, 20.0, 30.0, 40.0, 0.9]])

    monkeypatch.setattr(faces, "last_looks", one)
    found = face_detector("default").detect(np.full((90, 120, 3), 127, np.uint8))
    assert found == (Detection(10.0, 20.0, 30.0, 40.0, 0.9),)
    assert asked == [(90, 120, 3)]
    assert hits(face_detector("default").detect(portrait(256)), 256)
    assert len(asked) == 1


@pytest.mark.parametrize(("width", "height"), [(190.0, 50.0), (24.0, 80.0)])
def test_what_has_no_face_s_shape_is_neither_judged_by_its_surroundings_nor_doubtful(
    monkeypatch: pytest.MonkeyPatch, width: float, height: float
) -> None:
    """A head check that takes everything for a head; one candidate is shaped like a face."""
    places = np.array([[20.0, 30, width, height, 0.4], [250, 30, 60, 75, 0.4]])
    seen = Fused(places, np.zeros(2), np.zeros(2))
    monkeypatch.setattr(faces, "fuse", lambda _: seen)
    monkeypatch.setattr(faces, "weighed", lambda _p, _f, ask, _t: np.full(ask.sum(), 0.99))
    picture = np.full((200, 400, 3), 127, np.uint8)
    found = FusedDetector(EFFORTS["default"]).first_ones(Pyramid(picture), np.zeros((0, 5)))
    assert found.faces[:, 0].tolist() == [250]
    assert len(found.near) == 0


def test_parts_of_a_face_are_not_counted_beside_it() -> None:
    """On the wall of the demonstration one portrait gave five boxes, of which four were parts."""
    wall = np.asarray(wall_of_portraits())
    boxes = np.array([(d.x, d.y, d.width, d.height) for d in face_detector("default").detect(wall)])
    common = intersections(boxes, boxes) / areas(boxes)[:, None]
    np.fill_diagonal(common, 0)
    assert common.max() < 0.35
    assert len(boxes) == len(PORTRAITS)


def print_enlarged() -> Picture:
    """Letters in which the head check sees a head, and the detectors next to nothing."""
    page = data.page()  # type: ignore[no-untyped-call]
    size = 5 * page.shape[1], 5 * page.shape[0]
    large = np.asarray(Image.fromarray(page).resize(size, Image.Resampling.BICUBIC))
    return np.repeat(large[200:560, 320:960, None], 3, axis=2)


def test_what_its_surroundings_alone_speak_for_is_surmised() -> None:
    assert all(d.surmised for d in face_detector("default").detect(print_enlarged()))


@pytest.mark.parametrize(("looks", "surmised"), [(0.1, True), (0.25, True), (0.3, False)])
def test_only_what_the_looks_see_next_to_nothing_of_is_surmised(
    monkeypatch: pytest.MonkeyPatch, looks: float, surmised: bool
) -> None:
    """A head check that takes everything for a head, and a face that the looks see."""
    places = np.array([[20.0, 30, 60, 75, looks], [250, 30, 60, 75, 0.9]])
    monkeypatch.setattr(faces, "fuse", lambda _: Fused(places, np.zeros(2), np.zeros(2)))
    monkeypatch.setattr(faces, "weighed", lambda _p, _f, ask, _t: np.full(ask.sum(), 0.99))
    found = FusedDetector(EFFORTS["default"]).detect(np.full((200, 400, 3), 127, np.uint8))
    assert {d.x: d.surmised for d in found} == {20: surmised, 250: False}


def covered(kind: str, side: int) -> Picture:
    """The portrait with a part of the face hidden."""
    out = portrait(side).copy()
    x, y, wide, high = (v * side for v in FACE)

    def box(x0: float, y0: float, x1: float, y1: float, colour: tuple[int, int, int]) -> None:
        """A rectangle in shares of the face."""
        top, bottom = round(y + y0 * high), round(y + y1 * high)
        out[top:bottom, round(x + x0 * wide) : round(x + x1 * wide)] = colour

    if kind == "mask and sunglasses":
        box(-0.02, 0.55, 1.02, 1.05, (160, 195, 215))
        for left in (0.08, 0.54):
            box(left, 0.28, left + 0.38, 0.5, (15, 15, 15))
    elif kind == "right half":
        box(0.5, -0.6, 2.4, 1.4, (120, 110, 100))
    elif kind == "phone":
        box(0.45, 0.2, 1.0, 1.3, (20, 20, 24))
    return out


@pytest.mark.parametrize("side", [140, 280])
@pytest.mark.parametrize("kind", ["mask and sunglasses", "right half", "phone"])
def test_a_face_that_something_hides_is_found(kind: str, side: int) -> None:
    canvas = np.full((600, 800, 3), 120, np.uint8)
    canvas[200 : 200 + side, 300 : 300 + side] = covered(kind, side)
    found = face_detector("default").detect(canvas)
    fx, fy, fw, fh = (v * side for v in FACE)
    assert any(
        300 + fx - 0.3 * fw < d.x + d.width / 2 < 300 + fx + 1.3 * fw
        and 200 + fy - 0.3 * fh < d.y + d.height / 2 < 200 + fy + 1.3 * fh
        for d in found
    )
