"""Surroundings tell people apart, less the wider the zone is, and not at all when it hides all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from efface.attack.context import (
    GREY,
    SIDE_PX,
    FaceContext,
    described,
    hidden_alike,
    likeness,
    surroundings,
)
from efface.attack.interface import Pixels, Points
from efface.attack.landmarks import USUAL
from efface.attack.recognisers.interface import Recogniser, unit_length

PEOPLE = 24
SIDE = 240
CENTRE = (120, 110)
FACE = (60, 80)
"""Width and height of everybody's face."""


class Mean(Recogniser):
    """Stands for a recogniser: mean colours of 3 x 3 parts."""

    name, title, dimensions = "mean", "means", 27

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        small = [cv2.resize(c, (3, 3), interpolation=cv2.INTER_AREA).ravel() for c in chips]
        return unit_length(np.stack(small).astype(np.float32) - 100)


def points() -> Points:
    corner = np.array([CENTRE[0] - FACE[0] / 2, CENTRE[1] - FACE[1] / 2])
    return np.asarray(corner + USUAL * np.array(FACE))


def shot(person: int, take: int) -> Pixels:
    """One face for all; hair and a shirt of each one's own; the wall changes with the take."""
    own = np.random.default_rng(person)
    chance = np.random.default_rng([take, person, 9])
    out = np.full((SIDE, SIDE, 3), chance.integers(125, 160), np.uint8)
    hair, shirt, dots = (tuple(int(v) for v in own.integers(10, 230, 3)) for _ in range(3))
    cv2.rectangle(out, (50, 175), (190, 240), shirt, -1)
    for _ in range(int(own.integers(4, 14))):
        x, y = (int(v) for v in own.integers((55, 180), (185, 238)))
        cv2.circle(out, (x, y), 4, dots, -1)
    cv2.ellipse(out, (CENTRE[0], CENTRE[1] - 8), (44, 56), 0, 0, 360, hair, -1)
    cv2.ellipse(out, CENTRE, (FACE[0] // 2, FACE[1] // 2), 0, 0, 360, (205, 170, 150), -1)
    light = chance.uniform(0.85, 1.1)
    noise = chance.normal(0, 6, out.shape)
    return np.asarray(np.clip(out * light + noise, 0, 255), np.uint8)


def redacted(picture: Pixels, grow: float) -> tuple[Pixels, NDArray[np.bool_]]:
    zone = np.zeros(picture.shape[:2], bool)
    w, h = round(FACE[0] * grow / 2), round(FACE[1] * grow / 2)
    top, left = max(0, CENTRE[1] - h), max(0, CENTRE[0] - w)
    zone[top : CENTRE[1] + h, left : CENTRE[0] + w] = True
    out = picture.copy()
    out[zone] = 0
    return out, zone


def looks(take: int, grow: float) -> list[FaceContext]:
    return [surroundings(*redacted(shot(p, take), grow), points()) for p in range(PEOPLE)]


def found(grow: float) -> float:
    probes, gallery = (described(looks(take, grow), [Mean()]) for take in (1, 2))
    scores = likeness(probes, gallery)
    assert scores.shape == (PEOPLE, PEOPLE)
    own = np.diag(scores)
    better = (scores > own[:, None]).sum(axis=1)
    tied = (scores == own[:, None]).sum(axis=1)
    return float(((better == 0) / tied).mean())


def test_hair_and_clothes_find_people_and_a_wider_zone_hides_them() -> None:
    rates = [found(grow) for grow in (1.0, 2.4, 8.0)]
    assert rates[0] >= 0.7
    assert rates[0] > rates[1] > rates[2]
    assert rates[2] == pytest.approx(1 / PEOPLE)  # all are alike: chance


def test_the_zone_s_own_pixels_count_for_nothing() -> None:
    picture, zone = redacted(shot(3, 1), 1.3)
    other = picture.copy()
    other[zone] = np.random.default_rng(1).integers(0, 256, (int(zone.sum()), 3))
    one, two = (surroundings(p, zone, points()) for p in (picture, other))
    np.testing.assert_array_equal(one.pixels, two.pixels)
    assert (one.pixels[~one.seen] == GREY).all()
    assert 0.3 < one.seen.mean() < 0.95


def test_what_a_probe_hides_is_hidden_in_a_clear_picture() -> None:
    clear = shot(5, 2)
    probe = surroundings(*redacted(shot(5, 1), 1.5), points())
    alike = hidden_alike(surroundings(clear, np.zeros(clear.shape[:2], bool), points()), probe)
    assert not alike.seen[~probe.seen].any()
    assert (alike.pixels[~probe.seen] == GREY).all()


def test_turned_and_scaled_pictures_are_aligned() -> None:
    picture, zone = redacted(shot(7, 1), 1.2)
    turn = cv2.getRotationMatrix2D((120, 120), 20, 0.8)
    turned = cv2.warpAffine(picture, turn, (SIDE, SIDE), borderValue=(0, 0, 0))
    visible = cv2.warpAffine((~zone).astype(np.uint8) * 255, turn, (SIDE, SIDE), borderValue=0)
    moved = points() @ turn[:, :2].T + turn[:, 2]
    one = surroundings(picture, zone, points())
    two = surroundings(np.asarray(turned, np.uint8), visible < 255, moved)
    both = one.seen & two.seen
    assert both.mean() > 0.4 and one.pixels.shape == (SIDE_PX, SIDE_PX, 3)
    apart = np.abs(one.pixels[both].astype(int) - two.pixels[both].astype(int))
    assert apart.mean() < 8


def test_shapes_must_go_together() -> None:
    picture = shot(1, 1)
    with pytest.raises(ValueError, match="expected a zone"):
        surroundings(picture, np.zeros((5, 5), bool), points())
