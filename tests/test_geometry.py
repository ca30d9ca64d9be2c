import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import Grid, Rect

ints = st.integers(-500, 500)
lengths = st.integers(0, 300)
rects = st.builds(lambda x, y, w, h: Rect(x, y, x + w, y + h), ints, ints, lengths, lengths)
grids = st.builds(
    Grid, st.integers(1, 64), st.integers(1, 64), st.integers(0, 63), st.integers(0, 63)
)


@given(rects, grids)
def test_snapping_grows_to_whole_cells_and_no_further(rect: Rect, grid: Grid) -> None:
    out = rect.snapped(grid)
    assert rect.x0 - grid.step_x < out.x0 <= rect.x0
    assert rect.x1 <= out.x1 < rect.x1 + grid.step_x
    assert rect.y0 - grid.step_y < out.y0 <= rect.y0
    assert rect.y1 <= out.y1 < rect.y1 + grid.step_y
    assert (out.x0 - grid.offset_x) % grid.step_x == (out.x1 - grid.offset_x) % grid.step_x == 0
    assert (out.y0 - grid.offset_y) % grid.step_y == (out.y1 - grid.offset_y) % grid.step_y == 0


@given(rects, st.integers(0, 300), st.integers(0, 300))
def test_clipping_is_the_intersection_with_the_picture(rect: Rect, w: int, h: int) -> None:
    out = rect.clipped(w, h)
    assert out.area == rect.intersection(Rect(0, 0, w, h)).area
    assert 0 <= out.x0 <= out.x1 <= w
    assert 0 <= out.y0 <= out.y1 <= h


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0.01, 1e4), st.floats(0.01, 1e4))
def test_covering_contains_the_floats(x: float, y: float, w: float, h: float) -> None:
    out = Rect.covering(x, y, w, h)
    assert out.x0 <= x
    assert out.y0 <= y
    assert out.x1 >= x + w
    assert out.y1 >= y + h


def test_a_rectangle_turned_inside_out_is_refused() -> None:
    with pytest.raises(ValueError, match="expected x0 <= x1"):
        Rect(2, 0, 1, 1)
