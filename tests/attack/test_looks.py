import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.attack.interface import Look
from efface.attack.looks import constant, look_at, zone_only
from efface.attack.operator import Operator
from efface.regions import Box

WIDTH, HEIGHT = 90, 70

faces = st.tuples(
    st.floats(-10, WIDTH - 5), st.floats(-10, HEIGHT - 5), st.floats(12, 50), st.floats(12, 50)
)
Face = tuple[float, float, float, float]
seeds = st.integers(0, 2**32 - 1)


def picture(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def rectangle(x: float, y: float, width: float, height: float) -> NDArray[np.bool_]:
    zone = np.zeros((HEIGHT, WIDTH), bool)
    zone[max(0, int(y)) : max(0, int(y + height)), max(0, int(x)) : max(0, int(x + width))] = True
    return zone


def points(face: Face) -> NDArray[np.float64]:
    x, y, width, height = face
    places = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
    return np.asarray(np.array([x, y]) + places * [width, height], np.float64)


@given(faces, faces, seeds)
def test_every_coordinate_names_the_same_pixel_as_before(
    face: Face, redacted: Face, seed: int
) -> None:
    whole = picture(seed)
    box = Box(7, *face, pts=42)
    operator = Operator("mosaic", 8.0, (3.0, 5.0))
    look = look_at(whole, rectangle(*redacted), box, points(face), operator)
    # the operator's offset says by how much everything has moved
    assert look.operator is not None
    x0, y0 = 3.0 - look.operator.offset_px[0], 5.0 - look.operator.offset_px[1]
    assert (x0, y0) == (int(x0), int(y0))
    height, width = look.zone.shape
    rows, columns = slice(int(y0), int(y0) + height), slice(int(x0), int(x0) + width)
    assert np.array_equal(look.pixels, whole[rows, columns])
    assert np.array_equal(look.zone, rectangle(*redacted)[rows, columns])
    assert (look.box.x, look.box.y) == pytest.approx((face[0] - x0, face[1] - y0))
    assert (look.box.width, look.box.height, look.box.frame, look.box.pts) == (*face[2:], 7, 42)
    assert np.allclose(look.points, points(face) - [x0, y0])
    # nothing of the zone and of the face is cut off
    assert look.zone.sum() == rectangle(*redacted).sum()
    assert rectangle(*face).sum() == rectangle(*face)[rows, columns].sum()


def look(pixels: NDArray[np.uint8], zone: NDArray[np.bool_]) -> Look:
    return Look(pixels, zone, Box(0, 20, 20, 30, 30), points((20, 20, 30, 30)))


zones = st.lists(
    st.tuples(
        st.integers(0, WIDTH - 1),
        st.integers(0, HEIGHT - 1),
        st.integers(1, 40),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=3,
).map(lambda parts: np.logical_or.reduce([rectangle(*part) for part in parts]))


@given(zones, seeds, seeds)
def test_what_is_outside_the_zone_has_no_influence(
    zone: NDArray[np.bool_], first: int, second: int
) -> None:
    one, other = picture(first), picture(second)
    other[zone] = one[zone]
    alone = zone_only(look(one, zone))
    assert np.array_equal(alone.pixels, zone_only(look(other, zone)).pixels)
    assert np.array_equal(alone.pixels[zone], one[zone])
    assert np.array_equal(alone.zone, zone)


@given(zones, seeds, st.integers(0, 255))
def test_a_zone_of_one_colour_gives_one_colour(
    zone: NDArray[np.bool_], seed: int, value: int
) -> None:
    pixels = picture(seed)
    pixels[zone] = (value, 0, 255 - value)
    alone = zone_only(look(pixels, zone))
    assert constant(alone)
    assert (alone.pixels == (value, 0, 255 - value)).all()


def test_pixels_outside_come_from_the_nearest_edge() -> None:
    pixels = picture(1)
    alone = zone_only(look(pixels, rectangle(20, 10, 30, 40)))
    assert np.array_equal(alone.pixels[30, :20], np.repeat(pixels[30:31, 20], 20, axis=0))
    assert np.array_equal(alone.pixels[50:, 35], np.repeat(pixels[49:50, 35], 20, axis=0))


def test_a_cut_out_does_not_hold_on_to_the_frame() -> None:
    whole = picture(2)
    cut = look_at(whole, rectangle(20, 20, 20, 20), Box(0, 20, 20, 20, 20), points((20, 20, 9, 9)))
    whole[:] = 0
    assert cut.pixels.any()


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH + 1), (HEIGHT, WIDTH, 3)])
def test_a_zone_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected a zone"):
        look_at(picture(0), np.ones(shape, bool), Box(0, 1, 1, 9, 9), points((1, 1, 9, 9)))


def test_an_empty_zone_has_no_pixels_to_give() -> None:
    with pytest.raises(ValueError, match="empty"):
        zone_only(look(picture(0), np.zeros((HEIGHT, WIDTH), bool)))


def test_noise_is_not_one_colour() -> None:
    assert not constant(look(picture(3), rectangle(0, 0, 9, 9)))
