from dataclasses import replace

import numpy as np
import pytest

from efface.attack.adapted.inputs import INPUT_PX, batch, network_input, zone_pixels
from efface.attack.alignment import chip_points
from efface.attack.interface import Look
from efface.attack.operator import Operator
from efface.attack.operators.condition import CONDITION_SIZE
from efface.regions import Box

SIDE = 100


def look(seed: int, operator: Operator | None = None) -> Look:
    """Noise with a face-sized zone, its points where a chip of the whole has them."""
    pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    zone = np.zeros((SIDE, SIDE), np.bool_)
    zone[20:80, 30:70] = True
    return Look(pixels, zone, Box(0, 30, 20, 40, 60), chip_points(SIDE), operator)


def test_shapes_and_ranges() -> None:
    given = network_input(look(1, Operator("gaussian", 4.0)))
    assert given.pixels.shape == (4, INPUT_PX, INPUT_PX)
    assert given.condition.shape == (CONDITION_SIZE,)
    assert given.pixels.dtype == given.condition.dtype == np.float32
    assert given.pixels.min() >= 0
    assert given.pixels.max() <= 1


def test_the_mask_lies_where_the_zone_does() -> None:
    share = network_input(look(1), SIDE).pixels[3]
    assert np.array_equal(share > 0.5, look(1).zone)


def test_nothing_outside_the_zone_gets_in() -> None:
    one = look(1)
    other = replace(one, pixels=np.where(one.zone[..., None], one.pixels, 255 - one.pixels))
    assert np.array_equal(network_input(one).pixels, network_input(other).pixels)
    assert np.array_equal(zone_pixels(one, 32), zone_pixels(other, 32))


def test_the_zone_itself_does() -> None:
    one = look(1)
    other = replace(one, pixels=np.where(one.zone[..., None], 255 - one.pixels, one.pixels))
    assert not np.array_equal(network_input(one).pixels, network_input(other).pixels)


def test_a_zone_of_one_colour_is_an_input_of_one_colour() -> None:
    pixels = np.full_like(look(1).pixels, 90)
    given = network_input(replace(look(1), pixels=np.where(look(1).zone[..., None], pixels, 7)))
    assert np.unique(given.pixels[:3]) == pytest.approx(90 / 255)


def test_the_network_is_told_the_operator() -> None:
    weak, strong = (network_input(look(1, Operator("gaussian", s))).condition for s in (2.0, 8.0))
    assert not np.array_equal(weak, strong)
    untold = network_input(look(1)).condition
    assert np.array_equal(untold, network_input(look(1, Operator("other"))).condition)


def test_a_batch_is_its_looks_in_order() -> None:
    both = batch([look(1), look(2)])
    looks = [network_input(look(seed)).pixels for seed in (1, 2)]
    assert np.array_equal(both["pixels"], np.stack(looks))
    assert both["condition"].shape == (2, CONDITION_SIZE)
    with pytest.raises(ValueError, match=r"at least one look"):
        batch([])


def test_an_empty_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got an empty one"):
        network_input(replace(look(1), zone=np.zeros((SIDE, SIDE), np.bool_)))
