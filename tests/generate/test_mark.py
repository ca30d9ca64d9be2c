"""A mark that is found where a head was drawn, after what is done to pictures, and nowhere else."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.fillings import textured

from efface.generate.mark import FOUND, PERIOD_PX, STRENGTH, mark_in, marked, pattern, strongest
from efface.geometry import Rect

RECT = Rect(53, 37, 233, 237)
Picture = NDArray[np.uint8]


def pictures(seed: int) -> tuple[Picture, Picture]:
    """With soft pixels in a zone: without the mark, and with it."""
    plain = textured(320, 300, seed)
    part = plain[RECT.y0 : RECT.y1, RECT.x0 : RECT.x1]
    part[:] = cv2.GaussianBlur(part, (0, 0), 2)
    with_it = plain.copy()
    with_it[RECT.y0 : RECT.y1, RECT.x0 : RECT.x1] = marked(part, RECT)
    return plain, with_it


def as_jpeg(picture: Picture, quality: int) -> Picture:
    coded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    shown = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert shown is not None
    return np.ascontiguousarray(shown[..., ::-1], np.uint8)


def halved(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    half = cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


def test_the_pattern_is_the_same_everywhere() -> None:
    shown = pattern()
    assert shown.shape == (PERIOD_PX, PERIOD_PX)
    digest = hashlib.sha256(shown.astype(">i8").tobytes()).hexdigest()
    assert digest == "5f2f43123da1bc076f678257f536cf84c3358a2db8308698baa6449ee26cfc71"
    assert abs(shown.std() - 1000) < 2
    assert np.abs(shown.reshape(8, 8, 8, 8).mean(axis=(0, 2))).max() < 1


def test_it_is_faint() -> None:
    plain, with_it = pictures(1)
    apart = with_it.astype(int) - plain
    assert np.abs(apart).max() <= 3 * STRENGTH
    outside = np.ones(apart.shape, bool)
    outside[RECT.y0 : RECT.y1, RECT.x0 : RECT.x1] = False
    assert not apart[outside].any()


@pytest.mark.parametrize("seed", range(4))
def test_it_survives_what_is_done_to_pictures(seed: int) -> None:
    _, with_it = pictures(seed)
    for changed, smaller in (
        (with_it, False),
        (as_jpeg(with_it, 70), False),
        (halved(with_it), True),
        (as_jpeg(halved(with_it), 70), True),
    ):
        found = mark_in([changed])
        assert found is not None
        assert found.halved is smaller


@pytest.mark.parametrize("seed", range(4))
def test_it_is_not_found_where_it_is_not(seed: int) -> None:
    plain, with_it = pictures(seed)
    moved = np.roll(with_it, (5, 11), (0, 1))
    for picture in (plain, as_jpeg(plain, 30), halved(plain), with_it[:, ::-1].copy(), moved):
        assert mark_in([picture]) is None
        assert strongest([picture]).deviations < FOUND - 0.5


def test_frames_say_it_together() -> None:
    rows = [pictures(seed)[1] for seed in range(6)]
    noisy = [
        np.clip(row + np.random.default_rng(n).normal(0, 12, row.shape), 0, 255).astype(np.uint8)
        for n, row in enumerate(rows)
    ]
    assert strongest(noisy).deviations > max(strongest([one]).deviations for one in noisy)


@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 300, 3), (40, 12, 3)])
def test_small_pictures_say_nothing(shape: tuple[int, int, int]) -> None:
    assert mark_in([np.zeros(shape, np.uint8)]) is None
    assert mark_in([]) is None
