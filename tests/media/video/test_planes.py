"""Filling zones in the samples of every pixel format."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import pytest

from efface.errors import RefusedError
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.filled import PlaneFill
from efface.media.video.planes import layout_of, stored_rect
from efface.media.video.signal import signal_of
from efface.policy import Colour
from efface.zones.filling import ConstantFilling, Filling
from efface.zones.zone import Zone

FORMATS = ("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "gray",
           "nv12", "nv21", "nv16", "p010le", "yuv420p10le", "yuv422p12le", "yuv444p16le",
           "yuva420p", "gray10le", "gray16le", "gbrp", "gbrp10le", "gbrap", "rgb24", "bgr24",
           "rgba", "bgra", "argb", "abgr", "rgb0", "bgr0", "0rgb", "0bgr", "rgb48le", "rgba64le",
           "yuyv422", "uyvy422")  # fmt: skip
COLOUR = Colour(200, 40, 90)
SOLID = ConstantFilling(COLOUR)
UPRIGHT = Orientation.of(1)


def noise(form: str, width: int, height: int) -> av.VideoFrame:
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=form)


def fill_of(
    form: str, orientation: Orientation = UPRIGHT, filling: Filling = SOLID, matrix: int = 2
) -> PlaneFill:
    signal = signal_of(form, matrix, 0, 64, 48)
    return PlaneFill.of(filling, layout_of(form), signal, orientation)


def planes(frame: av.VideoFrame) -> list[Any]:
    layout = layout_of(frame.format.name)
    return [layout.samples(frame, c).copy() for c in layout.components]


def zone(rect: Rect, shape: Any = "box") -> Zone:
    return Zone("t", 0, rect, rect, shape=shape)


@pytest.mark.parametrize("form", FORMATS)
def test_the_zone_has_the_colour_and_the_rest_stays(form: str) -> None:
    frame = noise(form, 64, 48)
    before = planes(frame)
    rect = Rect(16, 16, 48, 32)
    fill, layout = fill_of(form), layout_of(form)
    fill.paint(frame, [zone(rect)])
    parts = zip(layout.components, fill.values, before, planes(frame), strict=True)
    for component, value, old, new in parts:
        x, y = component.log2_x, component.log2_y
        part = np.s_[rect.y0 >> y : rect.y1 >> y, rect.x0 >> x : rect.x1 >> x]
        assert (new[part] == value << layout.shift).all()
        new[part] = old[part]
        assert (new == old).all()
    rgb = frame.reformat(format="rgb24").to_ndarray()[20:28, 22:42]
    wanted = [COLOUR.luma] * 3 if form.startswith("gray") else COLOUR.rgb
    assert np.abs(rgb.astype(int) - wanted).max() <= 12  # swscale rounds


@pytest.mark.parametrize("exif", range(1, 9))
@pytest.mark.parametrize("form", ["yuv420p", "nv12", "yuv444p"])
@pytest.mark.parametrize("shape", ["box", "rounded"])
def test_zones_lie_where_a_viewer_sees_them(exif: int, form: str, shape: str) -> None:
    orientation = Orientation.of(exif)
    frame = noise(form, 61, 43)
    width, height = orientation.upright_size(61, 43)
    rect = Rect(3, 5, 24, 30).clipped(width, height)
    painted = zone(rect, shape)
    fill = fill_of(form, orientation)
    fill.paint(frame, [painted])
    layout = layout_of(form)
    luma = orientation.upright(layout.samples(frame, layout.main))
    inside = luma[rect.y0 : rect.y1, rect.x0 : rect.x1][painted.mask()]
    assert (inside == fill.values[0]).all()
    at = stored_rect(rect, orientation, 61, 43)
    assert (orientation.upright(layout.samples(frame, layout.main)[at.y0 : at.y1, at.x0 : at.x1])
            == luma[rect.y0 : rect.y1, rect.x0 : rect.x1]).all()  # fmt: skip
    # every chroma sample that a filled pixel uses is filled
    mask = np.zeros((height, width), bool)
    mask[rect.y0 : rect.y1, rect.x0 : rect.x1] = painted.mask()
    stored = orientation.stored(mask)
    for component, value in zip(layout.components[1:], fill.values[1:], strict=True):
        x, y = component.log2_x, component.log2_y
        rows, columns = np.nonzero(stored)
        assert (layout.samples(frame, component)[rows >> y, columns >> x] == value).all()


@pytest.mark.parametrize(
    ("colour", "matrix", "bits", "full", "expected"),
    [
        # ITU-R BT.601 and BT.709, 8 and 10 bits
        (Colour(0, 0, 0), 6, "yuv420p", 1, (16, 128, 128)),
        (Colour(255, 255, 255), 1, "yuv420p", 1, (235, 128, 128)),
        (Colour(255, 0, 0), 6, "yuv420p", 1, (81, 90, 240)),
        (Colour(255, 0, 0), 1, "yuv420p", 1, (63, 102, 240)),
        (Colour(0, 0, 255), 1, "yuv420p10le", 1, (127, 960, 471)),
        (Colour(255, 0, 0), 6, "yuv420p", 2, (76, 85, 255)),
        (Colour(255, 255, 255), 9, "yuv420p10le", 2, (1023, 512, 512)),
        (Colour(1, 2, 3), 0, "gbrp", 2, (2, 3, 1)),
    ],
)
def test_colours(
    colour: Colour, matrix: int, bits: str, full: int, expected: tuple[int, ...]
) -> None:
    signal = signal_of(bits, matrix, full, 640, 480)
    fill = PlaneFill.of(ConstantFilling(colour), layout_of(bits), signal, UPRIGHT)
    assert fill.values == expected


def test_what_is_not_stated_is_taken_as_players_do() -> None:
    assert signal_of("yuv420p", 2, 0, 640, 480).matrix == 6
    assert signal_of("yuv420p", 2, 0, 1280, 720).matrix == 1
    assert not signal_of("yuv420p", 2, 0, 640, 480).full_range
    assert signal_of("yuvj420p", 2, 0, 640, 480).full_range
    assert signal_of("gbrp", 2, 0, 640, 480).full_range


@pytest.mark.parametrize("form", ["pal8", "monob", "rgb565le", "yuv420p10be", "xyz12le"])
def test_other_formats_are_refused_by_name(form: str) -> None:
    with pytest.raises(RefusedError, match=form):
        layout_of(form)
