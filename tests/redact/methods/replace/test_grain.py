"""The grain of a picture, read off around a zone and laid over what is drawn into it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fillings import soft

from efface.geometry import Rect
from efface.redact.methods.replace.grain import MOST, grain, grain_around
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

RECT = Rect(40, 30, 110, 130)


def found(picture: np.ndarray) -> float:
    return grain_around(Surroundings(lambda: picture, [Zone("t1", 0, RECT, RECT)]), RECT)


@pytest.mark.parametrize("deviation", [2.0, 4.0, 8.0])
def test_it_is_as_strong_as_around(deviation: float) -> None:
    """Noise of a known strength over something that is not flat."""
    noise = np.random.default_rng(1).normal(0, deviation, (160, 160, 1))
    picture = np.clip(soft(160, 160) + noise, 0, 255).round().astype(np.uint8)
    assert found(picture) == pytest.approx(deviation, rel=0.35)
    laid = grain((70, 100), found(picture))
    assert laid.std() == pytest.approx(found(picture), rel=0.05)
    assert abs(laid.mean()) < 0.2 * deviation


def test_a_smooth_picture_has_none() -> None:
    assert found(np.full((160, 160, 3), 90, np.uint8)) == 0
    assert (grain((20, 30), 0.0) == 0).all()


def test_a_pattern_is_not_taken_for_more_than_grain() -> None:
    board = (np.indices((160, 160)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert found(np.repeat(board[..., None], 3, axis=2)) == MOST


def test_neighbours_do_not_go_together() -> None:
    laid = grain((90, 120), 5.0)[..., 0]
    for other in (np.roll(laid, 1, axis=0), np.roll(laid, 1, axis=1)):
        assert abs(np.corrcoef(laid.ravel(), other.ravel())[0, 1]) < 0.05
    assert laid.tobytes() == grain((90, 120), 5.0)[..., 0].tobytes()


def test_where_nothing_can_be_seen_there_is_none() -> None:
    whole = Rect(0, 0, 160, 160)
    picture = np.random.default_rng(1).integers(0, 256, (160, 160, 3)).astype(np.uint8)
    around = Surroundings(lambda: picture, [Zone("t1", 0, whole, whole)])
    assert grain_around(around, whole) == 0
