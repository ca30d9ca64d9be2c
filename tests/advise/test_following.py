"""A redacted place of a video is told once, with how often it was seen."""

from __future__ import annotations

import numpy as np

from efface.advise.finding.frame import SeenFace
from efface.advise.following import GAP, PlaceFollower
from efface.advise.redaction import SeenRedaction
from efface.geometry import Rect

PICTURE = np.zeros((100, 200, 3), np.uint8)


def seen(x: int, sure: float = 0.5, width: int = 20) -> SeenFace:
    redaction = SeenRedaction("mosaic", 5.0, sure, "as a test says")
    return SeenFace(Rect(x, 10, x + width, 30), None, width, redaction)


def test_what_moves_a_little_is_one_place_and_is_told_where_it_is_surest() -> None:
    follower = PlaceFollower(linked=True)
    for turn, sure in enumerate((0.5, 0.9, 0.7)):
        follower.add(10 * turn, [seen(10 + 8 * turn, sure), seen(150)], PICTURE)
    first, second = follower.places
    assert (first.sightings, first.frame, first.best.redaction.sure) == (3, 10, 0.9)
    assert first.crop.shape == (20, 20, 3)
    assert second.sightings == 3


def test_what_jumps_is_another_one() -> None:
    follower = PlaceFollower(linked=True)
    follower.add(0, [seen(10)], PICTURE)
    follower.add(1, [seen(60)], PICTURE)
    follower.add(2, [seen(78, width=40)], PICTURE)
    assert len(follower.places) == 3


def test_it_may_be_missing_for_a_moment() -> None:
    for gap, places in ((GAP, 1), (GAP + 1, 2)):
        follower = PlaceFollower(linked=True)
        follower.add(0, [seen(10)], PICTURE)
        for turn in range(gap):
            follower.add(1 + turn, [], PICTURE)
        follower.add(gap + 1, [seen(12)], PICTURE)
        assert len(follower.places) == places


def test_pages_are_not_linked() -> None:
    follower = PlaceFollower(linked=False)
    for page in range(3):
        follower.add(page, [seen(10)], PICTURE)
    assert [place.frame for place in follower.places] == [0, 1, 2]


def test_a_face_in_a_zone_is_that_zone() -> None:
    follower = PlaceFollower(linked=True)
    follower.add(0, [seen(40, width=60)], PICTURE)
    follower.add(1, [seen(60)], PICTURE)
    assert [place.sightings for place in follower.places] == [2]
    follower.add(2, [seen(60), seen(40, width=60)], PICTURE)
    assert [place.sightings for place in follower.places] == [3]
