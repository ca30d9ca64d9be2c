"""Heads seen coarsely, drawn for a face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.coarse import CHANNELS, COLUMNS, ROWS, CoarseHeads, coarse_heads
from efface.generate.likeness import linear_faces

Floats = NDArray[np.float32]
SHAPE = CHANNELS, ROWS, COLUMNS


@pytest.fixture(scope="module")
def heads() -> CoarseHeads:
    return coarse_heads()


def face(seed: int, scale: float = 53.0) -> tuple[Floats, Floats]:
    faces = linear_faces()
    one = faces.drawn(np.random.default_rng(seed))
    points = one.points[:, :2] * scale + np.array([WIDTH, HEIGHT]) / 2
    return faces.rendered(points, one.light, (WIDTH, HEIGHT))


def test_a_head_stands_around_its_face(heads: CoarseHeads) -> None:
    """Where the face is there is head, hair above it, and nothing in the upper corners."""
    drawn = np.array([heads.drawn(*face(i), np.random.default_rng(i)) for i in range(30)])
    assert drawn.shape == (30, *SHAPE)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    share = drawn[:, 3]
    assert share[:, 6:10, 5:7].min() > 0.8
    assert share[:, 3:5, 5:7].mean() > 0.7
    assert share[:, :2, :2].mean() < 0.1
    assert share[:, :2, -2:].mean() < 0.1


def test_skin_differs_between_heads_and_is_skin(heads: CoarseHeads) -> None:
    drawn = [heads.drawn(*face(i), np.random.default_rng(i)) for i in range(40)]
    cheeks = np.array([one[:3, 8, 5] for one in drawn])
    assert cheeks.std(axis=0).min() > 0.06
    assert (cheeks[:, 0] >= cheeks[:, 2]).mean() > 0.9  # skin is redder than blue


def test_the_numbers_alone_decide(heads: CoarseHeads) -> None:
    light, cover = face(1)
    first, again, other = (
        heads.drawn(light, cover, np.random.default_rng(seed)).tobytes() for seed in (1, 1, 2)
    )
    assert first == again != other


def test_what_is_kept_of_a_drawn_head_is_that_head(heads: CoarseHeads) -> None:
    """Drawn heads lie along the axes, but for what is cut off at 0 and 1."""
    one = heads.drawn(*face(3), np.random.default_rng(3))
    assert np.abs(heads.kept(one) - one).mean() < 0.02
    noise = np.random.default_rng(1).random(SHAPE).astype(np.float32)
    assert np.abs(heads.kept(noise) - noise).mean() > 0.1
