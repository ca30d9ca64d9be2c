"""The picture of a timeline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.detect.face_quality import FaceQuality, Pose
from efface.detect.identifiable import judge
from efface.regions import Media
from efface.report.chart import JUDGEMENT_COLOURS, NO_FACE_COLOUR, clock, shown
from efface.report.timeline import MAX_LANES, draw_timeline
from efface.scan.result import FaceScan, FileScan, ScanLook, ScanSpan

AXIS = (150, 1564)
TOP = 128


def face(name: str, start: float, end: float, height: int = 60, pose: Pose = "towards") -> FaceScan:
    how = FaceQuality(height, pose, "lit", "sharp", "clear")
    looks = tuple(ScanLook(round(t * 10), t, how, *judge(how)) for t in (start, end))
    return FaceScan(name, looks, ScanSpan(start, end))


def drawn(faces: list[FaceScan], free: tuple[ScanSpan, ...] = ()) -> NDArray[np.int64]:
    media = Media("clip.mp4", "0" * 64, "video", 640, 480, 100)
    image = draw_timeline(FileScan(Path("clip.mp4"), media, tuple(faces), 10.0, (), free))
    return np.asarray(image).astype(np.int64)


def columns(pixels: NDArray[np.int64], colour: tuple[int, int, int]) -> tuple[int, int]:
    """First and last column below the legend that has the colour."""
    found = np.flatnonzero((pixels[TOP:] == colour).all(axis=2).any(axis=0))
    return int(found[0]), int(found[-1])


def at(seconds: float) -> float:
    return AXIS[0] + seconds / 10 * (AXIS[1] - AXIS[0])


def test_bars_lie_where_the_faces_show() -> None:
    pixels = drawn([face("t1", 2, 5)], (ScanSpan(5, 10), ScanSpan(0, 2)))
    assert columns(pixels, JUDGEMENT_COLOURS["yes"]) == pytest.approx((at(2), at(5)), abs=2)
    assert columns(pixels, NO_FACE_COLOUR)[1] == pytest.approx(at(10), abs=2)


@pytest.mark.parametrize(("height", "judgement"), [(60, "yes"), (20, "perhaps"), (10, "unlikely")])
def test_the_colour_is_the_judgement(height: int, judgement: str) -> None:
    pixels = drawn([face("t1", 2, 5, height)])
    seen = {
        name
        for name, colour in JUDGEMENT_COLOURS.items()
        if (pixels[TOP:] == colour).all(axis=2).any()
    }
    assert seen == {judgement}


def bar(pixels: NDArray[np.int64], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.asarray((pixels[TOP:] == colour).all(axis=2))


def test_larger_faces_have_higher_bars() -> None:
    colour = JUDGEMENT_COLOURS["yes"]
    heights = [
        int(bar(drawn([face("t1", 2, 5, px)]), colour).any(axis=1).sum()) for px in (24, 60, 200)
    ]
    assert heights == sorted(set(heights))


def test_a_head_turned_aside_is_hatched_and_one_turned_away_pale() -> None:
    colour = JUDGEMENT_COLOURS["yes"]
    poses: tuple[Pose, ...] = ("towards", "three-quarter", "profile")
    inked = [int(bar(drawn([face("t1", 2, 8, 60, pose)]), colour).sum()) for pose in poses]
    assert inked[0] > inked[1] > inked[2] > 0
    away = drawn([face("t1", 2, 8, 60, "away")])
    assert not bar(away, colour).any()
    assert 0 < bar(away, JUDGEMENT_COLOURS["unlikely"]).sum() < inked[2]


def test_many_tracks_share_lanes() -> None:
    few = drawn([face(f"t{i}", 1, 2) for i in range(MAX_LANES)])
    many = drawn([face(f"t{i}", 1, 2) for i in range(5 * MAX_LANES)])
    assert few.shape == many.shape
    assert drawn([face("t1", 1, 2)]).shape[0] < few.shape[0]


def test_in_a_long_video_the_most_telling_look_is_on_top() -> None:
    hours = 4
    media = Media("clip.mp4", "0" * 64, "video", 640, 480, 100)
    looks = []
    for i in range(2 * 60):
        how = FaceQuality(60 if i == 20 else 10, "towards", "lit", "sharp", "clear")
        looks.append(ScanLook(i, i / 2, how, *judge(how)))
    one = FaceScan("t1", tuple(looks), ScanSpan(0, 60))
    scan = FileScan(Path("clip.mp4"), media, (one,), 3600.0 * hours)
    pixels = np.asarray(draw_timeline(scan)).astype(np.int64)
    assert bar(pixels, JUDGEMENT_COLOURS["yes"]).any()


def test_no_face_is_said() -> None:
    nothing = drawn([], (ScanSpan(0, 10),))
    assert columns(nothing, NO_FACE_COLOUR)[1] == pytest.approx(at(10), abs=2)


def test_a_photo_has_none() -> None:
    media = Media("a.jpg", "0" * 64, "image", 640, 480)
    with pytest.raises(ValueError, match="photo"):
        draw_timeline(FileScan(Path("a.jpg"), media, ()))


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [(0, 1, "0:00.0"), (59.96, 1, "1:00.0"), (3725.25, 2, "1:02:05.25"), (65, 0, "1:05")],
)
def test_times(seconds: float, digits: int, text: str) -> None:
    assert clock(seconds, digits) == text


def test_names_that_the_font_lacks_stay_on_one_line() -> None:
    assert shown("a\nb\u202e\U0001f600é") == "a?b??é"
