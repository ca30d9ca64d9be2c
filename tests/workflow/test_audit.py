"""One file looked through: photos page by page, videos by some of their frames."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.movies import background, with_portrait, write_clip

from efface.policy import Policy
from efface.workflow.audit import EVERY, FEWEST, MOST, look_through, step_of

Pixels = NDArray[np.uint8]


@pytest.mark.parametrize(
    ("frames", "step"), [(1, 1), (10, 1), (80, 10), (200, 25), (5000, 25), (50_000, 250)]
)
def test_how_many_frames_are_looked_at(frames: int, step: int) -> None:
    assert step_of(frames) == step
    looks = -(-frames // step)
    assert looks >= min(FEWEST, frames)
    assert looks <= max(MOST + 1, FEWEST) or step == EVERY


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory, portrait: Pixels) -> Path:
    """A mosaic that moves with a face, over 20 frames."""
    pictures = []
    for frame in range(20):
        left = 60 + 2 * frame
        picture = with_portrait(background(480, 320), portrait, left, 40, 256).copy()
        x, y = left + 80, 50
        part = picture[y : y + 110, x : x + 90]
        cells = cv2.resize(part, (9, 11), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(cells, (90, 110), interpolation=cv2.INTER_NEAREST)
        pictures.append(picture)
    return write_clip(tmp_path_factory.mktemp("hidden") / "hidden.mp4", pictures)


def test_a_video_says_in_how_many_frames_a_face_is_hidden(hidden: Path) -> None:
    sight = look_through(hidden, Policy(), thumbnails=True)
    assert (sight.kind, sight.frames, sight.looked) == ("video", 20, 10)
    (place,) = sight.places
    assert "mosaic" in place.kind
    assert place.strength_px == pytest.approx(10, rel=0.15)
    assert place.frames >= 14
    picture = place.thumbnail
    assert picture is not None
    assert len(base64.b64decode(picture.rgb)) == 3 * picture.width * picture.height


def test_a_clear_photo_has_a_face_that_shows_and_no_place(photo: Path) -> None:
    sight = look_through(photo, Policy())
    assert (sight.places, sight.clear, sight.looked) == ([], 1, 1)
