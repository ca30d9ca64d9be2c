import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import Grid, Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Media, Regions, Track
from efface.zones.growth import zone_of, zones_of
from efface.zones.painting import coverage
from efface.zones.zone import Zone

WIDTH, HEIGHT = 97, 61

box = st.builds(
    Box,
    st.just(0),
    st.floats(-40, 110),
    st.floats(-40, 80),
    st.floats(0.5, 60),
    st.floats(0.5, 60),
)
shapes = st.sampled_from(["box", "rounded"])
grids = st.builds(
    Grid,
    st.sampled_from([8, 16, 32]),
    st.sampled_from([8, 16]),
    st.integers(0, 7),
    st.integers(0, 7),
)


def track(b: Box, **more: object) -> Track:
    return Track("t1", (b,), **more)  # type: ignore[arg-type]


@given(box, st.floats(1.6, 4), st.floats(1.6, 4), shapes)
def test_the_whole_face_box_is_covered(b: Box, across: float, along: float, shape: str) -> None:
    policy = ZonePolicy(across, along, 0, shape)  # type: ignore[arg-type]
    zone = zone_of(track(b), b, policy, WIDTH, HEIGHT)
    covered = coverage([zone], WIDTH, HEIGHT)
    face = Rect.covering(b.x, b.y, b.width, b.height).clipped(WIDTH, HEIGHT)
    # pixels that lie wholly inside the face box
    inner = covered[
        max(int(np.ceil(b.y)), 0) : max(int(np.floor(b.y + b.height)), 0),
        max(int(np.ceil(b.x)), 0) : max(int(np.floor(b.x + b.width)), 0),
    ]
    assert inner.all()
    assert not face.area or zone.rect.intersection(face).area == face.area


def test_growth_reaches_the_last_row_and_column() -> None:
    b = Box(0, WIDTH - 6, HEIGHT - 6, 5, 5)
    zone = zone_of(track(b), b, ZonePolicy(), WIDTH, HEIGHT)
    assert (zone.rect.x1, zone.rect.y1) == (WIDTH, HEIGHT)


def test_a_body_is_below_a_head() -> None:
    b = Box(0, 30, 10, 6, 5)
    head = zone_of(track(b), b, ZonePolicy(), WIDTH, HEIGHT).rect
    body = zone_of(track(b), b, ZonePolicy(below=3), WIDTH, HEIGHT).rect
    assert (body.x0, body.y0, body.x1) == (head.x0, head.y0, head.x1)
    assert head.height * 1.4 < body.y1 - head.y1 < head.height * 1.6, "three of two face boxes"


def test_a_drawn_zone_is_taken_as_drawn() -> None:
    b = Box(0, 10.5, 10, 20, 20)
    zone = zone_of(track(b, zone=True), b, ZonePolicy(3, 3, 9), WIDTH, HEIGHT)
    assert zone.rect == Rect(10, 10, 31, 30)


def test_a_rounded_zone_at_the_border_is_cut_not_squeezed() -> None:
    b = Box(0, -20, 10, 40, 40)
    zone = zone_of(track(b, shape="rounded"), b, ZonePolicy(1.6, 1.6, 0), WIDTH, HEIGHT)
    mask = zone.mask()
    assert mask[:, 0].sum() > mask[:, -1].sum()  # the left edge of the picture is its middle
    assert not zone.mask()[0, -1]


@given(box, grids, st.integers(0, 2), shapes)
def test_on_a_grid_every_touched_cell_is_filled_whole(
    b: Box, grid: Grid, spill: int, shape: str
) -> None:
    free = zone_of(track(b, shape=shape), b, ZonePolicy(), WIDTH, HEIGHT)
    zone = free.on_grid(grid, spill, spill, WIDTH, HEIGHT)
    covered = coverage([zone], WIDTH, HEIGHT)
    assert not (coverage([free], WIDTH, HEIGHT) & ~covered).any()
    rows = (np.arange(HEIGHT) - grid.offset_y) // grid.step_y
    columns = (np.arange(WIDTH) - grid.offset_x) // grid.step_x
    for row in np.unique(rows):
        for column in np.unique(columns):
            cell = covered[rows == row][:, columns == column]
            assert cell.all() or not cell.any()


def test_a_rounded_zone_on_a_grid_is_a_staircase() -> None:
    zone = Zone("t", 0, Rect(0, 0, 192, 192), Rect(0, 0, 192, 192), "rounded")
    mask = zone.on_grid(Grid(8, 8), 0, 0, 192, 192).mask()
    assert not mask[:8, :8].any()
    assert mask[96, 0]
    assert mask[0, 96]


def test_kept_tracks_make_no_zone() -> None:
    media = Media("a", "", "image", WIDTH, HEIGHT)
    inside = Box(0, 1, 1, 9, 9)
    regions = Regions(media, (Track("t1", (inside,)), Track("t2", (inside,), action="keep")))
    assert [z.track for z in zones_of(regions, ZonePolicy())] == ["t1"]


@pytest.mark.parametrize("x", [WIDTH, -9.0, 500.0])
def test_a_box_outside_is_an_error_and_not_left_out(x: float) -> None:
    media = Media("a", "", "image", WIDTH, HEIGHT)
    regions = Regions(media, (Track("t1", (Box(0, x, 1, 9, 9),)),))
    with pytest.raises(ValueError, match="outside"):
        zones_of(regions, ZonePolicy())
