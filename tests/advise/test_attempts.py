"""Attempts to make advice call a redaction well that is not: each must fail."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.leak_map import shipped_map
from efface.advise.looking import advise_zone
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.geometry import Rect
from efface.regions import Box

Pixels = NDArray[np.uint8]
ZONE = Rect(75, 20, 195, 190)
BOX = Box(0, ZONE.x0, ZONE.y0, ZONE.width, ZONE.height)


def _in_zone(picture: Pixels, operator: Operator) -> Pixels:
    mask = np.zeros(picture.shape[:2], bool)
    mask[ZONE.y0 : ZONE.y1, ZONE.x0 : ZONE.x1] = True
    return apply(picture, mask, operator)


def _twice(picture: Pixels) -> Pixels:
    return _in_zone(_in_zone(picture, Operator("mosaic", 12.0)), Operator("gaussian", 6.0))


def _low_quality(picture: Pixels) -> Pixels:
    return through_jpeg(_in_zone(picture, Operator("gaussian", 12.0)), 30)


def _half_black(picture: Pixels) -> Pixels:
    out = _in_zone(picture, Operator("gaussian", 8.0))
    out[ZONE.y0 : 105, ZONE.x0 : ZONE.x1] = 0
    return out


def _bar(picture: Pixels) -> Pixels:
    out = picture.copy()
    out[75:105, ZONE.x0 : ZONE.x1] = 0
    return out


def _noise(picture: Pixels) -> Pixels:
    out = _in_zone(picture, Operator("mosaic", 12.0)).astype(np.float64)
    part = out[ZONE.y0 : ZONE.y1, ZONE.x0 : ZONE.x1]
    part += np.random.default_rng(2).normal(0, 40, part.shape)
    return np.clip(out, 0, 255).astype(np.uint8)


def _nearly_black(picture: Pixels) -> Pixels:
    """A black that lets a fiftieth of the face through."""
    out = picture.copy()
    part = out[ZONE.y0 : ZONE.y1, ZONE.x0 : ZONE.x1]
    part[:] = np.rint(part * 0.02).astype(np.uint8)
    return out


def _smaller(picture: Pixels) -> Pixels:
    small = cv2.resize(_in_zone(picture, Operator("gaussian", 12.0)), (90, 90))
    return cv2.resize(small, (300, 300), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _strongest(picture: Pixels) -> Pixels:
    return _in_zone(picture, Operator("gaussian", 60.0))


@pytest.mark.parametrize(
    "attempt",
    [_twice, _low_quality, _half_black, _bar, _noise, _nearly_black, _smaller, _strongest],
)
def test_nothing_is_called_well(portrait: Pixels, attempt: Callable[[Pixels], Pixels]) -> None:
    large = cv2.resize(portrait, (512, 512), interpolation=cv2.INTER_CUBIC)
    picture = np.ascontiguousarray(large[0:300, 100:400]).astype(np.uint8)
    found = advise_zone(shipped_map(), attempt(picture), BOX)
    assert found.verdict != "nothing found"
    assert "Nothing was found" not in found.advice
    assert "solid fill" in found.advice
