"""What was done to a zone, from its pixels alone. How often that is right: bench/advice.py."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.advise.estimator import estimate, measure
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.geometry import Rect

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def picture(portrait: Pixels) -> Pixels:
    """The face is about 72 pixels wide."""
    large = cv2.resize(portrait, (512, 512), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[0:300, 100:400]).astype(np.uint8)


ZONE = Rect(75, 20, 195, 190)
WIDTH = 80.0


def redacted(picture: Pixels, operator: Operator, zone: Rect = ZONE) -> Pixels:
    mask = np.zeros(picture.shape[:2], bool)
    mask[zone.y0 : zone.y1, zone.x0 : zone.x1] = True
    return apply(picture, mask, operator)


@pytest.mark.parametrize(
    "operator",
    [
        Operator("gaussian", 4.0),
        Operator("gaussian", 12.0),
        Operator("box", 24.0),
        Operator("box", 60.0, size_y_px=85.0, within=(75, 20, 120, 170)),
        Operator("mosaic", 10.0, (75.0, 20.0)),
        Operator("mosaic", 7.5, (3.0, 1.0)),
        Operator("sampled-mosaic", 20.0, (75.0, 20.0)),
    ],
    ids=lambda o: f"{o.kind}-{o.size_px:g}",
)
@pytest.mark.parametrize("quality", [None, 85])
def test_kind_and_strength(picture: Pixels, operator: Operator, quality: int | None) -> None:
    out = redacted(picture, operator)
    if quality is not None:
        out = through_jpeg(out, quality)
    found = measure(out, ZONE, WIDTH)
    assert found.strength_px == pytest.approx(operator.size_px, rel=0.15)
    if "mosaic" in operator.kind:
        assert "mosaic" in found.kind
    else:
        assert found.kind == operator.kind


def test_what_shows_is_not_redacted(picture: Pixels) -> None:
    assert estimate(picture, ZONE, WIDTH).kind == "none"


@pytest.mark.parametrize("quality", [None, 75])
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 130, 20)])
def test_a_solid_fill(picture: Pixels, colour: tuple[int, int, int], quality: int | None) -> None:
    out = redacted(picture, Operator("solid", colour=colour))
    found = estimate(out if quality is None else through_jpeg(out, quality), ZONE, WIDTH)
    assert (found.kind, found.strength_px) == ("solid", None)


def test_a_swirl_and_its_angle(picture: Pixels) -> None:
    operator = Operator("swirl", 60.0, (135.0, 105.0), angle=2 * np.pi)
    yy, xx = np.mgrid[: picture.shape[0], : picture.shape[1]]
    out = apply(picture, np.hypot(xx - 135, yy - 105) < 60, operator)
    found = estimate(out, Rect(75, 45, 195, 165), WIDTH)
    assert found.kind == "swirl"
    assert found.angle_deg is not None
    assert abs(found.angle_deg) == pytest.approx(360, rel=0.5)


def half_covered(picture: Pixels) -> Pixels:
    out = redacted(picture, Operator("gaussian", 8.0))
    out[20:105, 75:195] = 0
    return out


def test_a_blurred_face_of_which_half_is_black_is_no_solid_fill(picture: Pixels) -> None:
    assert estimate(half_covered(picture), ZONE, WIDTH).kind not in ("solid", "gaussian", "box")


def test_a_bar_is_no_solid_fill(picture: Pixels) -> None:
    out = picture.copy()
    out[75:105, 75:195] = 0
    assert estimate(out, ZONE, WIDTH).kind in ("bar", "unknown")


def test_noise_on_top_is_not_taken_for_more_blur(picture: Pixels) -> None:
    out = redacted(picture, Operator("gaussian", 8.0)).astype(np.float64)
    rng = np.random.default_rng(1)
    zone = np.s_[ZONE.y0 : ZONE.y1, ZONE.x0 : ZONE.x1]
    out[zone] += rng.normal(0, 30, out[zone].shape)
    found = estimate(np.clip(out, 0, 255).astype(np.uint8), ZONE, WIDTH)
    assert found.kind == "unknown" or found.sure < 0.8


def test_a_resized_mosaic_has_cells_of_the_published_size(picture: Pixels) -> None:
    out = redacted(picture, Operator("mosaic", 12.0, (75.0, 20.0)))
    small = cv2.resize(out, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA).astype(np.uint8)
    found = estimate(small, Rect(45, 12, 117, 114), WIDTH * 0.6)
    assert found.strength_px == pytest.approx(7.2, rel=0.05)


def test_a_zone_too_small_to_tell_is_not_guessed_at(picture: Pixels) -> None:
    found = estimate(picture, Rect(10, 10, 16, 16), 5)
    assert (found.kind, found.sure) == ("unknown", 0.0)


def test_a_zone_that_reaches_out_of_the_picture(picture: Pixels) -> None:
    out = redacted(picture, Operator("mosaic", 10.0, (0.0, 0.0)), Rect(0, 0, 120, 170))
    found = estimate(out, Rect(-40, -30, 120, 170), WIDTH)
    assert found.strength_px == pytest.approx(10.0, rel=0.1)
