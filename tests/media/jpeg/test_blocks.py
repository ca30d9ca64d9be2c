"""Zones on the block grid, and the constants that fill them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import Rect
from efface.media.coefficients import JpegComponent, JpegFrame
from efface.media.jpeg.blocks import CoveredBlocks, block_rows
from efface.media.jpeg.filled import ColourModel, quantised
from efface.media.orientation import Orientation
from efface.policy import Colour
from efface.regions import Shape
from efface.zones.painting import coverage
from efface.zones.zone import Zone

FACTORS = [[(1, 1)], [(2, 2)], [(1, 1)] * 3, [(2, 1), (1, 1), (1, 1)], [(2, 2), (1, 1), (1, 1)]]


@given(
    data=st.data(),
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    factors=st.sampled_from(FACTORS),
    exif=st.integers(1, 8),
)
def test_covered_blocks_are_those_with_a_covered_pixel(
    data: st.DataObject, size: tuple[int, int], factors: list[tuple[int, int]], exif: int
) -> None:
    """Against a mask of every pixel, for zones that were not grown."""
    width, height = size
    frame = JpegFrame(
        0xC0, width, height, tuple(JpegComponent(i, h, v, 0) for i, (h, v) in enumerate(factors))
    )
    orientation = Orientation.of(exif)
    across, down = orientation.upright_size(width, height)
    x0, y0 = data.draw(st.integers(0, across - 1)), data.draw(st.integers(0, down - 1))
    outer = Rect(
        x0, y0, data.draw(st.integers(x0 + 1, across)), data.draw(st.integers(y0 + 1, down))
    )
    shape: Shape = data.draw(st.sampled_from(["box", "rounded"]))
    zone = Zone("t1", 0, outer, outer, shape)
    covered = CoveredBlocks(frame, orientation, [zone])
    stored = orientation.stored(coverage([zone], across, down))
    wide, high = frame.mcu
    for component in range(len(factors)):
        h, v = frame.blocks_per_mcu(component)
        for row in range(block_rows(frame, component)):
            unit_row = stored[row // v * high : (row // v + 1) * high]
            count = -(-width // wide) * h
            expected = [
                bool(unit_row[:, i // h * wide : (i // h + 1) * wide].any()) for i in range(count)
            ]
            np.testing.assert_array_equal(covered.row(component, row, count), expected)


@pytest.mark.parametrize(
    ("components", "adobe", "rgb", "colour", "expected"),
    [
        (1, None, False, "#ffffff", (255,)),
        (1, None, False, "#ff0000", (76,)),
        (3, None, False, "#000000", (0, 128, 128)),
        (3, None, False, "#ff0000", (76, 85, 255)),
        (3, 0, True, "#102030", (16, 32, 48)),
        (4, 0, False, "#000000", (255, 255, 255, 0)),
        (4, None, False, "#ffffff", (255, 255, 255, 255)),
        (4, 0, False, "#804020", (255, 128, 64, 128)),
        (4, 2, False, "#000000", (0, 128, 128, 0)),
        (4, 2, False, "#ffffff", (0, 128, 128, 255)),
    ],
)
def test_samples_of_a_colour(
    components: int, adobe: int | None, rgb: bool, colour: str, expected: tuple[int, ...]
) -> None:
    pixel = np.array([Colour.parse(colour).rgb], np.uint8)
    assert ColourModel(components, adobe, rgb).samples(pixel).tolist() == [list(expected)]


@given(st.integers(0, 255), st.integers(1, 255))
def test_quantised_constant_is_the_nearest(sample: int, step: int) -> None:
    shown = quantised(sample, step) * step / 8 + 128
    assert abs(shown - sample) <= step / 16 + 1e-9
