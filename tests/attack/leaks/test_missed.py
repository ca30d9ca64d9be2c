"""Uncovered face-frames: found where there are some, and only there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from tests.attack.pairs import Pixels, pair_of
from tests.walks import FACE, FRAMES, place, walk, write_clip

from efface.attack.leaks.missed import Missed, runs
from efface.regions import Box

FACE_BOX = Box(0, 90.0, 33.0, 45.0, 54.0)
"""The portrait's face."""


def _png(path: Path, pixels: Pixels) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def _boxes() -> list[Box]:
    out = []
    for frame in range(FRAMES):
        left, top = place(frame)
        out.append(Box(frame, left + FACE[0], top + FACE[1], FACE[2], FACE[3]))
    return out


def _covered(pictures: list[Pixels], skip: range) -> list[Pixels]:
    """Black over the head, but in the frames of ``skip``."""
    out = []
    for frame, picture in enumerate(pictures):
        shown = picture.copy()
        if frame not in skip:
            left, top = place(frame)
            shown[top : top + 100, left : left + 100] = 0
        out.append(shown)
    return out


def test_frames_left_clear_are_named_as_one_span(tmp_path: Path, portrait: Pixels) -> None:
    pictures = walk(portrait)
    original = write_clip(tmp_path / "a.mp4", pictures, sound=False)
    redacted = write_clip(tmp_path / "b.mp4", _covered(pictures, range(7, 10)), sound=False)
    (leak,) = Missed().search(pair_of(original, redacted, _boxes()))
    assert leak.kind == "uncovered-face" and leak.fails
    assert leak.where == "frame 7 (0:00:00.350) to frame 9 (0:00:00.450)"
    assert "t1" in leak.detail


def test_nothing_is_missed_when_every_frame_is_covered(tmp_path: Path, portrait: Pixels) -> None:
    pictures = walk(portrait)
    original = write_clip(tmp_path / "a.mp4", pictures, sound=False)
    redacted = write_clip(tmp_path / "b.mp4", _covered(pictures, range(0)), sound=False)
    assert list(Missed().search(pair_of(original, redacted, _boxes()))) == []


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (slice(0, 0), "uncovered-face"),
        (slice(52, 62), "partly-covered-face"),
        (slice(60, 100), "partly-covered-face"),
        (slice(30, 90), None),
    ],
    ids=["nothing", "bar over the eyes", "lower half", "all"],
)
def test_share_of_a_photo_s_face(
    tmp_path: Path, portrait: Pixels, rows: slice, kind: str | None
) -> None:
    hidden = portrait.copy()
    hidden[rows, 80:145] = 0
    hidden[200:240, 200:240] = 0  # something else is covered, so that zones are never empty
    pair = pair_of(_png(tmp_path / "a.png", portrait), _png(tmp_path / "b.png", hidden), [FACE_BOX])
    assert [leak.kind for leak in Missed().search(pair)] == ([kind] if kind else [])


def test_encoding_again_covers_nothing(tmp_path: Path, portrait: Pixels) -> None:
    path = tmp_path / "b.jpg"
    Image.fromarray(portrait).save(path, quality=40)
    pair = replace(pair_of(_png(tmp_path / "a.png", portrait), path, [FACE_BOX]), zones={})
    assert [leak.kind for leak in Missed().search(pair)] == ["uncovered-face"]


def test_black_over_black_hair_is_covered(tmp_path: Path, portrait: Pixels) -> None:
    dark = portrait.copy()
    dark[30:90, 80:145] = dark[30:90, 80:145] // 20
    hidden = dark.copy()
    hidden[20:100, 70:155] = 0
    pair = pair_of(_png(tmp_path / "a.png", dark), _png(tmp_path / "b.png", hidden), [FACE_BOX])
    assert list(Missed().search(pair)) == []


def test_a_hardly_changed_face_is_a_warning(tmp_path: Path, portrait: Pixels) -> None:
    weak = portrait.copy()
    weak[20:100, 70:155] = np.clip(portrait[20:100, 70:155].astype(int) * 0.9 + 20, 0, 255)
    pair = pair_of(_png(tmp_path / "a.png", portrait), _png(tmp_path / "b.png", weak), [FACE_BOX])
    (leak,) = Missed().search(pair)
    assert leak.kind == "nearly-clear-face" and not leak.fails


def test_a_strong_blur_is_no_business_of_this_attack(tmp_path: Path, portrait: Pixels) -> None:
    blurred = portrait.copy()
    blurred[20:100, 70:155] = cv2.GaussianBlur(portrait, (0, 0), 12)[20:100, 70:155]
    pair = pair_of(
        _png(tmp_path / "a.png", portrait), _png(tmp_path / "b.png", blurred), [FACE_BOX]
    )
    assert list(Missed().search(pair)) == []


def test_runs() -> None:
    assert runs([]) == []
    assert runs([3, 4, 5, 9, 11, 12]) == [slice(0, 3), slice(3, 4), slice(4, 6)]
