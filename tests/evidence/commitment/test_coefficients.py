"""JPEG: every coefficient outside the zones is proven, in every kind of JPEG efface keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evidence.commitment.redacting import Case, case
from tests.media.jpeg.samples import (
    SUBSAMPLINGS,
    encoded,
    inserted,
    odd_sampling,
    opened,
    scene,
    turned,
    with_adobe_transform,
    zone,
)
from tests.media.metadata.profiles import display

from efface.evidence.commitment import coefficients
from efface.evidence.commitment.opening import content_of
from efface.media.jpeg import headers, structure, turbo
from efface.media.jpeg.blocks import block_rows

SIZE = 140, 100
PICTURE = scene(*SIZE)
BOX = 50, 30, 90, 70
JPEGS: dict[str, Callable[[], bytes]] = {
    **{name: partial(encoded, PICTURE, subsampling=s) for name, s in SUBSAMPLINGS.items()},
    "progressive": lambda: encoded(PICTURE, subsampling=2, progressive=True),
    "grey": lambda: encoded(PICTURE, "L"),
    "inks": lambda: with_adobe_transform(encoded(PICTURE, "CMYK"), 2),
    "restarts": lambda: encoded(PICTURE, restart_marker_blocks=3),
    "odd-sampling": lambda: odd_sampling(97, 75, [(2, 1), (1, 2), (1, 1)]),
    "thirds": lambda: odd_sampling(97, 75, [(3, 1), (1, 1), (1, 1)]),
    "low": lambda: encoded(scene(150, 35), subsampling=2),
}


def held(data: bytes, box: tuple[int, int, int, int] = BOX) -> Case:
    photo = opened(data)
    return case(photo, [zone(photo, box)])


def with_coefficient(data: bytes, component: int, row: int, block: int, at: int) -> bytes:
    """A file in which one coefficient is another, and nothing else."""
    photo = opened(data)
    frame, head = photo._parsed.frame, photo._headers

    def rows(c: int, r: int, blocks: NDArray[np.int16]) -> None:
        if (c, r) == (component, row):
            blocks[block, at] += 1 if blocks[block, at] <= 0 else -1

    options = turbo.OPTION_PROGRESSIVE if frame.progressive else turbo.OPTION_OPTIMIZE
    again = photo._transformed(rows, options)
    return headers.assembled(
        [
            *headers.colour_segments(head),
            *headers.metadata_segments(head.orientation, head.icc, head.adobe_rgb),
            *headers.coding_parts(again, structure.parse(again)),
        ]
    )


@pytest.mark.parametrize("name", JPEGS)
def test_what_efface_writes_is_proven(name: str) -> None:
    one = held(JPEGS[name]())
    result = one.check(opened(one.redacted))
    assert result.ok, result.says
    assert result.ring == 0
    assert result.hidden > 0
    assert "of the committed original" in result.says


@pytest.mark.parametrize("name", JPEGS)
def test_one_coefficient_anywhere(name: str) -> None:
    """In a zone it is no matter; anywhere else the unit is named."""
    one, rng = held(JPEGS[name]()), np.random.default_rng(7)
    photo = opened(one.redacted)
    frame, (wide, high) = photo._parsed.frame, photo._parsed.frame.mcu
    hidden = content_of(photo).hidden(one.zones).pages[0]
    seen = set()
    for _ in range(12):
        component = int(rng.integers(len(frame.components)))
        across, down = frame.blocks_per_mcu(component)
        row = int(rng.integers(block_rows(frame, component)))
        block, at = int(rng.integers(frame.width * across // wide)), int(rng.integers(64))
        forged = with_coefficient(one.redacted, component, row, block, at)
        result = one.check(opened(forged))
        y, x = row // down, block // across
        seen.add(hidden[y, x])
        if hidden[y, x]:
            assert result.ok
            continue
        assert result.failure == "changed"
        right, bottom = min(x * wide + wide, frame.width), min(y * high + high, frame.height)
        assert result.where == f"x {x * wide} to {right - 1}, y {y * high} to {bottom - 1}"
    assert False in seen


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_pictures(orientation: int) -> None:
    """Zones and places are upright, leaves are not."""
    one = held(turned(PICTURE, orientation, subsampling=2), (0, 0, 40, 20))
    photo = opened(one.redacted)
    assert one.check(photo).ok
    upright = np.zeros(SIZE[::-1], bool)
    for z in one.zones:
        upright[z.rect.y0 : z.rect.y1, z.rect.x0 : z.rect.x1] = True
    stored = photo._orientation.stored(upright)
    hidden = content_of(photo).hidden(one.zones).pages[0]
    for y, x in np.ndindex(hidden.shape):
        assert hidden[y, x] == stored[16 * y : 16 * y + 16, 16 * x : 16 * x + 16].any()
    y, x = np.argwhere(~hidden)[-1].tolist()
    result = one.check(opened(with_coefficient(one.redacted, 0, 2 * y, 2 * x, 5)))
    assert result.where is not None
    x0, x1, y0, y1 = (int(word.rstrip(",")) for word in result.where.split() if word[0].isdigit())
    shown = np.zeros_like(upright)
    shown[y0 : y1 + 1, x0 : x1 + 1] = True
    unit = np.zeros_like(stored)
    unit[16 * y : 16 * y + 16, 16 * x : 16 * x + 16] = True
    assert np.array_equal(photo._orientation.stored(shown), unit)


def test_other_tables_sizes_and_headers() -> None:
    one = held(encoded(PICTURE, subsampling=2))
    icc = inserted(one.redacted, 0xE2, b"ICC_PROFILE\0\1\1" + display())
    others = {
        "components": encoded(PICTURE, subsampling=2, quality=84),
        "leaf, components": encoded(PICTURE, subsampling=0),
        "size": encoded(PICTURE[:, 1:], subsampling=2),
        "orientation": turned(PICTURE, 2, subsampling=2),
        "profile": icc,
    }
    for what, data in others.items():
        result = one.check(opened(data))
        assert result.failure == "another-picture"
        assert result.says == f"The file differs from what was committed in its {what}."


def test_the_unredacted_face_in_place_of_the_fill_is_no_matter_of_this_proof() -> None:
    """What the zones hide is not looked at here: the original passes as a redaction of itself."""
    data = encoded(PICTURE, subsampling=2)
    one = held(data)
    assert one.check(opened(data)).ok


def test_units_share_leaves_in_large_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coefficients, "LEAVES", 70)
    data = encoded(PICTURE, subsampling=0)
    photo = opened(data)
    one = held(data)
    content = content_of(photo)
    assert content.parameters["leaf"] == [16, 16]
    assert one.check(opened(one.redacted)).ok
    assert one.zones[0].rect.x0 % 16 == one.zones[0].rect.y1 % 16 == 0
    forged = with_coefficient(one.redacted, 1, 12, 17, 9)
    assert one.check(opened(forged)).where == "x 128 to 139, y 96 to 99"
    coarse = case(photo, [zone(photo, (56, 32, 96, 72))], to_leaves=False)
    result = coarse.check(opened(coarse.redacted))
    assert result.ok
    assert result.ring == 48 * 48 - 40 * 40


@pytest.mark.parametrize(
    ("size", "mcu", "leaf"),
    [
        ((5760, 3840), (2, 2), (16, 16)),
        ((5760, 3840), (2, 1), (16, 16)),
        ((5760, 3840), (1, 1), (16, 16)),
        ((8192, 6144), (2, 2), (32, 16)),
        ((640, 480), (1, 1), (8, 8)),
    ],
)
def test_how_large_leaves_are(
    size: tuple[int, int], mcu: tuple[int, int], leaf: tuple[int, int]
) -> None:
    factors = [mcu, (1, 1), (1, 1)]
    photo: Any = opened(odd_sampling(8, 8, factors))
    frame = type(photo._parsed.frame)(0xC0, *size, photo._parsed.frame.components)
    assert coefficients.leaf_of(frame) == leaf
