"""GIF: composed frames, palettes, what is dropped, and damaged files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.media.contract.gif import SHAPE, SIZE, colours_of, pixels
from tests.media.gifs import application, blocks, frame, gif, loop
from tests.media.lossless import BLACK_FILL, CANARY, holds, inside, opened, redacted, written, zone
from tests.media.metadata.profiles import srgb

from efface.errors import InputError, RefusedError, VerificationError
from efface.media.gif.photo import GifPhoto
from efface.policy import Colour, Limits

SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def shown(photo: Any) -> list[NDArray[np.uint32]]:
    assert isinstance(photo, GifPhoto)
    return [canvas.copy() for canvas in photo.shown()]


def parts() -> list[bytes]:
    """Six frames with every way of disposal, transparency, palettes of their own, interlaced."""
    return [
        frame(pixels(60), delay=5, dispose=1),
        frame(pixels(60, 2, (8, 9)), at=(3, 4), delay=7, dispose=2, transparent=3),
        frame(pixels(50, 3, (10, 12)), at=(8, 8), delay=0, dispose=3, colours=colours_of(50, 3)),
        frame(pixels(60, 4), delay=65535, dispose=0, transparent=9, interlaced=True),
        frame(pixels(4, 5, (5, 5)), at=(20, 14), delay=2, dispose=3, bits=2, transparent=1),
        frame(pixels(60, 6, (20, 13)), delay=11, dispose=2),
    ]


def animation() -> bytes:
    return gif(SIZE, [loop(3), *parts()], colours_of(60))


def plain_animation() -> bytes:
    """What Pillow composes as browsers do: it carries a disposal on to frames that state none, and
    clears to a colour unless the first frame has transparency."""
    first = frame(pixels(60), delay=5, dispose=1, transparent=0)
    fourth = frame(pixels(60, 4), delay=65535, dispose=1, transparent=9, interlaced=True)
    return gif(SIZE, [loop(3), first, *parts()[1:3], fourth, *parts()[4:]], colours_of(60))


ZONES = (zone(2, 3, 12, 11, frame=1), zone(10, 0, 26, 20, frame=3), zone(0, 0, 3, 3, frame=4))


def test_each_frame_shows_the_same_outside_its_own_zones(tmp_path: Path) -> None:
    data = animation()
    output, _, again = redacted(tmp_path, data, ".gif", ZONES)
    before, after = shown(opened(tmp_path, data, ".gif")), shown(again)
    assert len(before) == len(after) == 6
    for index, (one, other) in enumerate(zip(before, after, strict=True)):
        mask = inside(SHAPE, [z for z in ZONES if z.frame == index])
        assert (one[~mask] == other[~mask]).all()
        assert (other[mask] == 0xFF000000).all()
    assert loop(3) in output


def test_an_independent_viewer_sees_the_same(tmp_path: Path) -> None:
    data = plain_animation()
    output, _, _ = redacted(tmp_path, data, ".gif", ZONES)
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(output)) as other:
        assert one.info["loop"] == other.info["loop"] == 3
        for index in range(6):
            one.seek(index)
            other.seek(index)
            assert one.info.get("duration") == other.info.get("duration")
            mask = inside(SHAPE, [z for z in ZONES if z.frame == index])
            a, b = np.array(one.convert("RGBA")), np.array(other.convert("RGBA"))
            visible = (a[..., 3] > 0) & ~mask
            assert (a[visible] == b[visible]).all()
            assert (a[~mask][:, 3] == b[~mask][:, 3]).all()
            assert (b[mask] == (0, 0, 0, 255)).all()


def test_our_composition_is_that_of_an_independent_viewer(tmp_path: Path) -> None:
    data = plain_animation()
    with Image.open(io.BytesIO(data)) as image:
        for index, canvas in enumerate(shown(opened(tmp_path, data, ".gif"))):
            image.seek(index)
            theirs = np.array(image.convert("RGBA")).astype(np.uint32)
            visible = theirs[..., 3] > 0
            assert ((canvas > 0) == visible).all()
            packed = theirs[..., 0] << 16 | theirs[..., 1] << 8 | theirs[..., 2]
            assert (packed[visible] == (canvas & 0xFFFFFF)[visible]).all()


@pytest.mark.parametrize("count", [2, 255])
def test_a_still_picture_has_no_loop_and_nothing_to_note(count: int, tmp_path: Path) -> None:
    data = gif(SIZE, [frame(pixels(count))], colours_of(count))
    output, report, _ = redacted(tmp_path, data, ".gif", (zone(4, 4, 26, 20),))
    assert report.notes == ()
    assert b"NETSCAPE" not in output


def test_full_palette_fills_with_the_nearest_entry(tmp_path: Path) -> None:
    indices = np.arange(40 * 26).reshape(40, 26) % 256
    data = gif((26, 40), [frame(indices)], colours_of(256))
    output, report, _ = redacted(tmp_path, data, ".gif", (zone(4, 4, 12, 20),), Colour(200, 60, 40))
    assert any("nearest" in note for note in report.notes)
    filled = np.array(Image.open(io.BytesIO(output)).convert("RGB"))[5, 5]
    distances = ((colours_of(256).astype(int) - (200, 60, 40)) ** 2).sum(axis=1)
    assert ((filled.astype(int) - (200, 60, 40)) ** 2).sum() == distances.min()


def test_all_256_colours_and_a_moving_zone(tmp_path: Path) -> None:
    """What a zone uncovers comes back from under the frame before: no colour is lost."""
    base = np.arange(40 * 26).reshape(40, 26) % 256
    own = np.arange(200).reshape(10, 20)
    data = gif(
        (26, 40),
        [
            frame(base, delay=1, colours=colours_of(256)),
            frame(own, at=(2, 3), delay=2, dispose=3, colours=255 - colours_of(256, 2)),
            frame(own[::-1], at=(4, 20), delay=3, colours=255 - colours_of(256, 3)),
        ],
    )
    zones = [zone(2 + i, 3 + i, 9 + i, 8 + i, frame=i) for i in (1, 2)]
    redacted(tmp_path, data, ".gif", zones)


def test_a_frame_with_too_many_colours_is_refused_by_number(tmp_path: Path) -> None:
    base = np.arange(40 * 26).reshape(40, 26) % 256
    low = np.full((256, 3), 20, np.uint8)
    low[:, 0] = np.arange(256)
    data = gif(
        (26, 40),
        [
            frame(base, colours=colours_of(256)),
            frame(base[:20], colours=low),
        ],
    )
    with pytest.raises(RefusedError, match="frame 1"):
        written(opened(tmp_path, data, ".gif"), (zone(0, 20, 26, 40, frame=0),))


@given(
    seeds=st.lists(st.integers(1, 999), min_size=4, max_size=4),
    frames=st.lists(st.booleans(), min_size=4, max_size=4),
    split=st.integers(0, 1),
)
@SETTINGS
def test_output_depends_on_nothing_inside_the_zones(
    seeds: list[int], frames: list[bool], split: int, tmp_path: Path
) -> None:
    """Animations whose canvases differ only inside the zones, with palettes that differ too."""
    zones = [zone(5, 4, 17, 15, frame=i) for i, covered in enumerate(frames) if covered]
    mask = inside(SHAPE, [zone(5, 4, 17, 15)])
    one, other = [], []
    for index, covered in enumerate(frames):
        picture = pixels(40, index)
        changed = picture.copy()
        if covered:
            changed[mask] = 40 + pixels(40, seeds[index])[mask]
        order = np.random.default_rng(seeds[index]).permutation(80)
        shuffled = np.zeros((80, 3), np.uint8)
        shuffled[order] = colours_of(80)
        one.append(frame(picture, delay=index, dispose=split))
        other.append(frame(order[changed], delay=index, dispose=2 * split, colours=shuffled))
    outputs = [
        written(opened(tmp_path, gif(SIZE, parts, colours_of(80)), ".gif"), zones)[0]
        for parts in (one, other)
    ]
    assert outputs[0] == outputs[1]


def test_a_covered_face_is_in_no_palette_and_no_frame(tmp_path: Path) -> None:
    """The face has colours of its own; it is drawn in frame 0 and stays."""
    face = np.array([(1, 2, 250 + i) for i in range(4)], np.uint8)
    colours = np.concatenate([colours_of(40), face])
    first = pixels(40)
    first[6:9, 4:20] = 40 + np.arange(48).reshape(3, 16) % 4
    moving = [frame(pixels(40, i, (3, 3)), at=(i, 0), delay=4) for i in (1, 2)]
    data = gif(SIZE, [frame(first, delay=4), *moving], colours)
    zones = [zone(4, 6, 20, 9, frame=i) for i in range(3)]
    output, _, again = redacted(tmp_path, data, ".gif", zones)
    for colour in face:
        assert colour.tobytes() in data
        assert colour.tobytes() not in output
    # uncovered from frame 1 on: it shows there, as the regions say, and not in frame 0
    _, _, again = redacted(tmp_path, data, ".gif", zones[:1])
    for index in (2, 1, 0):
        seen = (again.picture(index)[6:9, 4:20] == (1, 2, 251)).all(axis=2).any()
        assert seen == (index > 0)


def test_xmp_as_programs_write_it_is_read_over(tmp_path: Path) -> None:
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    block = b"\x21\xff\x0bXMP DataXMP" + b"<x mwg-rs:a='" + CANARY + b"'/>" + trailer
    data = gif(SIZE, [block, frame(pixels(9))], colours_of(9))
    output, report, _ = redacted(tmp_path, data, ".gif", ())
    assert not holds(output)
    assert {"xmp", "face-regions"} <= {f.kind for f in report.dropped}


def test_trailing_data_and_pixels_outside_the_canvas(tmp_path: Path) -> None:
    wide = pixels(9, 2, (20, 40))
    data = gif(SIZE, [frame(wide)], colours_of(9)) + CANARY
    output, report, again = redacted(tmp_path, data, ".gif", ())
    assert not holds(output)
    assert {f.kind for f in report.dropped} == {"trailing-data", "outside-canvas"}
    assert again.sizes == (SIZE,)


def test_colour_profile_is_kept(tmp_path: Path) -> None:
    block = application(b"ICCRGBG1012", srgb())
    output, _, again = redacted(
        tmp_path, gif(SIZE, [block, frame(pixels(9))], colours_of(9)), ".gif", ()
    )
    assert b"ICCRGBG1012" in output
    assert isinstance(again, GifPhoto)
    assert again.layout.profile is not None


def damaged() -> dict[str, bytes]:
    whole = animation()
    one = frame(pixels(9))
    return {
        "head only": b"GIF89a",
        "no trailer": whole[:-1],
        "cut in the palette": whole[:40],
        "cut in a frame": whole[: len(whole) // 2],
        "no frames": gif(SIZE, [loop(0)], colours_of(9)),
        "no size": gif((0, 20), [one], colours_of(9)),
        "frame without size": gif(SIZE, [frame(np.zeros((0, 0)))], colours_of(9)),
        "code size": gif(SIZE, [one.replace(b"\x08\xff", b"\x0c\xff", 1)], colours_of(9)),
        "block kind": gif(SIZE, [b"\x99", one], colours_of(9)),
        "short data": gif(
            SIZE, [one[: one.index(b"\x08\xff") + 1] + blocks(b"\0\1")], colours_of(9)
        ),
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_file_is_an_input_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        opened(tmp_path, damaged()[name], ".gif").picture(0)


def test_bombs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, gif((65535, 65535), [frame(pixels(9))], colours_of(9)), ".gif")
    wide = frame(pixels(9)).replace(b"\x1a\x00\x14\x00", b"\xff\xff\xff\xff", 1)
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, gif(SIZE, [wide], colours_of(9)), ".gif")
    with pytest.raises(RefusedError, match="frames"):
        opened(tmp_path, animation(), ".gif", Limits(max_frames=5))


def test_compare_sees_every_difference(tmp_path: Path) -> None:
    photo = opened(tmp_path, animation(), ".gif")
    output, _ = written(photo, ZONES)
    photo.compare(opened(tmp_path, output, ".gif"), ZONES, BLACK_FILL)
    with pytest.raises(VerificationError, match="outside"):
        photo.compare(opened(tmp_path, output, ".gif"), ZONES[1:], BLACK_FILL)
    with pytest.raises(VerificationError, match="filled with"):
        photo.compare(opened(tmp_path, output, ".gif"), (*ZONES, zone(0, 12, 9, 20)), BLACK_FILL)
    for other in (
        gif(SIZE, [loop(2), *parts()], colours_of(60)),
        gif(SIZE, [loop(3), *parts()[:5]], colours_of(60)),
        gif(SIZE, [loop(3), *parts()[:5], frame(pixels(60), delay=12)], colours_of(60)),
    ):
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, other, ".gif"), (), BLACK_FILL)
