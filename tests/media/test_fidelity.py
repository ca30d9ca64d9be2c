"""Likeness outside the zones against scikit-image's, and what it must leave out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import metrics
from tests.media.lossless import zone
from tests.media.lossy import scene

from efface.media import fidelity
from efface.media.interface import Fidelity
from efface.zones import painting as solid

ssim_of: Callable[..., Any] = metrics.structural_similarity
psnr_of: Callable[..., Any] = metrics.peak_signal_noise_ratio


def none(height: int, width: int) -> NDArray[np.bool_]:
    return np.zeros((height, width), bool)


@pytest.mark.parametrize("height", [7, 9, 127, 128, 129, 134, 300])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_ssim_and_psnr_are_those_of_scikit_image(height: int, bits: int) -> None:
    rng = np.random.default_rng(height)
    peak = (1 << bits) - 1
    before = rng.integers(0, peak + 1, (height, 40)).astype(np.uint16)
    noise = rng.integers(-peak // 20, peak // 20, before.shape)
    after = np.clip(before + noise, 0, peak).astype(np.uint16)
    ours = fidelity.likeness(before, after, none(height, 40), bits)
    _, full = ssim_of(
        before.astype(np.float64), after.astype(np.float64), full=True, data_range=peak
    )
    assert ours.ssim == pytest.approx(full[3 : height - 3, 3:37].mean(), abs=1e-5)
    assert ours.psnr_db == pytest.approx(psnr_of(before, after, data_range=peak), abs=1e-6)


def test_pictures_that_are_alike_reach_one() -> None:
    picture = scene()
    same = fidelity.likeness(picture, picture, none(*picture.shape[:2]), 8)
    assert same.ssim == pytest.approx(1.0)
    assert same.psnr_db == math.inf


def test_what_lies_in_a_zone_does_not_count() -> None:
    picture = scene()
    zones = (zone(20, 30, 60, 90), zone(0, 0, 9, 9, shape="rounded"))
    filled = picture.copy()
    solid.fill(filled, zones, (0, 0, 0))
    covered = solid.coverage(zones, picture.shape[1], picture.shape[0])
    apart = fidelity.likeness(picture, filled, covered, 8)
    assert apart.ssim == pytest.approx(1.0)
    assert apart.psnr_db == math.inf
    missed = fidelity.likeness(picture, filled, none(*covered.shape), 8)
    assert missed.ssim is not None
    assert missed.ssim < 0.8


def test_a_frame_that_is_all_zone_has_no_likeness() -> None:
    picture = scene()
    whole = fidelity.likeness(picture, picture, ~none(*picture.shape[:2]), 8)
    assert whole == fidelity.Likeness(None, None, None)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 30, 3), (3, 5, 3), (6, 200, 3)])
def test_frames_smaller_than_the_window(shape: tuple[int, int, int]) -> None:
    before = np.full(shape, 100, np.uint8)
    same = fidelity.likeness(before, before, none(*shape[:2]), 8)
    assert same.ssim == pytest.approx(1.0)
    other = fidelity.likeness(before, before + np.uint8(90), none(*shape[:2]), 8)
    assert other.ssim is not None
    assert other.ssim < 0.95


def test_the_worst_frame_is_reported() -> None:
    frames = (
        fidelity.Likeness(0.99, 40.0, 0.5),
        fidelity.Likeness(0.9, 50.0, 0.2),
        fidelity.Likeness(None, None, None),
        fidelity.Likeness(1.0, math.inf, 0.0),
    )
    assert fidelity.worst(frames) == Fidelity(False, ssim=0.9, psnr_db=40.0, shift=0.5)
    assert fidelity.worst(frames[3:]) == Fidelity(False, ssim=1.0, psnr_db=None, shift=0.0)


@pytest.mark.parametrize("bits", [8, 10])
def test_another_contrast_or_colour_is_a_shift_and_noise_is_not(bits: int) -> None:
    peak = (1 << bits) - 1
    rng = np.random.default_rng(1)
    before = np.clip(scene().astype(np.int32) << bits - 8, 0, peak).astype(np.uint16)
    nothing = none(*before.shape[:2])

    def shift(after: NDArray[Any]) -> float:
        found = fidelity.likeness(before, after.astype(np.uint16), nothing, bits).shift
        assert found is not None
        return found

    assert shift(before) == 0
    noise = rng.normal(0, 4 << bits - 8, before.shape)
    assert shift(np.clip(before + noise, 0, peak)) < 1.5
    assert shift(before * (219 / 255) + (16 << bits - 8)) > 5  # full range read as limited
    redder = before.astype(np.int32)
    redder[..., 0] = np.minimum(redder[..., 0] + (10 << bits - 8), peak)
    assert 5 < shift(redder) <= 10.1


def test_blocks_that_touch_a_zone_do_not_count_as_moved() -> None:
    picture = scene()
    zones = (zone(20, 30, 60, 90),)
    filled = picture.copy()
    solid.fill(filled, zones, (0, 0, 0))
    covered = solid.coverage(zones, picture.shape[1], picture.shape[0])
    assert fidelity.likeness(picture, filled, covered, 8).shift == 0
