"""Guessing a redaction from its own pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.attack.interface import Look
from efface.attack.operator import Kind, Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.attack.operators.blind import guess, inscribed
from efface.regions import Box

BOX = Box(0, 84, 36, 52, 64)
"""The portrait's face."""

POINTS = np.array([[98.0, 60], [122, 60], [110, 74], [101, 86], [119, 86]])


def look_of(picture: NDArray[np.uint8], operator: Operator, quality: int | None = None) -> Look:
    zone = np.zeros(picture.shape[:2], bool)
    zone[17:119, 68:152] = True
    pixels = apply(picture, zone, operator, np.random.default_rng(0))
    return Look(pixels if quality is None else through_jpeg(pixels, quality), zone, BOX, POINTS)


@pytest.mark.parametrize("quality", [None, 75])
@pytest.mark.parametrize("side", [4.0, 7.5, 12.0, 20.0])
@pytest.mark.parametrize("kind", ["mosaic", "sampled-mosaic"])
def test_a_mosaics_cells_are_found(
    portrait: NDArray[np.uint8], kind: Kind, side: float, quality: int | None
) -> None:
    found = guess(look_of(portrait, Operator(kind, side, (68, 17)), quality))
    assert found.kind in ("mosaic", "sampled-mosaic")
    assert found.sides_px == pytest.approx((side, side), rel=0.01)
    for place, corner in zip(found.offset_px, (68, 17), strict=True):
        phase = (place - corner + side / 2) % side - side / 2
        assert abs(phase) <= 1


@pytest.mark.parametrize("quality", [None, 75])
def test_a_solid_is_seen(portrait: NDArray[np.uint8], quality: int | None) -> None:
    found = guess(look_of(portrait, Operator("solid", colour=(9, 40, 200)), quality))
    assert found.kind == "solid"


@pytest.mark.parametrize(("kind", "spread"), [("gaussian", 1.0), ("box", 12**0.5)])
def test_a_weak_blurs_spread_is_right_within_a_third(
    portrait: NDArray[np.uint8], kind: Kind, spread: float
) -> None:
    found = guess(look_of(portrait, Operator(kind, 3 * spread)))
    assert found.kind in ("gaussian", "box")
    sigma = found.size_px / (12**0.5 if found.kind == "box" else 1)
    assert sigma == pytest.approx(3, rel=0.33)


def test_stronger_blurs_are_guessed_stronger(portrait: NDArray[np.uint8]) -> None:
    sigmas = []
    for size in (1.5, 3.0, 6.0):
        found = guess(look_of(portrait, Operator("gaussian", size)))
        sigmas.append(found.size_px / (12**0.5 if found.kind == "box" else 1))
    assert sigmas == sorted(sigmas)
    assert sigmas[0] < sigmas[2] / 2


def test_pixels_outside_the_zone_are_not_read(portrait: NDArray[np.uint8]) -> None:
    look = look_of(portrait, Operator("gaussian", 4))
    changed = look.pixels.copy()
    changed[~look.zone] = 255
    assert guess(Look(changed, look.zone, BOX, POINTS)) == guess(look)


def test_a_clear_face_is_no_redaction(portrait: NDArray[np.uint8]) -> None:
    zone = look_of(portrait, Operator("solid")).zone
    assert guess(Look(portrait, zone, BOX, POINTS)).kind == "other"


def test_an_empty_zone_is_refused(portrait: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="empty"):
        guess(Look(portrait, np.zeros(portrait.shape[:2], bool), BOX, POINTS))


def test_the_rectangle_lies_within_an_oval() -> None:
    y, x = np.mgrid[:90, :70]
    zone = ((x - 35) / 30) ** 2 + ((y - 45) / 40) ** 2 < 1
    part = inscribed(zone)
    assert zone[part.y0 : part.y1, part.x0 : part.x1].all()
    assert (part.x1 - part.x0) * (part.y1 - part.y0) > 0.45 * zone.sum()
