"""What a small network takes a smooth zone for. How often it is right: bench/advice.py."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.filter_net import CLOSE_PX, KINDS, WHOLE_PX, filter_word, views
from efface.geometry import Rect

Pixels = NDArray[np.uint8]
Luma = NDArray[np.float32]

ZONE = Rect(88, 8, 148, 92)
FACE_PX = 40.0


@pytest.fixture(scope="module")
def clear(portrait: Pixels) -> Pixels:
    """The luma of a face about 40 pixels wide."""
    return np.ascontiguousarray(cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY)).astype(np.uint8)


def filtered(clear: Pixels, kind: str, size: float) -> Luma:
    if kind == "gaussian":
        changed = cv2.GaussianBlur(clear, (0, 0), size)
    elif kind == "box":
        changed = cv2.blur(clear, (int(size), int(size)))
    else:
        changed = cv2.medianBlur(clear, int(size))
    out = clear.copy()
    rows, columns = slice(ZONE.y0, ZONE.y1), slice(ZONE.x0, ZONE.x1)
    out[rows, columns] = changed[rows, columns]
    return out.astype(np.float32)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("gaussian", 3.0),
        ("gaussian", 10.0),
        ("box", 9),
        ("box", 21),
        ("median", 11),
        ("median", 15),
    ],
)
def test_a_filter_and_its_width(clear: Pixels, kind: str, size: float) -> None:
    word = filter_word(filtered(clear, kind, size), ZONE, FACE_PX)
    assert max(word.odds, key=lambda name: word.odds[name]) == kind
    assert word.size_px[kind] == pytest.approx(size, rel=0.2)


def test_what_shows_is_not_filtered(clear: Pixels) -> None:
    word = filter_word(clear.astype(np.float32), ZONE, FACE_PX)
    assert max(word.odds, key=lambda name: word.odds[name]) == "none"
    assert sum(np.exp(v) for v in word.odds.values()) == pytest.approx(1, abs=0.01)
    assert list(word.odds) == list(KINDS)


@pytest.mark.parametrize(
    "zone",
    [Rect(0, 0, 8, 8), Rect(246, 236, 256, 256), Rect(0, 100, 256, 180), Rect(0, 0, 256, 256)],
)
def test_zones_at_the_edge_and_of_any_shape(clear: Pixels, zone: Rect) -> None:
    seen = views(clear.astype(np.float32), zone, 10.0)
    assert seen.whole.shape == (WHOLE_PX, WHOLE_PX)
    assert seen.close.shape == (CLOSE_PX, CLOSE_PX)
    assert np.isfinite(seen.whole).all() and np.isfinite(seen.close).all()


def test_it_sees_no_brightness(clear: Pixels) -> None:
    """Only differences: an even shift of all pixels changes nothing."""
    luma: Luma = clear.astype(np.float32) * np.float32(0.5)
    one, other = views(luma, ZONE, FACE_PX), views(luma + np.float32(60), ZONE, FACE_PX)
    assert np.abs(one.whole - other.whole).max() < 1e-3
    assert np.abs(one.close - other.close).max() < 1e-3
