"""Figures of cells: as their text says, in whole numbers, whichever way the picture lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.evidence.commitment.cells import Squares
from efface.evidence.commitment.figures import (
    DEAD_ZONE,
    MOST_FRAMES,
    SCALE,
    FigureGrid,
    FigurePool,
    Figures,
    video_grid,
)

Plane = NDArray[np.uint8]


def pooled(grid: FigureGrid, *frames: list[Plane]) -> Figures:
    pool = FigurePool(grid)
    for frame in frames:
        pool.add(frame)
    return pool.take()


def plain(grid: FigureGrid, frames: list[list[Plane]]) -> list[list[list[int]]]:
    """The same in so many words, cell by cell; cells are leaves."""
    cells = grid.cells
    out = []
    for number in range(cells.number):
        box = cells.rect(number, grid.size)
        parts = [frame[0][box.y0 : box.y1, box.x0 : box.x1].astype(int) for frame in frames]
        whole = [[int(v) for part in parts for v in part.ravel()]]
        for other in range(1, 1 + grid.others):
            here: list[int] = []
            for frame in frames:
                plane = frame[other]
                xs, ys = cells.edges(plane.shape[1], plane.shape[0])
                row, column = divmod(number, cells.columns)
                cut = plane[ys[row] : ys[row + 1], xs[column] : xs[column + 1]]
                here += [int(v) for v in cut.ravel()]
            whole.append(here)
        for axis in (1, 0):
            steps = [np.abs(np.diff(part, axis=axis)).ravel() for part in parts]
            whole.append([max(int(v) - DEAD_ZONE, 0) for step in steps for v in step])
        out.append([*(rounded(v, 1) for v in whole), rough(parts)])
    return [out[row * cells.columns : (row + 1) * cells.columns] for row in range(cells.rows)]


def rounded(values: list[int], of: int) -> int:
    count = len(values) * of
    return (2 * SCALE * sum(values) + count) // (2 * count) if values else 0


def rough(parts: list[NDArray[np.int_]]) -> int:
    """Of one cell; it begins at an even pixel."""
    both: list[list[int]] = [[], []]
    for part in parts:
        height, width = (side // 2 for side in part.shape)
        squares = np.array(
            [
                [part[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].sum() for x in range(width)]
                for y in range(height)
            ]
        ).reshape(height, width)
        for axis in (1, 0):
            if min(squares.shape):
                both[axis] += np.abs(np.diff(squares, axis=axis)).ravel().tolist()
    return sum(rounded(found, 4) for found in both)


@given(
    st.integers(1, 70), st.integers(1, 50), st.integers(1, 3), st.booleans(), st.integers(0, 999)
)
@settings(max_examples=40, deadline=None)
def test_figures_are_what_their_text_says(
    width: int, height: int, frames: int, halved: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    shift = int(halved)
    small = -(-height >> shift), -(-width >> shift)
    grid = FigureGrid((width, height), 16)
    pictures = [
        [rng.integers(0, 256, shape, np.uint8) for shape in ((height, width), small, small)]
        for _ in range(frames)
    ]
    assert pooled(grid, *pictures).tolist() == plain(grid, pictures)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_a_picture_on_its_side_has_the_same_figures_on_their_side(
    width: int, height: int, seed: int
) -> None:
    planes = [
        np.random.default_rng(seed + n).integers(0, 256, (height, width), np.uint8)
        for n in range(3)
    ]
    upright = pooled(FigureGrid((width, height), 16), planes)
    turned = pooled(FigureGrid((height, width), 16), [plane.T for plane in planes])
    assert np.array_equal(turned[..., [0, 1, 2, 4, 3, 5]], upright.transpose(1, 0, 2))


def test_squares_lie_on_the_blocks_of_codecs() -> None:
    assert Squares.of_side((100, 40), 16).edges(100, 40) == (
        [0, 16, 32, 48, 64, 80, 100],
        [0, 16, 32, 40],
    )
    assert Squares.of_side((101, 41), 16).edges(51, 21) == (
        [0, 8, 16, 24, 32, 40, 51],
        [0, 8, 16, 21],
    )
    assert Squares.of_side((5, 7), 16).edges(5, 7) == ([0, 5], [0, 7])


@given(st.integers(1, 9000), st.sampled_from([16, 32, 64]), st.integers(0, 2))
def test_edges_of_chroma_are_those_of_the_picture(length: int, side: int, shift: int) -> None:
    squares = Squares.of_side((length, length), side)
    across, _ = squares.edges(length, length)
    part = -(-length >> shift)
    assert squares.edges(part, part)[0] == [*(edge >> shift for edge in across[:-1]), part]


def test_a_hidden_cell_tells_its_neighbour_nothing() -> None:
    """What lies in it, and what it is filled with, changes no other cell's figures."""
    rng = np.random.default_rng(3)
    plane = rng.integers(0, 256, (64, 64), np.uint8)
    other = plane.copy()
    other[16:32, 16:32] = 0
    grid = FigureGrid((64, 64), 16, others=0)
    apart = (pooled(grid, [plane]) != pooled(grid, [other])).any(axis=2)
    assert np.argwhere(apart).tolist() == [[1, 1]]


def test_leaves_of_four_cells() -> None:
    rng = np.random.default_rng(4)
    plane = rng.integers(0, 256, (70, 100), np.uint8)
    fine = pooled(FigureGrid((100, 70), 16, others=0), [plane])
    grid = FigureGrid((100, 70), 16, 2, others=0)
    leaves = pooled(grid, [plane])
    assert leaves.shape == (grid.leaves.rows, grid.leaves.columns, grid.a_leaf) == (2, 3, 13)
    own = [fine[row, column, :3] for row in (2, 3) for column in (2, 3)]
    assert leaves[1, 1, :12].tolist() == np.concatenate(own).tolist()
    assert grid.leaves.edges(100, 70) == ([0, 32, 64, 100], [0, 32, 70])


def test_an_odd_number_of_cells_is_filled_up() -> None:
    plane = np.full((48, 48), 9, np.uint8)
    leaves = pooled(FigureGrid((48, 48), 16, 2, others=0), [plane])
    assert leaves[1, 1].tolist() == [9 * SCALE, *[0] * 12]


@pytest.mark.parametrize(
    ("size", "side", "joined"),
    [((640, 480), 16, 1), ((1920, 1080), 16, 2), ((2560, 1440), 16, 2), ((3840, 2160), 32, 1)],
)
def test_cells_of_videos(size: tuple[int, int], side: int, joined: int) -> None:
    grid = video_grid(size, 2)
    assert (grid.side, grid.joined) == (side, joined)


@pytest.mark.parametrize("frames", [0, MOST_FRAMES + 1])
def test_none_or_too_many_frames(frames: int) -> None:
    pool = FigurePool(FigureGrid((4, 4), 16, others=0))
    for _ in range(frames):
        pool.add([np.full((4, 4), 255, np.uint8)])
    with pytest.raises(ValueError, match="expected 1 to 257 frames"):
        pool.take()


def test_as_many_frames_as_sums_hold() -> None:
    frame = [np.full((4, 4), 255, np.uint8)]
    grid = FigureGrid((4, 4), 16, others=0)
    assert pooled(grid, *[frame] * MOST_FRAMES)[0, 0, 0] == 255 * SCALE
