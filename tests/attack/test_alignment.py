"""Aligned faces: the points land where they should, whatever the picture's size, place and turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies
from numpy.typing import NDArray

from efface.attack.alignment import (
    CHIP_PX,
    TEMPLATE,
    between_centres,
    chip,
    chip_points,
    similarity,
    warped,
)
from efface.attack.interface import Points
from efface.attack.landmarks import points_in
from efface.regions import Box

FACE = Box(0, 90, 25, 50, 62)
"""The portrait's."""


def moved(points: Points, turn: float, scale: float, shift: tuple[float, float]) -> Points:
    matrix = scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return np.asarray(points @ matrix.T + np.array(shift))


@given(
    turn=strategies.floats(-3, 3),
    scale=strategies.floats(0.05, 20),
    shift=strategies.tuples(strategies.floats(-500, 500), strategies.floats(-500, 500)),
    size=strategies.integers(8, 300),
)
def test_a_similarity_is_undone(
    turn: float, scale: float, shift: tuple[float, float], size: int
) -> None:
    points = moved(chip_points(100), turn, scale, shift)
    transform = similarity(points, size)
    back = points @ transform[:, :2].T + transform[:, 2]
    assert np.allclose(back, TEMPLATE * size, atol=1e-6 * size)


def test_mirrored_points_are_not_mirrored_back() -> None:
    points = chip_points() * (-1, 1)
    assert np.linalg.det(similarity(points)[:, :2]) > 0


def test_points_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="apart from each other"):
        similarity(np.full((5, 2), 7.0))
    with pytest.raises(ValueError, match="apart from each other"):
        similarity(np.full((5, 2), np.nan))


def test_a_chip_is_its_own_chip(portrait: NDArray[np.uint8]) -> None:
    face = portrait[:CHIP_PX, :CHIP_PX]
    assert (chip(face, chip_points()) == face).all()


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_an_enlarged_picture_gives_the_same_chip(portrait: NDArray[np.uint8], factor: int) -> None:
    """Also where it is shrunk so far that areas have to be averaged: by the same half pixels."""
    big = portrait.repeat(factor, axis=0).repeat(factor, axis=1)
    points = points_in(portrait, FACE)
    assert points is not None
    size = 60
    once, again = chip(portrait, points, size), chip(big, points * factor, size)
    difference = np.abs(once.astype(int) - again)
    assert difference.mean() < 3
    shifted = np.abs(once[:, 1:].astype(int) - once[:, :-1])
    assert difference.mean() < shifted.mean() / 3


def test_fine_patterns_are_averaged_and_not_sampled() -> None:
    checks = np.indices((640, 640)).sum(axis=0) % 2 * 255
    picture = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    face = chip(picture, chip_points(600), 60)
    assert np.abs(face.astype(int) - 127).max() < 12


def test_the_edge_goes_on(portrait: NDArray[np.uint8]) -> None:
    picture = np.full((40, 40, 3), 80, np.uint8)
    assert (chip(picture, chip_points(400) - 200) == 80).all()


def test_a_mask_goes_along() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[:, 50:] = 255
    part = warped(mask, similarity(chip_points(100), 50), 50)
    assert part.shape == (50, 50)
    assert (part[:, :24] == 0).all()
    assert (part[:, 26:] == 255).all()


def test_centres_of_pixels_are_half_a_pixel_away() -> None:
    transform = np.array([[2.0, 0.0, 3.0], [0.0, 2.0, -1.0]])
    # the centre of pixel (0, 0) is (0.5, 0.5), comes to (4, 0), the centre of pixel (3.5, -0.5)
    assert between_centres(transform)[:, 2].tolist() == [3.5, -0.5]
