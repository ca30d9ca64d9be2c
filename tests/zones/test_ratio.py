import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import Grid, Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Shape, Track
from efface.sphere.rays import Patch
from efface.zones.growth import zone_of
from efface.zones.painting import coverage
from efface.zones.ratio import in_ratio, patch_in_ratio, ratio_of
from efface.zones.zone import Zone

SIZE = 97, 61

boxes = st.builds(
    Box,
    st.just(0),
    st.floats(-40, 110),
    st.floats(-40, 80),
    st.floats(0.5, 60),
    st.floats(0.5, 60),
)
policies = st.builds(
    ZonePolicy, st.floats(1, 4), st.floats(1, 4), st.integers(0, 9), one_ratio=st.just(True)
)


def zone(box: Box, policy: ZonePolicy, shape: Shape = "box") -> Zone:
    return zone_of(Track("t1", (box,), shape=shape), box, policy, *SIZE)


def own(policy: ZonePolicy) -> ZonePolicy:
    """The same, with zones as wide for their height as faces."""
    return ZonePolicy(policy.width, policy.height, policy.min_margin_px, one_ratio=False)


@given(boxes, policies)
def test_a_zone_contains_what_it_had_of_a_face_s_own_shape(box: Box, policy: ZonePolicy) -> None:
    before, now = zone(box, own(policy)), zone(box, policy)
    assert now.outer.intersection(before.outer) == before.outer
    assert now.rect.intersection(before.rect) == before.rect


@given(boxes, policies)
def test_width_follows_from_height_and_is_the_ratio_within_a_pixel(
    box: Box, policy: ZonePolicy
) -> None:
    outer, ratio = zone(box, policy).outer, ratio_of(policy)
    assert outer.width == math.ceil(ratio * outer.height)


@given(boxes, policies, st.floats(0, 1), st.floats(0, 1))
def test_how_large_it_is_does_not_follow_from_where_in_a_pixel_it_lies(
    box: Box, policy: ZonePolicy, x: float, y: float
) -> None:
    there = Box(0, box.x + x, box.y + y, box.width, box.height)
    first, second = zone(box, policy).outer, zone(there, policy).outer
    assert (first.width, first.height) == (second.width, second.height)


@given(st.floats(8, 40), st.floats(8, 40), st.floats(8, 40), st.floats(8, 40))
def test_two_faces_with_the_same_height_of_zone_have_the_same_zone(
    a: float, b: float, c: float, d: float
) -> None:
    """Of which one is wide and the other narrow; on a grid of blocks, too."""
    policy = ZonePolicy()
    first, second = (
        zone(Box(0, 40.3 - w / 2, 30.3 - h / 2, w, h), policy) for w, h in ((a, b), (c, d))
    )
    if first.outer.height == second.outer.height:
        assert first == second
        grid = Grid(16, 8)
        assert first.on_grid(grid, 1, 1, *SIZE) == second.on_grid(grid, 1, 1, *SIZE)


def test_a_wide_face_and_a_narrow_one_have_one_zone_and_had_two() -> None:
    wide, narrow = Box(0, 35.3, 20.3, 17, 22), Box(0, 37.3, 20.3, 13, 22)
    policy = ZonePolicy()
    assert zone(wide, own(policy)).rect != zone(narrow, own(policy)).rect
    assert zone(wide, policy).rect == zone(narrow, policy).rect


@given(boxes)
def test_where_the_border_cuts_it_its_height_says_nothing_else(box: Box) -> None:
    now = zone(box, ZonePolicy())
    assert now.rect == now.outer.clipped(*SIZE)


@given(boxes, st.floats(1.2, 4), st.floats(1.2, 4))
def test_a_rounded_zone_still_covers_the_face(box: Box, across: float, along: float) -> None:
    one = zone(box, ZonePolicy(across, along, 0), "rounded")
    covered = coverage([one], *SIZE)
    left, top = max(math.ceil(box.x), 0), max(math.ceil(box.y), 0)
    right, bottom = math.floor(box.x + box.width), math.floor(box.y + box.height)
    assert covered[top : max(bottom, 0), left : max(right, 0)].all()


def test_a_zone_drawn_by_hand_stays_as_it_is_drawn() -> None:
    box = Box(0, 10, 10, 40, 7)
    drawn = zone_of(Track("t1", (box,), zone=True), box, ZonePolicy(), *SIZE)
    assert drawn.outer == Rect(10, 10, 50, 17)


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0.3, 3))
def test_a_piece_of_the_sphere_is_grown_to_the_ratio(
    across: float, along: float, ratio: float
) -> None:
    got = patch_in_ratio(Patch(1.0, 0.2, across, along), ratio)
    assert got.across / got.along == pytest.approx(ratio)
    assert (got.across == across and got.along >= along) or (
        got.along == along and got.across >= across
    )


@given(st.floats(1, 500), st.floats(1, 500), st.floats(0.2, 3))
def test_no_smaller_rectangle_of_the_ratio_would_do(w: float, h: float, ratio: float) -> None:
    got = in_ratio(0.0, 0.0, w, h, ratio)
    smaller = got.height - 1
    assert smaller < np.ceil(h) + 1 or math.ceil(ratio * smaller) < np.ceil(w) + 1
