"""Pictures in zones, in the samples of every pixel format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.video.reformatter import Interpolation
from numpy.typing import NDArray
from tests.fillings import MirrorFilling, PictureFilling, soft
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.media.video.test_planes import (
    COLOUR,
    FORMATS,
    SOLID,
    fill_of,
    noise,
    planes,
    zone,
)

from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.filled import PlaneFill
from efface.media.video.planes import layout_of
from efface.media.video.signal import Signal
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy, ZonePolicy
from efface.regions import Box, Media, Regions, Track
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection
from efface.zones.filling import BLANK, Filling, Surroundings
from efface.zones.moving import MovingZones
from efface.zones.zone import Zone

ZONES = [zone(Rect(5, 7, 22, 30), "rounded"), zone(Rect(17, 3, 40, 33)), zone(Rect(35, 37, 48, 48))]
"""Odd edges, one across another, and one in the corner."""


EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


def decoded(frame: av.VideoFrame, matrix: int, colour_range: int) -> NDArray[np.uint8]:
    """RGB, as stored, by swscale."""
    frame.colorspace, frame.color_range = cast("Any", matrix), cast("Any", colour_range)
    rgb = frame.reformat(format="rgb24", interpolation=EXACT)
    return cast("NDArray[np.uint8]", rgb.to_ndarray())


@pytest.mark.parametrize("form", FORMATS)
def test_the_zone_shows_the_picture_and_the_rest_stays(form: str) -> None:
    frame, picture = noise(form, 64, 48), soft(64, 48)
    before = planes(frame)
    rect = Rect(8, 8, 56, 40)
    fill = fill_of(form, filling=PictureFilling(picture))
    fill.paint(frame, [zone(rect)])
    layout = layout_of(form)
    for component, old, new in zip(layout.components, before, planes(frame), strict=True):
        x, y = component.log2_x, component.log2_y
        part = np.s_[rect.y0 >> y : rect.y1 >> y, rect.x0 >> x : rect.x1 >> x]
        if component.role == "a":
            assert (new[part] == (1 << layout.bits) - 1).all()
        new[part] = old[part]
        assert (new == old).all()
    shown = decoded(frame, fill.signal.matrix, 2 if fill.signal.full_range else 1)[12:36, 12:52]
    wanted = picture[12:36, 12:52].astype(int)
    if form.startswith("gray"):
        wanted = np.rint(wanted @ [0.299, 0.587, 0.114])[..., None].astype(int)
    halved = any(c.log2_x or c.log2_y for c in layout.components)
    quartered = any(c.log2_x > 1 or c.log2_y > 1 for c in layout.components)
    assert np.abs(shown - wanted).max() <= (40 if quartered else 14 if halved else 2)
    assert np.abs(shown - wanted).mean() <= (6 if quartered else 2.5 if halved else 0.8)


@pytest.mark.parametrize("matrix", [1, 4, 5, 6, 7, 9, 10])
@pytest.mark.parametrize("colour_range", [1, 2])
@pytest.mark.parametrize("form", ["yuv444p", "yuv444p10le", "gbrp"])
def test_every_matrix_and_range(matrix: int, colour_range: int, form: str) -> None:
    signal = Signal(matrix, colour_range == 2)
    picture = soft(64, 48)
    frame = noise(form, 64, 48)
    fill = PlaneFill.of(PictureFilling(picture), layout_of(form), signal, Orientation.of(1))
    fill.paint(frame, [zone(Rect(0, 0, 64, 48))])
    own = fill.surroundings(frame, []).picture
    assert np.abs(own.astype(int) - picture).max() <= 2
    if form == "gbrp" and colour_range == 1:
        return  # swscale takes no limited range of RGB
    theirs = decoded(frame, 9 if matrix == 10 else matrix, colour_range)
    assert np.abs(theirs.astype(int) - picture).max() <= 3


@pytest.mark.parametrize("exif", [1, 6, 7])
@pytest.mark.parametrize("form", ["yuv420p", "yuv444p10le", "gray"])
def test_a_part_is_what_the_whole_shows_there(form: str, exif: int) -> None:
    """Zones blank in both, whichever is asked for."""
    fill = PlaneFill.of(
        PictureFilling(soft(64, 48)), layout_of(form), Signal(1, False), Orientation.of(exif)
    )
    frame = noise(form, 64, 48)
    zones = [zone(Rect(5, 7, 22, 30), "rounded"), zone(Rect(17, 3, 40, 33))]
    whole = fill.surroundings(frame, zones).picture
    for rect in (Rect(0, 0, 48, 48), Rect(3, 5, 30, 22), Rect(39, 32, 41, 48), Rect(7, 9, 8, 10)):
        around = fill.surroundings(frame, zones)
        assert around.size == (whole.shape[1], whole.shape[0])
        part = around.part(rect)
        assert (part == whole[rect.y0 : rect.y1, rect.x0 : rect.x1]).all()
        assert not part.flags.writeable


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_of_one_colour_is_the_constant(form: str) -> None:
    plain, solid = noise(form, 64, 48), noise(form, 64, 48)
    picture = np.full((48, 64, 3), COLOUR.rgb, np.uint8)
    fill_of(form, filling=PictureFilling(picture)).paint(plain, ZONES)
    fill_of(form, filling=SOLID).paint(solid, ZONES)
    for one, other in zip(planes(plain), planes(solid), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("exif", range(1, 9))
@pytest.mark.parametrize("form", ["yuv420p", "nv12", "yuv444p"])
def test_pictures_stand_upright(exif: int, form: str) -> None:
    orientation = Orientation.of(exif)
    width, height = orientation.upright_size(64, 48)
    picture = soft(width, height)
    frame = noise(form, 64, 48)
    fill = fill_of(form, orientation, PictureFilling(picture))
    painted = zone(Rect(6, 10, 42, 40), "rounded")
    fill.paint(frame, [painted])
    shown = fill.surroundings(frame, []).picture[10:40, 6:42][painted.mask()].astype(int)
    apart = np.abs(shown - picture[10:40, 6:42][painted.mask()])
    assert apart.max() <= (2 if form == "yuv444p" else 16)


def test_chroma_at_the_edge_is_the_mean_of_what_lies_in_the_zone() -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, 5], picture[:, 6:] = (255, 0, 0), (0, 0, 255)
    frame = noise("yuv420p", 64, 48)
    fill = fill_of("yuv420p", filling=PictureFilling(picture))
    fill.paint(frame, [zone(Rect(5, 8, 9, 12))])
    u = planes(frame)[1]
    red, blue = (
        fill.signal.encode(c, 8, True)["u"] for c in (Colour(255, 0, 0), Colour(0, 0, 255))
    )
    assert u[4:6, 2:5].tolist() == [[red, blue, blue]] * 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("filling", [PictureFilling(soft(48, 64)), MirrorFilling()])
def test_what_is_covered_changes_nothing(form: str, filling: Filling) -> None:
    orientation = Orientation.of(6)
    fill = fill_of(form, orientation, filling)
    one, other = noise(form, 64, 48), noise(form, 64, 48)
    hidden = PictureFilling(np.random.default_rng(7).integers(0, 256, (64, 48, 3), np.uint8))
    fill_of(form, orientation, hidden).paint(other, ZONES)
    assert any((a != b).any() for a, b in zip(planes(one), planes(other), strict=True))
    fill.paint(one, ZONES)
    fill.paint(other, ZONES)
    for a, b in zip(planes(one), planes(other), strict=True):
        assert (a == b).all()


def test_the_surroundings_are_the_frame_without_its_zones() -> None:
    seen = []

    class Looking(Filling):
        def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
            seen.append(around.picture)
            return around.picture[zone.rect.y0 : zone.rect.y1, zone.rect.x0 : zone.rect.x1]

    frame, picture = noise("gbrp", 64, 48), soft(64, 48)
    fill_of("gbrp", filling=PictureFilling(picture)).paint(frame, [zone(Rect(0, 0, 64, 48))])
    fill_of("gbrp", filling=Looking()).paint(frame, ZONES)
    covered = np.zeros((48, 64), bool)
    for each in ZONES:
        covered[each.rect.y0 : each.rect.y1, each.rect.x0 : each.rect.x1] |= each.mask()
    assert len(seen) == len(ZONES)
    assert (seen[0][covered] == BLANK).all()
    assert (seen[0][~covered] == picture[~covered]).all()


def test_pixels_of_another_shape_are_refused() -> None:
    fill = fill_of("yuv420p", filling=PictureFilling(soft(20, 20)))
    with pytest.raises(ValueError, match="got an array of"):
        fill.paint(noise("yuv420p", 64, 48), [zone(Rect(8, 8, 40, 40))])


@pytest.mark.parametrize("shape", ["box", "rounded"])
@pytest.mark.parametrize("around", [None, Projection()])
def test_zones_that_move_cross_and_go_round(shape: Any, around: Any, tmp_path: Path) -> None:
    clip = replace(CLIPS["mp4-h264"], size=(128, 64), frames=8, sounds=())
    movie = open_video(make(tmp_path, clip), Limits())
    tracks = (
        Track("t1", tuple(Box(i, 6.0 + 9 * i, 14, 14, 16) for i in range(8)), shape=shape),
        Track("t2", tuple(Box(i, 110.0 - 9 * i, 20, 12, 14) for i in range(8)), shape=shape),
    )
    regions = Regions(Media("a.mp4", "0" * 64, "video", 128, 64, 8), tracks)
    sphere = around and Sphere(around, 128, 64)
    moving = MovingZones(regions, ZonePolicy(), *movie.grid(), sphere=sphere)
    target = tmp_path / "out.mp4"
    done = write_video(movie, target, moving.at, MirrorFilling(), VideoPolicy())
    check = Check(movie, done)
    for frame in open_video(target, Limits()).frames():
        check.see(frame)
    check.finish(open_video(target, Limits()))
