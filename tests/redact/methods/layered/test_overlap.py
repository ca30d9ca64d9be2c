"""Zones of several people that overlap show one picture, without edges, whichever is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fillings import soft
from tests.redact.methods.layered.test_method import SECRET, showing

from efface.geometry import Rect
from efface.policy import MethodPolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.regions import Box, Media, Regions, Track
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zones_of
from efface.zones.painting import coverage
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 200, 140


def filled(picture: Picture, boxes: list[Box]) -> tuple[Filling, tuple[Zone, ...]]:
    tracks = tuple(Track(f"t{number}", (box,)) for number, box in enumerate(boxes))
    regions = Regions(Media("a.png", "", "image", WIDTH, HEIGHT), tracks)
    made = method_of(MethodPolicy("layered")).prepare(regions, showing(picture), SECRET)
    return made.filling, zones_of(regions, ZonePolicy())


def painted(picture: Picture, filling: Filling, zones: tuple[Zone, ...], step: int = 1) -> Picture:
    out, around = picture.copy(), Surroundings(lambda: picture, zones)
    for zone in zones[::step]:
        r = zone.rect
        out[r.y0 : r.y1, r.x0 : r.x1] = filling.pixels(zone, around)
    return out


@given(
    st.lists(
        st.builds(
            lambda x, y, size: Box(0, x, y, size, 1.2 * size),
            st.integers(10, 150), st.integers(10, 80), st.integers(16, 40),
        ),
        min_size=2, max_size=4,
    )
)  # fmt: skip
@settings(max_examples=6, deadline=None)
def test_where_zones_overlap_they_show_the_same(boxes: list[Box]) -> None:
    picture = soft(WIDTH, HEIGHT)
    filling, zones = filled(picture, boxes)
    out, back = (painted(picture, filling, zones, step) for step in (1, -1))
    assert (out == back).all()
    assert (out == picture)[~coverage(zones, WIDTH, HEIGHT)].all()


@pytest.mark.parametrize("apart", [30, 45])
def test_no_edge_is_left_in_an_overlap(apart: int) -> None:
    """Steps between neighbours are as small as where zones lie alone."""
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    picture[:, : WIDTH // 2] = (150, 110, 60)
    boxes = [Box(0, 40, 30, 40, 48), Box(0, 40 + apart, 40, 40, 48)]
    filling, zones = filled(picture, boxes)
    assert not zones[0].rect.intersection(zones[1].rect).empty
    steps = largest_step(painted(picture, filling, zones), zones)
    alone = max(largest_step(painted(picture, filling, (zone,)), (zone,)) for zone in zones)
    assert steps <= 1.5 * alone


def largest_step(picture: Picture, zones: tuple[Zone, ...]) -> int:
    """Between neighbours of which both are covered."""
    inside, steps = coverage(zones, WIDTH, HEIGHT), np.abs(np.diff(picture.astype(int), axis=1))
    return int(steps[inside[:, 1:] & inside[:, :-1]].max())


def test_a_zone_that_lies_alone_is_drawn_as_if_there_were_no_others() -> None:
    picture = soft(WIDTH, HEIGHT)
    filling, zones = filled(picture, [Box(0, 20, 40, 20, 24), Box(0, 150, 40, 20, 24)])
    for one in zones:
        both, own = (Surroundings(lambda: picture, some) for some in (zones, [one]))
        assert (filling.pixels(one, both) == filling.pixels(one, own)).all()


def test_whoever_is_large_stands_in_front() -> None:
    picture = soft(WIDTH, HEIGHT)
    filling, zones = filled(picture, [Box(0, 60, 30, 40, 48), Box(0, 90, 40, 24, 28)])
    around, large = Surroundings(lambda: picture, zones), zones[0]
    middle = np.s_[large.rect.height // 2 - 4 : large.rect.height // 2 + 4, 30:42]
    alone = filling.pixels(large, Surroundings(lambda: picture, [large]))
    assert np.abs(filling.pixels(large, around)[middle].astype(int) - alone[middle]).max() <= 2


def test_an_edge_would_be_seen() -> None:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:, 100:] = 60
    zone = Zone("t1", 0, Rect(80, 10, 120, 60), Rect(80, 10, 120, 60))
    assert largest_step(picture, (zone,)) == 60
