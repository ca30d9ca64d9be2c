"""Invariant 2: outside the zones every coefficient, table and shown pixel is as it was."""

from __future__ import annotations

import io
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from efface.errors import VerificationError
from efface.media.jpeg import structure, turbo
from efface.policy import Colour, EncodePolicy
from efface.zones.filling import ConstantFilling
from efface.zones.painting import coverage

from . import samples

KINDS: list[tuple[str, dict[str, Any]]] = [
    ("RGB", {"subsampling": 0}),
    ("RGB", {"subsampling": 1, "progressive": True}),
    ("RGB", {"subsampling": 2}),
    ("RGB", {"subsampling": 2, "restart_marker_rows": 1}),
    ("RGB", {"keep_rgb": True}),
    ("L", {"optimize": True}),
    ("CMYK", {}),
    ("CMYK", {"progressive": True}),
]


def _shown(jpeg: bytes) -> samples.Pixels:
    """As Pillow, with its own copy of libjpeg, shows it."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def _tables(jpeg: bytes) -> Any:
    with Image.open(io.BytesIO(jpeg)) as image:
        return getattr(image, "quantization", None), image.info.get("progressive"), image.mode


@settings(max_examples=80)
@given(
    size=st.tuples(st.integers(9, 90), st.integers(9, 90)),
    corner=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    orientation=st.integers(1, 8),
    kind=st.sampled_from(KINDS),
)
def test_every_coefficient_outside_is_unchanged(
    size: tuple[int, int],
    corner: tuple[float, float, float, float],
    orientation: int,
    kind: tuple[str, dict[str, Any]],
) -> None:
    mode, options = kind
    source = samples.turned(samples.scene(*size), orientation, mode, **options)
    photo = samples.opened(source)
    x0, y0 = int(corner[0] * (size[0] - 1)), int(corner[1] * (size[1] - 1))
    x1, y1 = x0 + 1 + int(corner[2] * 40), y0 + 1 + int(corner[3] * 40)
    zones = [samples.zone(photo, (x0, y0, x1, y1))]
    output = samples.written(photo, zones)
    grown = photo.grown(zones)
    before, after = samples.coefficients(source), samples.coefficients(output)
    assert before.keys() == after.keys()
    for (component, row), blocks in before.items():
        free = samples.free_blocks(photo, grown, component, row, len(blocks))
        np.testing.assert_array_equal(after[component, row][free], blocks[free])
        filled = after[component, row][~free]
        assert not filled[:, 1:].any()
        assert len(np.unique(filled[:, 0])) <= 1
    assert _tables(source) == _tables(output)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_pixels_shown_outside_are_the_same_in_another_decoder(
    orientation: int, kind: tuple[str, dict[str, Any]]
) -> None:
    mode, options = kind
    source = samples.turned(samples.scene(93, 71), orientation, mode, **options)
    photo = samples.opened(source)
    zones = [
        samples.zone(photo, (31, 22, 50, 40), "rounded"),
        samples.zone(photo, (88, 66, 93, 71)),
    ]
    output = samples.written(photo, zones)
    grown = photo.grown(zones)
    before, after = _shown(source), _shown(output)
    covered = coverage(grown, 93, 71)
    # A reader smooths subsampled colour over two pixels past a zone's edge.
    near = covered.copy()
    for shift in (-2, -1, 1, 2):
        near |= np.roll(covered, shift, 0) | np.roll(covered, shift, 1)
    for shift in (-2, -1, 1, 2):
        near |= np.roll(near, shift, 0)
    np.testing.assert_array_equal(after[~near], before[~near])
    drawn = coverage(zones, 93, 71)
    # One colour up to the drawn edge: no neighbour's colour is smoothed into it.
    assert len(np.unique(after[drawn], axis=0)) == 1
    assert len(np.unique(before[drawn], axis=0)) > 50
    np.testing.assert_array_equal(samples.opened(output).picture(0).shape, (71, 93, 3))


def _kind_of_jpeg(name: str) -> bytes:
    picture = samples.scene(80, 64)
    if name == "ycck":
        return samples.with_adobe_transform(samples.encoded(picture, "CMYK"), 2)
    if name == "cmyk-plain":
        cmyk = samples.encoded(picture, "CMYK")
        at = cmyk.index(b"\xff\xee")
        return cmyk[:at] + cmyk[at + 16 :]
    if name.startswith("arithmetic"):
        flags = turbo.OPTION_ARITHMETIC | (turbo.OPTION_PROGRESSIVE if "prog" in name else 0)
        return turbo.transform(
            samples.encoded(picture), lambda *_: None, options=flags, scan_limit=100
        )
    if name[0] == "4":
        return bytes(imagecodecs.jpeg8_encode(picture, level=90, subsampling=name))
    mode = {"gray": "L", "cmyk": "CMYK"}.get(name, "RGB")
    return samples.encoded(picture, mode, subsampling=0, keep_rgb=name == "rgb")


NAMES = [
    *("444", "422", "420", "440", "411", "gray", "rgb", "cmyk", "cmyk-plain", "ycck"),
    *("arithmetic", "arithmetic-prog"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("colour", ["#c81e28", "#000000", "#ffffff", "#123456"])
def test_the_fill_shows_as_the_asked_colour(name: str, colour: str) -> None:
    wanted = Colour.parse(colour)
    photo = samples.opened(_kind_of_jpeg(name))
    zones = [samples.zone(photo, (24, 16, 60, 50))]
    again = samples.opened(samples.written(photo, zones, wanted))
    shown = again.picture(0)[22:44, 30:54].reshape(-1, 3).astype(int)
    expected = (wanted.luma,) * 3 if name == "gray" else wanted.rgb
    # Rounding of a DC step to the picture's quantisation, and of the colour transform.
    steps = max(table[0] for table in photo._tables)
    assert np.abs(shown - expected).max() <= 2 + steps // 8


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_decoded_as_elsewhere(name: str) -> None:
    source = _kind_of_jpeg(name)
    if name.startswith("arithmetic"):
        expected = samples.opened(samples.encoded(samples.scene(80, 64))).picture(0)
    else:
        expected = _shown(source)
    shown = samples.opened(source).picture(0)
    assert shown.flags.c_contiguous
    assert np.abs(shown.astype(int) - expected).max() <= 2


def test_a_progressive_file_stays_progressive_and_an_arithmetic_one_arithmetic() -> None:
    for source in (
        samples.encoded(samples.scene(60, 40), progressive=True),
        _kind_of_jpeg("arithmetic"),
        _kind_of_jpeg("arithmetic-prog"),
    ):
        photo = samples.opened(source)
        frame = structure.parse(samples.written(photo, [samples.zone(photo, (9, 9, 20, 20))])).frame
        before = photo._parsed.frame
        assert (frame.progressive, frame.arithmetic) == (before.progressive, before.arithmetic)


def test_restart_markers_are_left_out_and_that_is_said() -> None:
    photo = samples.opened(samples.encoded(samples.scene(60, 40), restart_marker_blocks=1))
    out = io.BytesIO()
    notes = photo.write((), ConstantFilling(samples.RED), EncodePolicy(), out).notes
    assert any("Restart markers" in note for note in notes)
    assert structure.parse(out.getvalue()).restart_interval == 0


def test_density_and_colour_segments_are_kept() -> None:
    for options in ({"dpi": (300, 200)}, {"mode": "CMYK"}, {"keep_rgb": True}):
        photo = samples.opened(samples.encoded(samples.scene(30, 20), **options))
        again = samples.opened(samples.written(photo, []))
        assert again._headers.density == photo._headers.density
        assert again._headers.adobe == photo._headers.adobe
    assert photo._headers.adobe == 0


def test_without_a_zone_the_picture_is_the_same() -> None:
    source = samples.turned(samples.scene(50, 70), 5)
    np.testing.assert_array_equal(
        _shown(samples.written(samples.opened(source), [])), _shown(source)
    )


@pytest.mark.parametrize("change", ["outside", "inside", "missing", "quality", "mode", "size"])
def test_compare_sees_every_kind_of_difference(change: str) -> None:
    """One coefficient is enough."""
    source = samples.encoded(samples.scene(64, 64), subsampling=0)
    photo = samples.opened(source)
    zones = photo.grown([samples.zone(photo, (20, 20, 30, 30))])
    good = samples.written(photo, [samples.zone(photo, (20, 20, 30, 30))])

    def touch(component: int, row: int, blocks: Any) -> None:
        if (component, row) == (1, 7) and change == "outside":
            blocks[7, 63] += 1
        if (component, row) == (2, 2) and change == "inside":
            blocks[2, 1] += 1

    other = {
        "quality": samples.encoded(samples.scene(64, 64), quality=84, subsampling=0),
        "mode": samples.encoded(samples.scene(64, 64), progressive=True, subsampling=0),
        "size": samples.encoded(samples.scene(64, 63), subsampling=0),
        "missing": source,
    }.get(change) or turbo.transform(good, touch, options=0, scan_limit=100)
    with pytest.raises(VerificationError):
        photo.compare(samples.opened(other), zones, ConstantFilling(samples.RED))
