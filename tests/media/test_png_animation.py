"""Animated PNG: what is shown at each frame, timing, and that no covered frame shines through."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.media.lossless import BLACK_FILL, holds, inside, noise, opened, redacted, written, zone
from tests.media.pngs import SIGNATURE, Frame, apng, chunk, fctl, ihdr, stream

from efface.errors import InputError, VerificationError
from efface.media.png.photo import PngPhoto

SIZE = (18, 22)
TYPES = [(1, 0, 1), (4, 0, 1), (8, 0, 1), (16, 0, 1), (8, 2, 3), (16, 2, 3), (4, 3, 1), (8, 3, 1)]
TYPES += [(8, 4, 2), (16, 4, 2), (8, 6, 4), (16, 6, 4)]
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def pixels(bits: int, channels: int, size: tuple[int, int] = SIZE, seed: int = 1) -> NDArray[Any]:
    shape = size if channels == 1 else (*size, channels)
    out = noise(shape, 1 << bits, seed)
    if channels in (2, 4):  # some opaque, some clear, some between
        out[::2, :, -1] = (1 << bits) - 1
        out[1::4, :, -1] = 0
    return out


def frames_of(bits: int, channels: int) -> list[Frame]:
    """Five frames that use every way of disposal and blending, and parts of the canvas."""
    small = [pixels(bits, channels, (9, 11), seed) for seed in (2, 3, 4, 5)]
    return [
        (pixels(bits, channels), {"delay": (1, 10)}),
        (small[0], {"at": (3, 5), "delay": (3, 100), "dispose": 1, "blend": 1}),
        (small[1], {"at": (11, 9), "delay": (0, 0), "dispose": 2}),
        (small[2], {"at": (0, 0), "delay": (7, 20), "blend": 1}),
        (small[3], {"at": (4, 2), "delay": (65535, 1), "dispose": 2, "blend": 1}),
    ]


def palette_chunks(bits: int) -> bytes:
    colours = np.array([(i, 255 - i, i // 3) for i in range(1 << bits)], np.uint8)
    return chunk(b"PLTE", colours.tobytes()) + chunk(b"tRNS", b"\0\0\x80")


def animation(bits: int, colour: int, channels: int, **more: Any) -> bytes:
    before = palette_chunks(bits) if colour == 3 else b""
    return apng(frames_of(bits, channels), bits, colour, before=before, **more)


def shown(photo: Any) -> list[NDArray[Any]]:
    assert isinstance(photo, PngPhoto)
    out = [frame.copy() for frame in photo.file.shown()]
    for frame in out:
        frame[frame[..., 3] == 0] = 0
    return out


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(("bits", "colour", "channels"), TYPES)
def test_each_frame_shows_the_same_outside_its_own_zones(
    bits: int, colour: int, channels: int, apart: bool, tmp_path: Path
) -> None:
    default = pixels(bits, channels, seed=9) if apart else None
    data = animation(bits, colour, channels, plays=3, default=default)
    zones = (zone(2, 3, 12, 11, frame=1), zone(10, 0, 22, 18, frame=3))
    output, _, again = redacted(tmp_path, data, ".png", zones)
    before, after = shown(opened(tmp_path, data, ".png")), shown(again)
    assert len(before) == len(after) == 5 + apart
    for index, (one, other) in enumerate(zip(before, after, strict=True)):
        mask = inside(SIZE, [z for z in zones if z.frame == index])
        assert (one[~mask] == other[~mask]).all()
        filled = other[mask]
        assert (filled == filled[:1]).all()
        assert (filled[:, 3] == np.iinfo(filled.dtype).max).all()
    assert struct.pack(">II", 5, 3) in output
    with Image.open(io.BytesIO(output)) as image:
        assert getattr(image, "n_frames", 1) == 5 + apart
        assert image.info["loop"] == 3


def test_timing_is_kept_to_the_fraction(tmp_path: Path) -> None:
    output, _, _ = redacted(tmp_path, animation(8, 2, 3), ".png", (zone(0, 0, 5, 5),))
    places = [i for i in range(len(output)) if output[i : i + 4] == b"fcTL"]
    delays = [struct.unpack(">HH", output[i + 24 : i + 28]) for i in places]
    assert delays == [(1, 10), (3, 100), (0, 0), (7, 20), (65535, 1)]


def test_an_independent_viewer_sees_the_same(tmp_path: Path) -> None:
    frames = [(p | 0 if p.ndim == 2 else p, how) for p, how in frames_of(8, 4)]
    for p, _ in frames:
        p[..., 3] = np.where(p[..., 3] > 127, 255, 0)
    data = apng(frames, 8, 6)
    output, _, _ = redacted(tmp_path, data, ".png", ())
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(output)) as other:
        for index in range(5):
            one.seek(index)
            other.seek(index)
            a, b = np.array(one.convert("RGBA")), np.array(other.convert("RGBA"))
            a[a[..., 3] == 0], b[b[..., 3] == 0] = 0, 0
            assert (a == b).all(), index


@given(
    kind=st.sampled_from(TYPES),
    seed=st.integers(1, 99),
    frame=st.integers(0, 4),
    interlaced=st.booleans(),
)
@SETTINGS
def test_output_depends_on_nothing_inside_the_zones(
    kind: tuple[int, int, int], seed: int, frame: int, interlaced: bool, tmp_path: Path
) -> None:
    """Two animations whose canvases differ only inside the zones, blended in different ways."""
    bits, colour, channels = kind
    zones = [zone(4, 3, 15, 12, frame=i) for i in range(5) if i >= frame]
    opaque = (1 << bits) - 1
    base = [pixels(bits, channels, seed=i) for i in range(5)]
    if channels in (2, 4):
        for picture in base:
            picture[..., -1] = opaque
    other = [picture.copy() for picture in base]
    mask = inside(SIZE, zones[:1])
    for index in range(frame, 5):
        other[index][mask] = pixels(bits, channels, seed=seed)[mask]
    before = b""
    if colour == 3:
        table = np.array([(i, 255 - i, i // 3) for i in range(1 << bits)], np.uint8)
        before = chunk(b"PLTE", table.tobytes())
    one = apng([(p, {}) for p in base], bits, colour, before=before, interlaced=interlaced)
    two = apng(
        [(p, {"blend": 1}) for p in other], bits, colour, before=before, interlaced=interlaced
    )
    outputs = [written(opened(tmp_path, data, ".png"), zones)[0] for data in (one, two)]
    assert outputs[0] == outputs[1]


def test_a_face_covered_in_one_frame_is_nowhere_else_in_the_file(tmp_path: Path) -> None:
    """The face is drawn once, in frame 0; later frames leave it in place, all zones cover it."""
    marker = np.frombuffer(b"face-of-a-person", np.uint8)
    first = np.full(SIZE, 7, np.uint16)
    first[5, 3:19] = marker
    small = np.full((2, 2), 99, np.uint16)
    frames: list[Frame] = [(first, {}), (small, {"at": (0, 0)}), (small, {"at": (20, 16)})]
    data = apng(frames, 8, 0)
    assert holds(data, marker.tobytes())
    zones = tuple(zone(3, 5, 19, 6, frame=i) for i in range(3))
    assert not holds(redacted(tmp_path, data, ".png", zones)[0], marker.tobytes())
    # covered in frame 0 only: frame 1 still shows it, as the regions say, and must draw it itself
    _, _, again = redacted(tmp_path, data, ".png", zones[:1])
    pictures = [again.picture(i) for i in (2, 1, 0)]  # backwards on purpose
    assert [p[5, 3:19, 0].tobytes() == marker.tobytes() for p in pictures] == [True, True, False]


def test_a_palette_too_small_for_all_frames_becomes_full_colours(tmp_path: Path) -> None:
    table = np.array([(i, 255 - i, i // 3) for i in range(256)], np.uint8)
    half = chunk(b"PLTE", table.tobytes()) + chunk(b"tRNS", b"\x80" * 200)  # blends to new colours
    data = apng(frames_of(8, 1), 8, 3, before=half)
    output, report, again = redacted(tmp_path, data, ".png", (zone(0, 0, 4, 4),))
    assert any("full colours" in note for note in report.notes)
    assert output[24:26] == bytes((8, 6))
    assert again.sizes == ((22, 18),) * 5


def test_clear_parts_of_an_opaque_type_get_an_alpha_channel(tmp_path: Path) -> None:
    frames = frames_of(8, 3)[:3]
    output, report, _ = redacted(tmp_path, apng(frames, 8, 2), ".png", ())
    assert any("alpha" in note for note in report.notes)
    assert output[24:26] == bytes((8, 6))


def test_compare_sees_frames_and_timing(tmp_path: Path) -> None:
    data = animation(8, 6, 4)
    photo = opened(tmp_path, data, ".png")
    zones = (zone(2, 3, 12, 11, frame=1),)
    output, _ = written(photo, zones)
    photo.compare(opened(tmp_path, output, ".png"), zones, BLACK_FILL)
    for other in ((), (zone(2, 3, 12, 11, frame=2),), (zone(2, 3, 13, 11, frame=1),)):
        with pytest.raises(VerificationError):
            photo.compare(
                opened(tmp_path, output, ".png"), other or (zone(0, 0, 9, 9, frame=4),), BLACK_FILL
            )
    slower = frames_of(8, 4)
    slower[2][1]["delay"] = (1, 1)
    with pytest.raises(VerificationError):
        photo.compare(opened(tmp_path, apng(slower, 8, 6), ".png"), (), BLACK_FILL)
    with pytest.raises(VerificationError):
        photo.compare(opened(tmp_path, apng(frames_of(8, 4)[:4], 8, 6), ".png"), (), BLACK_FILL)


def damaged() -> dict[str, bytes]:
    first = zlib.compress(stream(pixels(8, 1), 8))
    start = SIGNATURE + ihdr(22, 18, 8, 0)
    idat, end = chunk(b"IDAT", first), chunk(b"IEND")
    two = chunk(b"acTL", struct.pack(">II", 2, 0))
    whole = fctl(0, (22, 18))
    return {
        "frame outside": start + two + whole + idat + fctl(1, (22, 18), at=(1, 0)) + end,
        "order": start + two + whole + idat + fctl(2, (22, 18)) + end,
        "no data": start + two + whole + idat + fctl(1, (22, 18)) + end,
        "fewer frames": start + two + whole + idat + end,
        "first of another size": start + two + fctl(0, (9, 9)) + idat + end,
        "data of no frame": start + two + idat + chunk(b"fdAT", bytes(9)) + end,
        "unknown disposal": start + two + whole + idat + fctl(1, (2, 2), dispose=3) + end,
        "two controls": start + two + whole + fctl(1, (22, 18)) + idat + end,
        "damaged data": start
        + two
        + whole
        + idat
        + fctl(1, (22, 18))
        + chunk(b"fdAT", struct.pack(">I", 2) + b"nothing")
        + end,
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_animation_is_an_input_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        opened(tmp_path, damaged()[name], ".png").picture(1)


def test_a_frame_that_failed_fails_again(tmp_path: Path) -> None:
    photo = opened(tmp_path, damaged()["damaged data"], ".png")
    for _ in range(2):
        photo.picture(0)
        with pytest.raises(InputError):
            photo.picture(1)
