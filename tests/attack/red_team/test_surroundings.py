"""What lies outside a zone, and the same shot, which tells of itself."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import POINTS, blurred, person

from efface.attack.context import surroundings
from efface.attack.red_team.outcome import Outside
from efface.attack.red_team.rank import Rank
from efface.attack.red_team.surroundings import beside, same_shot

Picture = NDArray[np.uint8]


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.7])
def test_the_same_shot_is_known_at_any_size(portrait: Picture, scale: float) -> None:
    probe = person(portrait, blurred(portrait, 9)).best.around
    size = (round(256 * scale), round(256 * scale))
    other = np.asarray(cv2.resize(portrait, size, interpolation=cv2.INTER_AREA), np.uint8)
    assert same_shot(probe, surroundings(other, np.zeros(other.shape[:2], bool), POINTS * scale))


def test_a_cut_of_the_same_shot_is_known(portrait: Picture) -> None:
    probe = person(portrait, blurred(portrait, 9)).best.around
    cut = np.ascontiguousarray(portrait[10:200, 30:220])
    zone = np.zeros(cut.shape[:2], bool)
    assert same_shot(probe, surroundings(cut, zone, POINTS - np.array([30, 10])))


def test_another_picture_is_another(portrait: Picture) -> None:
    probe = person(portrait, blurred(portrait, 9)).best.around
    other = np.ascontiguousarray(portrait[:, ::-1])
    mirrored = POINTS * np.array([-1, 1]) + np.array([256, 0])
    mirrored = mirrored[[1, 0, 2, 4, 3]]
    zone = np.zeros(other.shape[:2], bool)
    assert not same_shot(probe, surroundings(other, zone, mirrored))


def test_a_backdrop_that_matches_by_itself_is_warned_of() -> None:
    place = Rank(fmr=0.05, rank=1, list_length=1, candidates=20, bits=3.0)
    chance = replace(place, fmr=0.4, rank=8, list_length=8)
    assert "backdrop alone puts t1 in place 1 of 20" in (
        Outside("t1", chance, 2, 0.1, place).warning or ""
    )
    assert Outside("t1", place, 2, 0.1, chance).warning is None
    assert Outside("t1", place, 2, 0.1).warning is None


def test_the_backdrop_is_what_lies_beside_head_and_clothes(portrait: Picture) -> None:
    look = surroundings(portrait, np.zeros(portrait.shape[:2], bool), POINTS)
    behind = beside(look)
    side = len(behind.seen)
    assert behind.seen[: side // 2, 2].any()
    assert not behind.seen[:, side // 3 : -side // 3].any()
    assert not behind.seen[round(0.6 * side) :].any()


def test_nothing_can_be_said_where_nothing_is_seen(portrait: Picture) -> None:
    nothing = surroundings(portrait, np.ones(portrait.shape[:2], bool), POINTS)
    assert not same_shot(
        nothing, surroundings(portrait, np.zeros(portrait.shape[:2], bool), POINTS)
    )
