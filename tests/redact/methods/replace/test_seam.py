"""A head laid into a zone: no edge shows, and nothing that is covered comes in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fillings import soft

from efface.generate.canvas import HEIGHT, WIDTH, Canvas
from efface.geometry import Rect
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.replace.seam import INNERMOST, seamless
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]
OUTER = Rect(60, 40, 132, 147)


def artwork(picture: Picture) -> Artwork:
    return Artwork(np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]))


def around(picture: Picture, *zones: Zone) -> Surroundings:
    return Surroundings(lambda: picture, zones)


def of_colour(level: int) -> Artwork:
    return artwork(np.full((2 * HEIGHT, 2 * WIDTH, 3), level, np.uint8))


def test_colours_meet_at_the_edge_and_stay_in_the_middle() -> None:
    zone = Zone("t1", 0, OUTER, OUTER)
    picture = np.full((200, 200, 3), 200, np.uint8)
    found = seamless(of_colour(100), zone, around(picture, zone)).astype(float)
    assert np.abs(found[[0, -1]] - 200).max() < 6
    assert np.abs(found[:, [0, -1]] - 200).max() < 6
    middle = found[50:57, 33:39]
    assert np.abs(middle - (100 + INNERMOST * 100)).max() < 4


def test_what_fits_is_not_changed() -> None:
    """A head that was drawn with what lies around it stays as it was drawn."""
    picture = soft(200, 200)
    zone = Zone("t1", 0, OUTER, OUTER)
    canvas = Canvas.over(OUTER)
    rect = canvas.within(200, 200)
    part = picture[rect.y0 : rect.y1, rect.x0 : rect.x1]
    shown, _ = canvas.shown(part, np.ones(part.shape[:2], bool), rect)
    head = artwork(np.rint((shown + 1) * 127.5).astype(np.uint8))
    found = seamless(head, zone, around(picture, zone)).astype(float)
    real = picture[OUTER.y0 : OUTER.y1, OUTER.x0 : OUTER.x1]
    assert np.abs(found - real).mean() < 3
    assert np.abs(found - np.roll(real, 4, axis=0)).mean() > np.abs(found - real).mean() + 1


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_follows_from_nothing_that_is_covered(seed: int) -> None:
    random = np.random.default_rng(seed)
    zone, other = Zone("t1", 0, OUTER, OUTER), Zone("t2", 0, Rect(120, 60, 170, 90), OUTER)
    head = artwork(soft(2 * WIDTH, 2 * HEIGHT, seed % 7))
    picture = soft(200, 200)
    found = seamless(head, zone, around(picture, zone, other))
    for rect in (zone.rect, other.rect):
        shape = (rect.height, rect.width, 3)
        picture[rect.y0 : rect.y1, rect.x0 : rect.x1] = random.integers(0, 256, shape)
    assert seamless(head, zone, around(picture, zone, other)).tobytes() == found.tobytes()
    picture[100:120, 55:60] ^= 128
    assert seamless(head, zone, around(picture, zone, other)).tobytes() != found.tobytes()


@pytest.mark.parametrize(
    "outer", [Rect(-30, -20, 42, 87), Rect(150, 150, 222, 257), Rect(99, 99, 100, 101)]
)
def test_zones_at_the_edge_and_tiny_ones_are_filled(outer: Rect) -> None:
    zone = Zone("t1", 0, outer.clipped(200, 200), outer)
    found = seamless(artwork(soft(2 * WIDTH, 2 * HEIGHT)), zone, around(soft(200, 200), zone))
    assert found.shape == (zone.rect.height, zone.rect.width, 3)


def test_a_zone_over_all_shows_the_head_as_it_is() -> None:
    """Nothing can be seen around it: grey stands against the head's own grey."""
    zone = Zone("t1", 0, Rect(0, 0, 90, 120), Rect(0, 0, 90, 120))
    found = seamless(of_colour(70), zone, around(soft(90, 120), zone))
    assert (found == 70).all()


def test_a_moved_zone_moves_the_head() -> None:
    """The same pixels, farther on: nothing of the picture's own place comes in."""
    head = artwork(soft(2 * WIDTH, 2 * HEIGHT))
    picture = np.full((220, 240, 3), 90, np.uint8)
    here, there = (
        Zone("t1", 0, r, r) for r in (OUTER, Rect(OUTER.x0 + 40, OUTER.y0 + 30, 172, 177))
    )
    first = seamless(head, here, around(picture, here))
    assert (seamless(head, there, around(picture, there)) == first).all()
