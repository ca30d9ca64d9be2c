"""A swirl is one if a face is seen once it is turned back; a bar is one if a head is around it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.finding.bars import BARS, bar_faces
from efface.advise.finding.glance import glance_at
from efface.advise.finding.swirls import swirls
from efface.advise.finding.zones import FLAT_MEGAPIXELS, find_zones
from efface.advise.solids import solid_zones
from efface.attack.operator import Operator
from efface.attack.operators.apply import swirled
from efface.detect.tiling import Pyramid
from efface.geometry import Rect

Pixels = NDArray[np.uint8]
FACE = Rect(175, 70, 255, 170)


@pytest.fixture(scope="module")
def picture(portrait: Pixels) -> Pixels:
    """A face, about 80 pixels wide."""
    large = cv2.resize(portrait, (512, 512), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[0:330, 40:460]).astype(np.uint8)


@pytest.fixture(scope="module")
def turned(picture: Pixels) -> Pixels:
    middle = ((FACE.x0 + FACE.x1) / 2, (FACE.y0 + FACE.y1) / 2)
    made = swirled(picture.astype(np.float32), Operator("swirl", 75.0, middle, angle=5.0))
    return np.clip(np.rint(made), 0, 255).astype(np.uint8)


def test_a_swirl_is_found_and_its_angle(turned: Pixels) -> None:
    (found,) = swirls(turned, [])
    assert found.zone.intersection(FACE).area > 0.6 * FACE.area
    assert abs(found.angle) == pytest.approx(5.0, rel=0.5)


def test_a_swirl_elsewhere_is_none_and_so_is_what_is_known(picture: Pixels, turned: Pixels) -> None:
    assert swirls(picture, []) == []
    assert swirls(turned, [FACE]) == []
    elsewhere = swirled(
        picture.astype(np.float32), Operator("swirl", 60.0, (330.0, 240.0), angle=5.0)
    )
    assert swirls(np.clip(np.rint(elsewhere), 0, 255).astype(np.uint8), []) == []


def barred(picture: Pixels, bar: Rect) -> Pixels:
    out = picture.copy()
    out[bar.y0 : bar.y1, bar.x0 : bar.x1] = 0
    return out


def test_a_bar_is_one_where_a_head_is(picture: Pixels) -> None:
    over_eyes, on_wall = Rect(165, 95, 265, 122), Rect(20, 20, 120, 47)
    for bar, count in ((over_eyes, 1), (on_wall, 0)):
        made = barred(picture, bar)
        found = bar_faces(Pyramid(made), solid_zones(made, (), BARS))
        assert len(found) == count
        assert all(box.intersection(FACE).area > 0.5 * FACE.area for box in found)


def test_fills_and_bars_of_a_large_picture_are_found_in_its_half(picture: Pixels) -> None:
    large = cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    fill, bar = Rect(81, 881, 361, 1241), Rect(661, 381, 1061, 489)
    large[fill.y0 : fill.y1, fill.x0 : fill.x1] = (200, 30, 30)
    large[bar.y0 : bar.y1, bar.x0 : bar.x1] = 0
    assert large.shape[0] * large.shape[1] > FLAT_MEGAPIXELS * 1e6
    kinds = {one.seen.kind: one.zone for one in find_zones(large)}
    shared = kinds["solid"].intersection(fill).area
    assert shared > 0.95 * max(fill.area, kinds["solid"].area)
    assert kinds["bar"].intersection(bar).area > 0.6 * bar.area


def test_a_clear_face_is_passed_at_a_glance_and_a_mosaic_is_not(picture: Pixels) -> None:
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert not glance_at(picture, luma, FACE).suspicious
    hidden = picture.copy()
    cells = picture[60:180, 165:265].reshape(12, 10, 10, 10, 3).mean(axis=(1, 3))
    hidden[60:180, 165:265] = np.repeat(np.repeat(np.rint(cells), 10, 0), 10, 1)
    luma = cv2.cvtColor(hidden, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert glance_at(hidden, luma, FACE).suspicious


def test_a_tiny_face_is_no_ones_business(picture: Pixels) -> None:
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert not glance_at(picture, luma, Rect(5, 5, 12, 13)).suspicious
