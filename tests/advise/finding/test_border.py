"""A zone that hides detail ends where the picture is as fine as ever."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.finding.border import detail, refined
from efface.geometry import Rect

Luma = NDArray[np.float32]


@pytest.fixture(scope="module")
def noisy() -> Luma:
    """Fine detail all over."""
    rng = np.random.default_rng(1)
    return rng.uniform(0, 255, (240, 260)).astype(np.float32)


def blurred(luma: Luma, zone: Rect, oval: bool) -> Luma:
    mask = np.zeros(luma.shape, np.uint8)
    if oval:
        middle = ((zone.x0 + zone.x1) // 2, (zone.y0 + zone.y1) // 2)
        cv2.ellipse(mask, middle, (zone.width // 2, zone.height // 2), 0, 0, 360, 1, -1)
    else:
        mask[zone.y0 : zone.y1, zone.x0 : zone.x1] = 1
    soft = cv2.GaussianBlur(luma, (0, 0), 6.0)
    return np.where(mask > 0, soft, luma).astype(np.float32)


@pytest.mark.parametrize("oval", [False, True])
@pytest.mark.parametrize("guess", [Rect(100, 90, 160, 170), Rect(70, 60, 200, 190)])
def test_the_border_is_found_from_within_and_from_without(
    noisy: Luma, guess: Rect, oval: bool
) -> None:
    zone = Rect(80, 70, 180, 190)
    border = refined(detail(blurred(noisy, zone, oval)), guess)
    assert border is not None
    assert border.seen == 4
    found = border.zone
    for made, seen in (
        (zone.x0, found.x0), (zone.x1, found.x1), (zone.y0, found.y0), (zone.y1, found.y1),
    ):  # fmt: skip
        assert abs(made - seen) <= (8 if oval else 3), found


def test_a_mosaic_ends_where_its_cells_do(noisy: Luma) -> None:
    out = noisy.copy()
    cells = noisy[70:190, 80:180].reshape(12, 10, 10, 10).mean(axis=(1, 3))
    out[70:190, 80:180] = np.repeat(np.repeat(cells, 10, 0), 10, 1)
    border = refined(detail(out), Rect(100, 95, 160, 170))
    assert border is not None
    assert abs(border.zone.x0 - 80) <= 3
    assert abs(border.zone.y1 - 190) <= 3


def test_where_nothing_was_done_there_is_none(noisy: Luma) -> None:
    assert refined(detail(noisy), Rect(80, 70, 180, 190)) is None


def test_a_side_that_does_not_show_is_as_far_out_as_the_one_across(noisy: Luma) -> None:
    """An even wall beside the zone: its border cannot be seen there."""
    out = blurred(noisy, Rect(80, 70, 180, 190), False)
    out[:, 180:] = 128
    border = refined(detail(out), Rect(90, 80, 170, 180))
    assert border is not None
    assert border.seen == 3
    assert abs(border.zone.x1 - 180) <= 4
