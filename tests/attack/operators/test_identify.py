"""Finding a redaction again with the original at hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage.draw import ellipse

from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.attack.operators.identify import identify
from efface.regions import Box

BOX = Box(0, 84, 36, 52, 64)
"""The portrait's face."""

X, Y, WIDTH, HEIGHT = 68, 17, 84, 102
"""A rectangle about 1.6 times as large."""


def rectangle(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    zone = np.zeros(picture.shape[:2], bool)
    zone[Y : Y + HEIGHT, X : X + WIDTH] = True
    return zone


def put(picture: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    zone = rectangle(picture)[..., None]
    return np.where(zone, other, picture)


@settings(max_examples=12)
@given(
    operator=st.one_of(
        st.builds(Operator, st.just("gaussian"), st.floats(1.5, 16)),
        st.builds(Operator, st.just("box"), st.integers(4, 40).map(float)),
        st.builds(
            Operator,
            st.sampled_from(["mosaic", "sampled-mosaic"]),
            st.integers(4, 20).map(float),
            st.just((float(X), float(Y))),
        ),
    ),
    quality=st.sampled_from([None, 80]),
)
def test_kind_and_size_are_found(
    portrait: NDArray[np.uint8], operator: Operator, quality: int | None
) -> None:
    zone = rectangle(portrait)
    redacted = apply(portrait, zone, operator)
    if quality is not None:
        redacted = through_jpeg(redacted, quality)
    found = identify(portrait, redacted, zone, BOX)
    assert found.kind == operator.kind
    assert found.size_px == pytest.approx(operator.size_px, rel=0.06)


@pytest.mark.parametrize("side", [7, 8, 11, 15, 18])
def test_a_box_is_no_gaussian_and_no_other_box(portrait: NDArray[np.uint8], side: int) -> None:
    """Small ones look like Gaussians, and an even window lies half a pixel to one side."""
    zone = rectangle(portrait)
    found = identify(portrait, apply(portrait, zone, Operator("box", float(side))), zone, BOX)
    assert found.kind == "box"
    assert found.sides_px == (side, side)


@pytest.mark.parametrize("quality", [None, 75])
def test_defaces_blur_is_a_box_of_half_its_mask(
    portrait: NDArray[np.uint8], quality: int | None
) -> None:
    # deface 1.5.0, draw_det: cut out, blurred, put back in an oval
    redacted = portrait.copy()
    part = redacted[Y : Y + HEIGHT, X : X + WIDTH]
    blurred = cv2.blur(np.ascontiguousarray(part), (WIDTH // 2, HEIGHT // 2))
    rows, columns = ellipse(HEIGHT // 2, WIDTH // 2, HEIGHT // 2, WIDTH // 2)  # type: ignore[no-untyped-call]
    part[rows, columns] = blurred[rows, columns]
    zone = np.zeros(portrait.shape[:2], bool)
    zone[Y : Y + HEIGHT, X : X + WIDTH][rows, columns] = True
    original = portrait
    if quality is not None:
        original, redacted = through_jpeg(original, 95), through_jpeg(redacted, quality)
    found = identify(original, redacted, zone, BOX)
    assert found.kind == "box"
    assert found.sides_px == (WIDTH // 2, HEIGHT // 2)
    assert found.within is not None
    assert np.abs(np.array(found.within) - (X, Y, WIDTH, HEIGHT)).max() <= 1


def test_defaces_mosaic_samples_the_first_pixel(portrait: NDArray[np.uint8]) -> None:
    redacted = portrait.copy()
    for y in range(Y, Y + HEIGHT, 20):
        for x in range(X, X + WIDTH, 20):
            colour = tuple(int(v) for v in redacted[y, x])
            corner = (min(X + WIDTH - 1, x + 19), min(Y + HEIGHT - 1, y + 19))
            cv2.rectangle(redacted, (x, y), corner, colour, -1)
    found = identify(portrait, redacted, rectangle(portrait), BOX)
    assert (found.kind, found.sides_px, found.sample) == ("sampled-mosaic", (20, 20), (0, 0))
    assert (np.array(found.offset_px) - (X, Y)).round().tolist() == [0, 0]


def test_pillows_gaussian(portrait: NDArray[np.uint8]) -> None:
    blurred = np.asarray(Image.fromarray(portrait).filter(ImageFilter.GaussianBlur(8)))
    found = identify(portrait, put(portrait, blurred), rectangle(portrait), BOX)
    assert found.kind == "gaussian"
    assert found.size_px == pytest.approx(8, rel=0.06)


def test_a_median(portrait: NDArray[np.uint8]) -> None:
    redacted = put(portrait, np.asarray(cv2.medianBlur(portrait, 15), np.uint8))
    found = identify(portrait, redacted, rectangle(portrait), BOX)
    assert (found.kind, found.size_px) == ("median", 15)


def test_a_swirl(portrait: NDArray[np.uint8]) -> None:
    operator = Operator("swirl", 44, (110.0, 68.0), angle=3.0)
    found = identify(
        portrait, apply(portrait, rectangle(portrait), operator), rectangle(portrait), BOX
    )
    assert found.kind == "swirl"
    assert found.angle == pytest.approx(3.0, abs=0.1)
    assert found.size_px == pytest.approx(44, abs=1)


@pytest.mark.parametrize("quality", [None, 75])
def test_a_solid_is_its_colour(portrait: NDArray[np.uint8], quality: int | None) -> None:
    redacted = apply(portrait, rectangle(portrait), Operator("solid", colour=(10, 90, 160)))
    if quality is not None:
        redacted = through_jpeg(redacted, quality)
    found = identify(portrait, redacted, rectangle(portrait), BOX, quality)
    assert (found.kind, found.jpeg_quality) == ("solid", quality)
    assert found.colour is not None
    assert np.abs(np.array(found.colour) - (10, 90, 160)).max() <= 2


def test_another_face_is_no_redaction_of_this_one(portrait: NDArray[np.uint8]) -> None:
    upside_down = np.roll(portrait[::-1], (2 * Y + HEIGHT - 256), axis=0)
    found = identify(portrait, put(portrait, upside_down), rectangle(portrait), BOX)
    assert found.kind == "other"


def test_noise_for_each_cell_is_measured(portrait: NDArray[np.uint8]) -> None:
    operator = Operator("mosaic", 8, (float(X), float(Y)), cell_noise=20)
    redacted = apply(portrait, rectangle(portrait), operator, np.random.default_rng(0))
    found = identify(portrait, redacted, rectangle(portrait), BOX)
    assert found.kind == "mosaic"
    assert found.cell_noise == pytest.approx(20, rel=0.25)


def test_pictures_of_two_sizes_are_refused(portrait: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="one size"):
        identify(portrait, portrait[1:], rectangle(portrait), BOX)
    with pytest.raises(ValueError, match="empty"):
        identify(portrait, portrait, np.zeros(portrait.shape[:2], bool), BOX)
