"""Redacted zones are found where they are, and none where nothing was done."""

from __future__ import annotations

from importlib import import_module

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.finding.frame import look_at
from efface.advise.finding.zones import find_zones
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.geometry import Rect

Pixels = NDArray[np.uint8]
ZONE = Rect(150, 40, 270, 200)


@pytest.fixture(scope="module")
def picture(portrait: Pixels) -> Pixels:
    """A face before fine detail; it is about 72 pixels wide."""
    large = cv2.resize(portrait, (512, 512), interpolation=cv2.INTER_CUBIC)[0:330, 60:480]
    rng = np.random.default_rng(3)
    return np.clip(large + rng.normal(0, 9, large.shape), 0, 255).astype(np.uint8)


def redacted(picture: Pixels, operator: Operator, zone: Rect = ZONE) -> Pixels:
    mask = np.zeros(picture.shape[:2], bool)
    mask[zone.y0 : zone.y1, zone.x0 : zone.x1] = True
    return apply(picture, mask, operator)


def shared(one: Rect, other: Rect) -> float:
    both = one.intersection(other).area
    return both / (one.area + other.area - both)


@pytest.mark.parametrize(("side", "quality"), [(5.0, None), (12.0, 85), (20.0, 85)])
@pytest.mark.parametrize("kind", ["mosaic", "sampled-mosaic"])
def test_a_mosaic_and_its_border(
    picture: Pixels, kind: str, side: float, quality: int | None
) -> None:
    out = redacted(picture, Operator(kind, side, (ZONE.x0, ZONE.y0)))  # type: ignore[arg-type]
    if quality is not None:
        out = through_jpeg(out, quality)
    (found,) = find_zones(out)
    assert "mosaic" in found.seen.kind
    assert found.seen.strength_px == pytest.approx(side, rel=0.05)
    assert shared(found.zone, ZONE) > 0.9


def test_two_mosaics_of_other_cells(picture: Pixels) -> None:
    other = Rect(20, 220, 110, 320)
    out = redacted(picture, Operator("mosaic", 10.0, (ZONE.x0, ZONE.y0)))
    out = redacted(out, Operator("mosaic", 7.0, (other.x0, other.y0)), other)
    found = find_zones(out)
    assert len(found) == 2
    for zone, made in zip(found, (ZONE, other), strict=True):
        assert shared(zone.zone, made) > 0.85


@pytest.mark.parametrize("operator", [Operator("gaussian", 6.0), Operator("box", 40.0)])
def test_a_blur_and_its_border(picture: Pixels, operator: Operator) -> None:
    (found,) = find_zones(redacted(picture, operator))
    assert found.seen.kind == operator.kind
    assert found.seen.strength_px == pytest.approx(operator.size_px, rel=0.15)
    assert shared(found.zone, ZONE) > 0.8


def test_nothing_is_found_where_nothing_was_done(picture: Pixels) -> None:
    assert find_zones(picture) == []


def test_a_picture_blurred_all_over_holds_no_zone(picture: Pixels) -> None:
    assert find_zones(cv2.GaussianBlur(picture, (0, 0), 6.0).astype(np.uint8)) == []


def test_a_picture_enlarged_pixel_by_pixel_is_no_mosaic(picture: Pixels) -> None:
    small = cv2.resize(picture, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
    assert find_zones(large.astype(np.uint8)) == []


def test_a_fence_is_no_mosaic(picture: Pixels) -> None:
    out = picture.copy()
    out[:, ::12] = 20
    out[::12] = 20
    assert find_zones(out) == []


def test_a_face_in_a_zone_is_told_once(picture: Pixels) -> None:
    out = redacted(picture, Operator("mosaic", 10.0, (ZONE.x0, ZONE.y0)))
    (seen,) = look_at(out, [Rect(180, 70, 245, 160)])
    assert seen.face == 0
    assert "mosaic" in seen.redaction.kind
    assert seen.width_px == 65


def test_a_tiny_picture_holds_no_zone() -> None:
    for size in (1, 5, 20):
        assert find_zones(np.zeros((size, size, 3), np.uint8)) == []


def test_where_the_border_is_not_seen_the_face_s_own_box_is_looked_at(
    picture: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = Rect(165, 70, 245, 170)
    out = redacted(picture, Operator("gaussian", 6.0), ZONE)
    wide = face.padded(40, 60)
    frame = import_module("efface.advise.finding.frame")
    monkeypatch.setattr(frame, "zone_of", lambda luma, face: wide)
    (seen,) = look_at(out, [face], search=False)
    assert seen.redaction.kind == "gaussian"
    assert seen.redaction.strength_px == pytest.approx(6.0, rel=0.15)
