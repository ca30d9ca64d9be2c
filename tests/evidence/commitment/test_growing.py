"""A video's zones grown to whole leaves: they cover what they covered, and hide no leaf more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from efface.evidence.commitment.cells import Cells
from efface.evidence.commitment.growing import CellGrid
from efface.evidence.commitment.tree import Mask
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import layout_of
from efface.zones.zone import Zone


@st.composite
def grids(draw: st.DrawFn) -> CellGrid:
    size = draw(st.integers(64, 700)), draw(st.integers(64, 700))
    layout = layout_of(draw(st.sampled_from(["yuv420p", "yuv422p", "yuv444p", "gbrp"])))
    turned = Orientation.of(draw(st.integers(1, 8)))
    cells = Cells.of(size, draw(st.sampled_from([16, 32])), 16)
    return CellGrid(size, turned, layout, cells)


@st.composite
def groups(draw: st.DrawFn, size: tuple[int, int]) -> list[list[Zone]]:
    width, height = size
    out: list[list[Zone]] = []
    for frame in range(24, 24 + draw(st.integers(1, 8))):
        rects = []
        for _ in range(draw(st.integers(0, 2))):
            x0, y0 = draw(st.integers(0, width - 2)), draw(st.integers(0, height - 2))
            x1, y1 = draw(st.integers(x0 + 1, width)), draw(st.integers(y0 + 1, height))
            rects.append(Rect(x0, y0, x1, y1))
        out.append([Zone("t", frame, rect, rect) for rect in rects])
    return out


def cells_of(grid: CellGrid, group: Sequence[Sequence[Zone]]) -> Mask:
    out = np.zeros((grid.cells.rows, grid.cells.columns), bool)
    for zone in (zone for frame in group for zone in frame):
        out |= grid.touched(grid.orientation.stored_rect(zone.rect, *grid.size))
    return out


@given(st.data())
def test_grown_zones_cover_and_leave_nothing_of_a_cell(data: st.DataObject) -> None:
    grid = data.draw(grids())
    upright = grid.orientation.upright_size(*grid.size)
    group = data.draw(groups(upright))
    grown = grid.grown(group)
    assert len(grown) == len(group)
    whole = Rect(0, 0, *upright)
    for number, (before, after) in enumerate(zip(group, grown, strict=True), 24):
        for zone in before:
            assert any(zone.rect.intersection(one.rect) == zone.rect for one in after)
        assert all(
            one.frame == number and one.rect.intersection(whole) == one.rect for one in after
        )
    hidden = cells_of(grid, grown)
    assert not (cells_of(grid, group) & ~hidden).any()
    across, down = grid.cells.edges(*grid.size)
    left = np.ones((grid.size[1], grid.size[0]), bool)
    for zone in grown[0]:
        rect = grid.orientation.stored_rect(zone.rect, *grid.size)
        left[rect.y0 : rect.y1, rect.x0 : rect.x1] = False
    for row, column in np.argwhere(hidden).tolist():  # nothing is left of a cell but its edge
        inside = left[
            down[row] + 4 : down[row + 1] - 4, across[column] + 4 : across[column + 1] - 4
        ]
        assert not inside.any()
    assert len({tuple(one.rect for one in frame) for frame in grown}) == 1


def test_a_moving_zone_fills_its_cells_in_all_frames() -> None:
    grid = CellGrid((320, 240), Orientation.of(1), layout_of("yuv420p"), Cells(16, 12))
    moving = [[Zone("t", n, r, r)] for n in range(8) if (r := Rect(30 + n, 30, 50 + n, 50))]
    (zone, *others) = {one.rect for frame in grid.grown(moving) for one in frame}
    assert {zone, *others} == {Rect(20, 20, 60, 60)}


def test_no_zone_stays_none() -> None:
    grid = CellGrid((320, 240), Orientation.of(1), layout_of("yuv420p"), Cells(16, 12))
    assert grid.grown([[], [], []]) == ((), (), ())
