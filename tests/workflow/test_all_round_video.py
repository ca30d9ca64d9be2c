"""An all-round video from end to end: a face that goes over the seam, and one in one eye's view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.panoramas import all_round, ground
from tests.walks import write_clip

from efface import detect, redact
from efface.media.video import open_video
from efface.media.video.carried.around import Around, Newer
from efface.media.video.isosphere import put_around
from efface.policy import Limits

WIDTH, HEIGHT = 640, 320


@pytest.fixture(scope="module")
def turning(portrait: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The camera turns: the face moves over the seam, from right to left of it and on."""
    first = all_round(portrait, (165.0, 0.0), width=WIDTH)
    return [np.roll(first, 6 * k, axis=1) for k in range(10)]


def test_a_face_is_followed_over_the_seam(tmp_path: Path, turning: list[NDArray[np.uint8]]) -> None:
    path = write_clip(tmp_path / "all.mp4", turning, sound=False)
    put_around(path, Around(newer=Newer()))
    report = redact(path)
    target = report.target
    assert target is not None
    movie = open_video(target, Limits())
    assert movie.around == Around(newer=Newer())
    for frame in movie.frames():
        middle = (WIDTH * (180 + 165) / 360 + 6 * frame.index) % WIDTH
        columns = (np.arange(-10, 11) + round(middle)) % WIDTH
        assert frame.picture()[150:170][:, columns].max() <= 30, frame.index


def test_a_face_in_one_eye_is_covered_in_both(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    eye = all_round(portrait, (30.0, -60.0), width=WIDTH)
    both = np.concatenate([ground(WIDTH, HEIGHT), eye])
    path = write_clip(tmp_path / "eyes.mp4", [both] * 3, sound=False)
    put_around(path, Around(1, Newer()))
    tracks = detect(path).tracks
    assert tracks
    for track in tracks:
        assert len(track.boxes) % 2 == 0 and not track.interpolate
        upper, lower = track.boxes[:2]
        assert (lower.frame, lower.x) == (upper.frame, upper.x)
        assert lower.y - upper.y == pytest.approx(HEIGHT)
    target = redact(path).target
    assert target is not None
    for frame in open_video(target, Limits()).frames():
        x, y = round(WIDTH * 210 / 360), round(HEIGHT * 150 / 180)
        for at in (y, y + HEIGHT):
            assert frame.picture()[at - 8 : at + 8, x - 8 : x + 8].max() <= 30
