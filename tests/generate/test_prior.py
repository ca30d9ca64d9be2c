"""From what is told to a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.generate.networks import half_ring

from efface.detect.batches import ChipNetwork
from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.coarse import CHANNELS, COLUMNS, ROWS
from efface.generate.prior import BRIGHTEST, Told, drawn


@pytest.fixture
def told() -> Told:
    random = np.random.default_rng(1)
    ring = random.uniform(-1, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
    known = np.ones((HEIGHT, WIDTH), np.float32)
    coarse = random.random((CHANNELS, ROWS, COLUMNS)).astype(np.float32)
    return Told(ring, known, np.zeros_like(known), np.zeros_like(known), coarse)


def test_it_is_what_the_network_says(told: Told, tmp_path: Path) -> None:
    found = drawn(ChipNetwork(half_ring(tmp_path)), told)
    assert found.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(found - told.ring / 2).max() < 1e-5


def test_it_stays_within_what_can_be_shown(told: Told, tmp_path: Path) -> None:
    bright = Told(4 * told.ring, told.known, told.light, told.cover, told.coarse)
    found = drawn(ChipNetwork(half_ring(tmp_path)), bright)
    assert (found.min(), found.max()) == (-1, 1)


def test_light_is_told_within_bounds_and_only_on_the_face(told: Told) -> None:
    """It fades towards the edge: a step there would be drawn as a line."""
    light = np.full((HEIGHT, WIDTH), 50, np.float32)
    light[:40] = -1
    cover = np.zeros_like(light)
    cover[20:90, 20:70] = 1
    condition = Told(told.ring, told.known, light, cover, told.coarse).condition()
    assert condition.shape == (10, HEIGHT, WIDTH)
    assert np.abs(condition[4, 30:32, 40] + 0.5).max() < 1e-6
    assert np.abs(condition[4, 50:80, 40] - BRIGHTEST).max() < 1e-6
    assert condition[4].max() <= BRIGHTEST + 1e-5
    assert (condition[4:6, :, :15] == 0).all()
    assert np.abs(np.diff(condition[5], axis=1)).max() < 0.35


def test_a_coarse_head_lies_where_its_cells_are(told: Told) -> None:
    """A cell's colour stands in its middle, and nothing of it two cells away."""
    coarse = np.zeros((CHANNELS, ROWS, COLUMNS), np.float32)
    coarse[1, 4, 6] = 1
    condition = Told(told.ring, told.known, told.light, told.cover, coarse).condition()
    down, right = HEIGHT // ROWS, WIDTH // COLUMNS
    assert condition[7, 4 * down + down // 2, 6 * right + right // 2] > 0.8
    assert condition[7, : 3 * down].max() == condition[7, :, 8 * right :].max() == 0
    assert condition[6].max() == condition[8].max() == condition[9].max() == 0
