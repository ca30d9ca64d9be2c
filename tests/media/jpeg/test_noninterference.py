"""Invariant 1: what lies in a zone has no influence on a single byte of the output."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.media.jpeg import JpegPhoto, turbo
from efface.regions import Shape
from efface.zones.zone import Zone

from . import samples

SIDES = st.integers(9, 90)
ORIENTATIONS = st.integers(1, 8)
OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("RGB", {"subsampling": 0}),
    ("RGB", {"subsampling": 1}),
    ("RGB", {"subsampling": 2}),
    ("RGB", {"subsampling": 2, "progressive": True}),
    ("RGB", {"subsampling": 1, "optimize": True}),
    ("RGB", {"subsampling": 2, "restart_marker_blocks": 2}),
    ("RGB", {"keep_rgb": True}),
    ("L", {}),
    ("L", {"progressive": True}),
    ("CMYK", {}),
]


@st.composite
def drawn_zones(draw: st.DrawFn, photo: JpegPhoto) -> list[Zone]:
    """One or two zones, some of them reaching past the picture's edge."""
    width, height = photo.sizes[0]
    zones = []
    for _ in range(draw(st.integers(1, 2))):
        x0, y0 = draw(st.integers(-6, width - 1)), draw(st.integers(-6, height - 1))
        x1 = draw(st.integers(max(x0 + 1, 1), width + 9))
        y1 = draw(st.integers(max(y0 + 1, 1), height + 9))
        shape: Shape = draw(st.sampled_from(["box", "rounded"]))
        zones.append(samples.zone(photo, (x0, y0, x1, y1), shape))
    return zones


def _repainted(upright: samples.Pixels, zones: list[Zone], seed: int) -> samples.Pixels:
    """Another scene in the zones as drawn, before they are grown."""
    out = upright.copy()
    other = np.random.default_rng(seed).integers(0, 256, upright.shape).astype(np.uint8)
    for one in zones:
        r = one.rect
        inside = one.mask()
        out[r.y0 : r.y1, r.x0 : r.x1][inside] = other[r.y0 : r.y1, r.x0 : r.x1][inside]
    return out


def test_a_zone_that_is_not_grown_would_not_do() -> None:
    """The growth is needed: blocks on the zone's border saw the face."""
    upright = samples.scene(64, 64)
    first = samples.opened(samples.turned(upright, 1, subsampling=2))
    drawn = samples.zone(first, (20, 20, 37, 37))
    second = samples.opened(samples.turned(_repainted(upright, [drawn], 3), 1, subsampling=2))
    small = samples.zone(first, (35, 35, 37, 37))
    assert samples.written(first, [small]) != samples.written(second, [small])


@settings(max_examples=60)
@given(
    data=st.data(),
    size=st.tuples(SIDES, SIDES),
    orientation=ORIENTATIONS,
    option=st.sampled_from(OPTIONS),
    seed=st.integers(0, 1000),
)
def test_coefficients_in_the_zone_have_no_influence(
    data: st.DataObject,
    size: tuple[int, int],
    orientation: int,
    option: tuple[str, dict[str, Any]],
    seed: int,
) -> None:
    """Any coefficients at all in the grown zones, not only those an encoder would make."""
    mode, options = option
    source = samples.turned(samples.scene(*size), orientation, mode, **options)
    photo = samples.opened(source)
    zones = data.draw(drawn_zones(photo))
    grown = photo.grown(zones)
    rng = np.random.default_rng(seed)

    def scramble(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        inside = ~samples.free_blocks(photo, grown, component, row, len(blocks))
        blocks[inside] = rng.integers(-1000, 1000, (int(inside.sum()), 64))

    flags = turbo.OPTION_PROGRESSIVE if photo._parsed.frame.progressive else 0
    scrambled = turbo.transform(source, scramble, options=flags, scan_limit=100)
    assert samples.written(samples.opened(scrambled), zones) == samples.written(photo, zones)


@settings(max_examples=40)
@given(
    data=st.data(),
    size=st.tuples(SIDES, SIDES),
    factors=st.sampled_from(
        [
            [(2, 2), (1, 2), (1, 2)],
            [(4, 1), (1, 1), (1, 1)],
            [(1, 2), (1, 1), (1, 1)],
            [(1, 1), (2, 2), (1, 1)],
            [(3, 1), (1, 1), (1, 1)],
            [(2, 1), (2, 1), (1, 1)],
            [(4, 2), (1, 1), (1, 1)],
            [(2, 2), (1, 1), (1, 1), (2, 2)],
            [(3, 2), (2, 1), (1, 1)],
            [(2, 2)],
        ]
    ),
)
def test_unusual_sampling_is_kept(
    data: st.DataObject, size: tuple[int, int], factors: list[tuple[int, int]]
) -> None:
    source = samples.odd_sampling(*size, factors)
    photo = samples.opened(source)
    zones = data.draw(drawn_zones(photo))
    once = samples.written(photo, zones)
    grown = photo.grown(zones)
    before, after = samples.coefficients(source), samples.coefficients(once)
    assert before.keys() == after.keys()
    for (component, row), blocks in before.items():
        free = samples.free_blocks(photo, grown, component, row, len(blocks))
        np.testing.assert_array_equal(after[component, row][free], blocks[free])
