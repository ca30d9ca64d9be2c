"""Redacting as other tools do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.attack.operator import KINDS, Kind, Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.attack.operators.condition import CONDITION_SIZE, condition

FACE = np.s_[24:104, 72:152]
"""The portrait's face, and a zone that is not at the picture's edge."""


def zone_of(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    zone = np.zeros(picture.shape[:2], bool)
    zone[FACE] = True
    return zone


@settings(max_examples=30)
@given(
    kind=st.sampled_from([kind for kind in KINDS if kind != "other"]),
    size=st.floats(4, 60),
    noise=st.sampled_from([0.0, 10.0]),
    quality=st.sampled_from([None, 50]),
)
def test_pixels_outside_the_zone_stay(
    portrait: NDArray[np.uint8], kind: Kind, size: float, noise: float, quality: int | None
) -> None:
    operator = Operator(kind, size, (110.0, 60.0), angle=2.0, noise=noise, jpeg_quality=quality)
    zone = zone_of(portrait)
    redacted = apply(portrait, zone, operator, np.random.default_rng(0))
    assert (redacted[~zone] == portrait[~zone]).all()
    assert (redacted[zone] != portrait[zone]).any()


def test_a_gaussian_is_opencvs(portrait: NDArray[np.uint8]) -> None:
    redacted = apply(portrait, zone_of(portrait), Operator("gaussian", 6.0))
    wanted = cv2.GaussianBlur(portrait, (0, 0), 6.0)
    assert np.abs(redacted[FACE].astype(int) - wanted[FACE]).max() <= 1


@pytest.mark.parametrize("window", [(20, 33), (21, 40)])
def test_a_box_within_a_rectangle_sees_nothing_else(
    portrait: NDArray[np.uint8], window: tuple[int, int]
) -> None:
    operator = Operator("box", window[0], size_y_px=window[1], within=(72, 24, 80, 80))
    redacted = apply(portrait, zone_of(portrait), operator)
    wanted = cv2.blur(np.ascontiguousarray(portrait[FACE]), window)
    assert np.abs(redacted[FACE].astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("cells", [8, 13])
def test_a_mosaic_is_a_small_copy_by_area_enlarged(portrait: NDArray[np.uint8], cells: int) -> None:
    small = cv2.resize(portrait[FACE], (cells, cells), interpolation=cv2.INTER_AREA)
    wanted = cv2.resize(small, (80, 80), interpolation=cv2.INTER_NEAREST)
    operator = Operator("mosaic", 80 / cells, (72, 24), within=(72, 24, 80, 80))
    redacted = apply(portrait, zone_of(portrait), operator)
    assert np.abs(redacted[FACE].astype(int) - wanted).max() <= 1


def test_a_sampled_mosaic_shows_pixels_of_the_face(portrait: NDArray[np.uint8]) -> None:
    operator = Operator("sampled-mosaic", 20, (72, 24), within=(72, 24, 80, 80))
    redacted = apply(portrait, zone_of(portrait), operator)
    assert (redacted[24:104:20, 72:152:20] == portrait[24:104:20, 72:152:20]).all()
    assert (redacted[43, 91] == portrait[24, 72]).all()


def test_noise_for_each_cell_leaves_cells_of_one_colour(portrait: NDArray[np.uint8]) -> None:
    operator = Operator("mosaic", 20, (72, 24), within=(72, 24, 80, 80), cell_noise=20)
    redacted = apply(portrait, zone_of(portrait), operator, np.random.default_rng(1))
    assert (redacted[24:44, 72:92] == redacted[24, 72]).all()
    clear = apply(portrait, zone_of(portrait), Operator("mosaic", 20, (72, 24)))
    assert np.abs(redacted[FACE].astype(int) - clear[FACE]).mean() > 5


def test_noise_needs_a_generator(portrait: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="random generator"):
        apply(portrait, zone_of(portrait), Operator("gaussian", 3, noise=1))


def test_other_cannot_be_repeated(portrait: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="other"):
        apply(portrait, zone_of(portrait), Operator("other"))


def test_compression_keeps_to_its_grid(portrait: NDArray[np.uint8]) -> None:
    whole = through_jpeg(portrait, 40)
    part = through_jpeg(portrait[10:, 5:], 40, (11, 6))
    assert np.abs(part[6:, 11:].astype(int) - whole[16:, 16:]).mean() < 0.5
    assert (
        np.abs(through_jpeg(portrait[10:, 5:], 40)[6:, 11:].astype(int) - whole[16:, 16:]).mean()
        > 1
    )


@given(dx=st.integers(-40, 40), dy=st.integers(-40, 40))
def test_moving_there_and_back_changes_nothing(dx: int, dy: int) -> None:
    operator = Operator(
        "mosaic", 9, (3.0, 4.0), within=(1, 2, 30, 40), jpeg_quality=70, grid_px=(3, 5)
    )
    assert operator.moved(dx, dy).moved(-dx, -dy) == operator


def test_a_condition_tells_operators_apart() -> None:
    operators = [
        *(Operator(kind, 10) for kind in KINDS),
        Operator("box", 20),
        Operator("box", 20, size_y_px=30),
        Operator("box", 20, noise=5),
        Operator("mosaic", 10, cell_noise=5),
        Operator("box", 20, jpeg_quality=50),
    ]
    vectors = {condition(operator, 80).tobytes() for operator in operators}
    assert len(vectors) == len(operators)
    assert condition(operators[0], 80).shape == (CONDITION_SIZE,)
    assert (condition(Operator("box", 20), 80) == condition(Operator("box", 40), 160)).all()
