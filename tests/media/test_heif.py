"""AVIF and HEIC stills: what is kept, what is dropped, what is refused, and damaged files."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.media.contract.heif import HDR, LAYOUTS, deep
from tests.media.heifs import (
    AVIF,
    HEIC,
    Format,
    auxiliary,
    built,
    essential,
    kinds,
    laden,
    library_file,
    movie,
    part,
)
from tests.media.lossless import BLACK, BLACK_FILL, CANARY, inside, noise, opened, written, zone
from tests.media.lossy import covers, redacted, scene
from tests.media.metadata.profiles import display

from efface.errors import InputError, RefusedError, VerificationError
from efface.geometry import Rect
from efface.media.heic.codec import HeicCodec
from efface.media.isobmff import assembly, items, stills
from efface.media.isobmff.boxes import packed
from efface.media.isobmff.coding import SRGB, Cicp, SampleCoding, spatial_extent
from efface.media.isobmff.items import Property
from efface.media.isobmff.mux import WrittenItem
from efface.media.isobmff.photo import StillsPhoto
from efface.media.isobmff.rows import Rows
from efface.media.orientation import Orientation
from efface.policy import Colour

FORMATS = pytest.mark.parametrize("form", [AVIF, HEIC], ids=["avif", "heic"])
ZONES = (zone(30, 20, 75, 60),)
BOUNDED = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FORMATS
@pytest.mark.parametrize(("bits", "chroma", "channels", "cicp"), LAYOUTS)
def test_depth_chroma_colours_and_size_are_kept(
    *, form: Format, bits: int, chroma: str, channels: int, cicp: Cicp, tmp_path: Path
) -> None:
    size = (75, 91)
    samples = deep(scene(size[0], size[1], channels), bits)
    data = library_file(form, samples, bits, chroma, cicp)
    red = Colour(210, 40, 30)
    output, _, again, fidelity = redacted(tmp_path, data, form.suffix, ZONES, red)
    assert fidelity.ssim is not None
    assert fidelity.ssim > 0.97
    assert isinstance(again, StillsPhoto)
    (still,) = stills.read(items.parse(output), form.codec)
    assert still.picture.coding == SampleCoding(bits, chroma)  # type: ignore[arg-type]
    assert still.cicp is not None
    if channels > 1:
        assert (still.cicp.primaries, still.cicp.transfer) == (cicp.primaries, cicp.transfer)
        assert still.cicp.matrix == cicp.matrix
    shown = again.picture(0)
    assert shown.shape == (*size, 3)
    fill = Colour(*[red.luma] * 3) if channels == 1 else red
    inner = (zone(34, 24, 71, 56),)
    assert covers(shown, inner, fill, 6 if chroma != "444" else 4)
    theirs = form.read(output)
    assert theirs.shape[:2] == size
    if form is HEIC:
        assert theirs.dtype == (np.uint8 if bits == 8 else np.uint16)
    if channels == 4:
        covered = inside(size, again.grown(ZONES))
        peak = np.iinfo(np.uint8).max if theirs.dtype == np.uint8 else (1 << bits) - 1
        assert (theirs[..., 3][covered] == peak).all()
    far = np.ones(size, bool)
    before = opened(tmp_path, data, form.suffix).picture(0).astype(int)
    far[: 60 + 28, : 75 + 28] = False
    if far.any():
        assert np.abs(before - shown)[far].mean() < 4


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_colours_of_limited_range_stay_what_they_are(
    mode: str, subsampling: str, tmp_path: Path
) -> None:
    """As video encoders write them; read in the wrong range, contrast is another."""
    out = io.BytesIO()
    picture = Image.fromarray(scene(96, 128, len(mode)), mode)
    picture.save(out, "AVIF", range="limited", subsampling=subsampling, quality=90)
    output, _, again, fidelity = redacted(tmp_path, out.getvalue(), ".avif", ZONES, BLACK)
    assert fidelity.shift is not None
    assert fidelity.shift < 1.5
    photo = opened(tmp_path, out.getvalue(), ".avif")
    before = photo.picture(0).astype(int)
    outside = ~inside((96, 128), photo.grown(ZONES))
    assert np.abs((before - again.picture(0))[outside].mean()) < 0.7
    theirs = np.asarray(Image.open(io.BytesIO(output)).convert("RGB")).astype(int)
    if mode == "RGB":
        assert np.abs((before - theirs)[outside].mean()) < 0.7


@FORMATS
@BOUNDED
@given(seed=st.integers(0, 99), channels=st.sampled_from([1, 3, 4]), deeper=st.booleans())
def test_decoded_pixels_in_a_zone_leave_no_trace(
    form: Format, seed: int, channels: int, deeper: bool, tmp_path: Path
) -> None:
    """Two files cannot be made to decode alike outside a zone; their decoded pictures can."""
    bits = 10 if deeper else 8
    chroma = "400" if channels == 1 else "420"
    data = library_file(form, deep(scene(64, 80, channels), bits), bits, chroma)
    photo = opened(tmp_path, data, form.suffix)
    zones = photo.grown((zone(17, 9, 30, 40),))
    covered = inside((64, 80), zones)
    real = Rows.whole

    def other(rows: Rows) -> NDArray[Any]:
        samples = real(rows)
        samples[covered] = noise(samples.shape, 1 << bits, seed)[covered]
        return samples

    outputs = []
    for decode in (real, other):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Rows, "whole", decode)
            photo = opened(tmp_path, data, form.suffix)
            outputs.append(written(photo, (zone(17, 9, 30, 40),))[0])
    assert outputs[0] == outputs[1]


def test_zones_grow_to_blocks_and_the_filters_reach(tmp_path: Path) -> None:
    data = built(HEIC, [part(HEIC, scene(57, 91), essential(b"irot", b"\2"))])
    photo = opened(tmp_path, data, ".heic")
    assert photo.sizes == ((91, 57),)
    (zoned,) = photo.grown((zone(41, 30, 42, 31),))
    assert zoned.rect == Rect(27, 17, 51, 41)  # blocks start at the stored corner: 91 % 8, 57 % 8
    plain = opened(tmp_path, built(AVIF, [part(AVIF, scene(96, 128))]), ".avif")
    (zoned,) = plain.grown((zone(41, 41, 42, 42),))
    assert zoned.rect == Rect(16, 16, 64, 64)


@FORMATS
def test_every_picture_is_redacted_and_the_main_one_stays_it(form: Format, tmp_path: Path) -> None:
    shapes = [(64, 80), (96, 72), (80, 64)]
    pictures = [scene(*shape, seed=i) for i, shape in enumerate(shapes)]
    data = built(form, [part(form, p) for p in pictures], primary=1)
    zones = tuple(zone(5 * i, 9, 5 * i + 30, 40, frame=i) for i in range(3))
    output, _, again, fidelity = redacted(tmp_path, data, form.suffix, zones)
    assert again.sizes == ((80, 64), (72, 96), (64, 80))
    assert (fidelity.ssim or 0) > 0.985
    for index in range(3):
        inner = (zone(5 * index + 4, 13, 5 * index + 26, 36),)
        assert covers(again.picture(index), inner, BLACK, 6)
    assert form.read(output).shape == (96, 72, 3)
    if form is HEIC:
        assert len(pillow_heif.open_heif(output)) == 3


@FORMATS
@pytest.mark.parametrize("channels", [3, 4])
def test_large_pictures_are_written_as_grids_others_can_read(
    form: Format, channels: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = library_file(form, scene(150, 210, channels))
    photo = opened(tmp_path, data, form.suffix)
    whole = written(photo, ZONES)[0]
    monkeypatch.setattr(assembly, "TILED_FROM_PX", 64 * 64)
    monkeypatch.setattr(assembly, "TILE_PX", 64)
    output, _, again, fidelity = redacted(tmp_path, data, form.suffix, ZONES)
    made = [item.kind for item in items.parse(output).items.values()]
    assert made == ([b"grid"] + [form.kind] * 12) * (2 if channels == 4 else 1)
    assert (fidelity.ssim or 0) > 0.985
    theirs, single = form.read(output), form.read(whole)
    assert theirs.shape == single.shape == (150, 210, channels)
    assert np.abs(theirs.astype(int) - single).mean() < 1.5
    # and once more: grids are read too
    redacted(tmp_path, output, form.suffix, ZONES)
    (zoned,) = again.grown((zone(70, 70, 71, 71),))
    assert zoned.rect.x0 % 8 == 0


@FORMATS
def test_grids_with_odd_sides_are_written_whole(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "TILED_FROM_PX", 64 * 64)
    output, _, _, _ = redacted(tmp_path, library_file(form, scene(151, 209)), form.suffix, ZONES)
    assert [item.kind for item in items.parse(output).items.values()] == [form.kind]


def test_tiles_as_phones_write_them(tmp_path: Path) -> None:
    data = library_file(HEIC, scene(150, 210), tile_size=64)
    output, _, again, fidelity = redacted(tmp_path, data, ".heic", (zone(180, 120, 210, 150),))
    assert (fidelity.ssim or 0) > 0.985
    assert covers(again.picture(0), (zone(184, 124, 210, 150),), BLACK, 6)
    assert HEIC.read(output).shape == (150, 210, 3)


@FORMATS
def test_what_was_cropped_away_is_gone(form: Format, tmp_path: Path) -> None:
    # 64 x 48 out of 128 x 96, its middle 10 right of and 6 above the picture's
    clap = struct.pack(">IIIIiIiI", 64, 1, 48, 1, 10, 1, -6, 1)
    data = built(form, [part(form, scene(), essential(b"clap", clap))])
    photo = opened(tmp_path, data, form.suffix)
    assert photo.sizes == ((64, 48),)
    assert [f.kind for f in photo.findings()] == ["cropped-area"]
    assert np.abs(photo.picture(0).astype(int) - scene()[18:66, 42:106]).mean() < 4
    (zoned,) = photo.grown((zone(30, 20, 31, 21),))  # blocks start outside what is shown
    margin = form.codec.reach + form.codec.block - 1
    assert zoned.rect == Rect(30 - margin, 20 - margin, 31 + margin, 21 + margin).clipped(64, 48)
    _, _, again, _ = redacted(tmp_path, data, form.suffix, (zone(40, 30, 64, 48),))
    assert again.sizes == ((64, 48),)
    assert covers(again.picture(0), (zone(44, 34, 64, 48),), BLACK, 6)


@FORMATS
@pytest.mark.parametrize("size", [(1, 1), (2, 5), (33, 17)])
def test_small_pictures(form: Format, size: tuple[int, int], tmp_path: Path) -> None:
    height, width = size
    last = zone(width - 1, height - 1, width, height)
    data = built(form, [part(form, scene(height, width))])
    _, _, again, _ = redacted(tmp_path, data, form.suffix, (last,), Colour(90, 90, 90))
    assert again.picture(0).shape == (height, width, 3)
    assert covers(again.picture(0), (last,), Colour(90, 90, 90), 8)


@FORMATS
def test_the_profile_is_kept_clean(form: Format, tmp_path: Path) -> None:
    dirty = Property(b"colr", b"prof" + display() + CANARY)
    data = built(form, [part(form, scene(), dirty, cicp=None)])
    output, report, _, _ = redacted(tmp_path, data, form.suffix, ZONES)
    assert CANARY not in output
    kept: Any = Image.open(io.BytesIO(output)) if form is AVIF else pillow_heif.open_heif(output)
    assert kept.info["icc_profile"][36:40] == b"acsp"
    assert any(f.kind.startswith("icc") for f in report.dropped)


@FORMATS
def test_light_levels_and_pixel_shape_are_kept(form: Format, tmp_path: Path) -> None:
    kept = (
        Property(b"pasp", struct.pack(">II", 4, 3)),
        Property(b"clli", struct.pack(">HH", 1000, 400)),
        Property(b"mdcv", bytes(range(24))),
    )
    data = built(form, [part(form, scene(), *kept, Property(b"clli", b"123"))])
    output, report, _, _ = redacted(tmp_path, data, form.suffix, ZONES)
    found = [p for p in items.parse(output).items[1].properties if p in kept]
    assert tuple(found) == kept
    assert [f.kind for f in report.dropped] == ["item-property"]


@FORMATS
def test_nothing_rides_along(form: Format, tmp_path: Path) -> None:
    photo = opened(tmp_path, laden(form, display()), form.suffix)
    found = photo.findings()
    named = {
        *("description", "gps", "xmp", "thumbnail", "depth-map", "gain-map", "matte"),
        *("auxiliary-image", "further-image", "unknown-item", "motion-photo", "unknown-box"),
        *("stray-bytes", "trailing-data"),
    }
    assert named <= {f.kind for f in found}
    assert sum(f.kind == "gain-map" for f in found) == 3  # auxiliary, tone map, its second input
    assert sum(f.kind == "unknown-item" for f in found) == 2
    assert sum(f.kind == "unknown-box" for f in found) == 2  # free with content, uuid
    assert not any(CANARY.decode() in f"{f.where}{f.detail}" for f in found)
    assert len(photo.sizes) == 1
    output, _, _, _ = redacted(tmp_path, laden(form, display()), form.suffix, ZONES)
    assert CANARY not in output
    assert CANARY[:12] not in output
    assert kinds(output) == [b"ftyp", b"meta", b"mdat"]
    file = items.parse(output)
    assert [item.kind for item in file.items.values()] == [form.kind]
    allowed = {b"ispe", b"pixi", b"colr", form.codec.configuration}
    assert {p.kind for p in file.items[1].properties} == allowed
    assert sum(size for _, size in file.items[1].extents) == len(output) - output.index(b"mdat") - 4


def nal_units(data: bytes, at: int = 0) -> Iterator[int]:
    """Types of the HEVC units, each behind its length."""
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4] >> 1 & 63
        at += 4 + size


def test_the_encoder_leaves_no_note_in_the_picture(tmp_path: Path) -> None:
    output = redacted(tmp_path, library_file(HEIC, scene()), ".heic", ZONES)[0]
    file = items.parse(output)
    assert set(nal_units(file.payload(file.items[1]))) <= {
        19,
        20,
        21,
    }  # coded slices of a key picture
    assert b"x265" not in output
    sets = file.items[1].property(b"hvcC") or b""
    assert {sets[at] & 63 for at in set_starts(sets)} == {32, 33, 34}  # VPS, SPS, PPS
    av1 = redacted(tmp_path, library_file(AVIF, scene()), ".avif", ZONES)[0]
    file = items.parse(av1)
    assert set(obus(file.payload(file.items[1]))) <= {1, 2, 6}  # sequence, delimiter, frame


def set_starts(configuration: bytes) -> Iterator[int]:
    at = 23
    for _ in range(configuration[22]):
        yield at
        count = int.from_bytes(configuration[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            at += 2 + int.from_bytes(configuration[at : at + 2], "big")


def obus(data: bytes) -> Iterator[int]:
    """Types of the AV1 units, each with its size in LEB128."""
    at = 0
    while at < len(data):
        kind, size, shift = data[at] >> 3 & 15, 0, 0
        at += 1
        while True:
            size |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if not data[at - 1] & 128:
                break
        yield kind
        at += size


@FORMATS
def test_premultiplied_transparency_stays_so(form: Format, tmp_path: Path) -> None:
    says = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
    alpha = auxiliary(form, says, 0, scene(96, 128, 1))
    main = part(form, scene(), references=((b"prem", (1,)),))
    output, _, again, _ = redacted(tmp_path, built(form, [main, alpha]), form.suffix, ZONES)
    (still,) = stills.read(items.parse(output), form.codec)
    assert still.premultiplied
    assert still.alpha is not None
    assert again.picture(0).shape == (96, 128, 3)


def unknown(form: Format) -> Property:
    return essential(b"zzzz", b"")


@FORMATS
def test_what_cannot_be_kept_is_refused(form: Format, tmp_path: Path) -> None:
    tile = part(form, scene(64, 64), hidden=True)
    extent = Property(b"ispe", bytes(4) + struct.pack(">II", 64, 64))
    grid = WrittenItem(b"grid", bytes((0, 0, 0, 0)) + struct.pack(">HH", 64, 64), (extent,))
    linked = WrittenItem(b"grid", grid.data, (extent,), references=((b"dimg", (1,)),))
    alpha = auxiliary(form, b"urn:mpeg:hevc:2015:auxid:1", 1, scene(64, 64, 1))
    other = auxiliary(form, b"urn:mpeg:hevc:2015:auxid:1", 0, scene(32, 64, 1))
    clap = struct.pack(">IIIIiIiI", 65, 2, 48, 1, 0, 1, 0, 1)
    late = struct.pack(">IIIIiIiI", 64, 1, 48, 1, 0, 1, 0, 1)
    cases = {
        "type 'jpeg'": [WrittenItem(b"jpeg", b"x", (extent,))],
        "type 'iovl'": [WrittenItem(b"iovl", b"x", (extent,)), tile],
        "type 'iden'": [WrittenItem(b"iden", b"", (extent,), references=((b"dimg", (1,)),)), tile],
        "its property 'zzzz'": [part(form, scene(), unknown(form))],
        "transparency is stored with the tiles": [linked, tile, alpha],
        "transparency has another size": [part(form, scene(64, 64)), other],
        "cropped inside pixels": [part(form, scene(), essential(b"clap", clap))],
        "cropped after it is turned": [
            part(form, scene(), essential(b"irot", b"\1"), essential(b"clap", late))
        ],
        "parts that cannot be kept": [linked, WrittenItem(b"jpeg", b"x", (extent,))],
    }
    for message, parts in cases.items():
        with pytest.raises(RefusedError, match=message) as caught:
            opened(tmp_path, built(form, parts), form.suffix)
        assert caught.value.exit_code == 2
        assert caught.value.path is not None
        assert caught.value.hint


UNSAID = Cicp(2, 2, 2, True)


@FORMATS
@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize(("said", "meant"), [(HDR, HDR), (UNSAID, SRGB)], ids=["said", "unsaid"])
def test_without_a_colour_box_the_picture_itself_or_the_standard_says_what_colours_mean(
    form: Format, bits: int, said: Cicp, meant: Cicp, tmp_path: Path
) -> None:
    colours = part(form, deep(scene(), bits), coding=SampleCoding(bits, "420"), cicp=said)
    bare = WrittenItem(
        colours.kind, colours.data, tuple(p for p in colours.properties if p.kind != b"colr")
    )
    output, report, _, fidelity = redacted(tmp_path, built(form, [bare]), form.suffix, ZONES)
    written_codes = Cicp.parse(items.parse(output).items[1].property(b"colr") or b"")
    assert written_codes is not None
    codes = [(c.primaries, c.transfer, c.matrix) for c in (written_codes, meant)]
    assert codes[0] == codes[1]
    noted = any("colours mean" in note for note in report.notes)
    assert noted == (said == UNSAID and form is AVIF)  # HEIC's encoder writes what was left out
    assert fidelity.shift is not None
    assert fidelity.shift < 2


def test_colours_that_the_encoder_has_no_name_for_are_refused(tmp_path: Path) -> None:
    data = built(HEIC, [part(HEIC, scene(), Cicp(22, 18, 9, True).property(), cicp=None)])
    photo = opened(tmp_path, data, ".heic")
    assert photo.picture(0).shape == (96, 128, 3)
    with pytest.raises(RefusedError, match="colours 22/18/9") as caught:
        written(photo, ZONES)
    assert caught.value.path == photo.path


def test_a_heic_sequence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="sequence"):
        opened(tmp_path, built(HEIC, [part(HEIC, scene())]) + movie(), ".heic")


def test_codings_are_read_from_the_configuration() -> None:
    codec = HeicCodec()
    good = bytearray(23)
    good[0], good[16], good[17], good[18] = 1, 0xFD, 0xFA, 0xFA
    assert codec.coding(bytes(good)) == SampleCoding(10, "420")
    good[18] = 0xF8
    with pytest.raises(RefusedError, match="10 bits in luma and 8 in chroma"):
        codec.coding(bytes(good))
    with pytest.raises(InputError):
        codec.coding(bytes(22))


SIMPLE = {form.suffix: built(form, [part(form, scene())]) for form in (AVIF, HEIC)}


def replaced(data: bytes, old: bytes, new: bytes, skip: int = 0) -> bytes:
    """The bytes ``skip`` after the first ``old`` replaced, nothing moved."""
    at = data.index(old) + len(old) + skip
    return data[:at] + new + data[at + len(new) :]


def damaged(form: Format) -> dict[str, bytes]:
    """One file for each way to be damaged."""
    data = SIMPLE[form.suffix]
    brand = form.codec.brands([SampleCoding(8, "420")])[0]
    head = packed(b"ftyp", brand, bytes(4), brand)
    extent = Property(b"ispe", bytes(4) + struct.pack(">II", 128, 64))
    grid = WrittenItem(b"grid", bytes((0, 0, 0, 1)) + struct.pack(">HH", 128, 64), (extent,))
    tile = part(form, scene(64, 64), hidden=True)
    good = part(form, scene())
    bare = WrittenItem(
        good.kind,
        good.data,
        tuple(p for p in good.properties if p.kind != form.codec.configuration),
    )
    one = WrittenItem(b"grid", grid.data, (extent,), references=((b"dimg", (1,)),))
    small = WrittenItem(
        b"grid",
        bytes(4) + struct.pack(">HH", 128, 64),
        (extent,),
        references=((b"dimg", (1,)),),
    )
    outside = struct.pack(">IIIIiIiI", 64, 1, 48, 1, 60, 1, 0, 1)
    zero = struct.pack(">IIIIiIiI", 64, 1, 48, 0, 0, 1, 0, 1)
    return {
        "file type only": head,
        "truncated in the picture": data[:-200],
        "truncated in the tables": data[: data.index(b"ipco")],
        "box past its container": replaced(data, b"iinf", b"", 0).replace(
            data[data.index(b"ipco") - 4 : data.index(b"ipco")], b"\0\1\0\0", 1
        ),
        "no main picture": replaced(data, b"pitm", b"\0\7", 4),
        "main picture is none": built(form, [WrittenItem(b"Exif", b"x", ()), good]),
        "offset past the end": replaced(data, b"iloc", b"\x7f\xff\xff\xff", 14),
        "impossible field size": replaced(data, b"iloc", b"\x33\x33", 4),
        "property that is not there": replaced(data, b"ipma", b"\x7f", 11),
        "no configuration": built(form, [bare]),
        "no size": data.replace(b"ispe", b"zzzz"),
        "size of zero": replaced(data, b"ispe", bytes(4), 4),
        "tiles missing": built(form, [one, tile]),
        "tiles too small": built(form, [small, tile]),
        "crop outside": built(form, [part(form, scene(), essential(b"clap", outside))]),
        "crop divided by zero": built(form, [part(form, scene(), essential(b"clap", zero))]),
        "empty meta": head + packed(b"meta", bytes(4)),
        "short meta": head + packed(b"meta"),
        "no meta at all": head + packed(b"mdat", b"abc"),
    }


@FORMATS
@pytest.mark.parametrize("name", list(damaged(AVIF)))
def test_damaged_files_are_named(form: Format, name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, damaged(form)[name], form.suffix)
    assert caught.value.exit_code == 5
    assert caught.value.path is not None


@FORMATS
def test_damage_in_the_coded_picture_is_found_on_decoding(form: Format, tmp_path: Path) -> None:
    good = part(form, scene())
    lies = Property(b"ispe", bytes(4) + struct.pack(">II", 300, 200))
    others = tuple(p for p in good.properties if p.kind != b"ispe")
    for broken in (
        WrittenItem(good.kind, good.data[:60], good.properties),
        WrittenItem(good.kind, noise((500,)).astype(np.uint8).tobytes(), good.properties),
        WrittenItem(good.kind, good.data, (*others, lies)),
    ):
        with pytest.raises(InputError, match="damaged"):
            opened(tmp_path, built(form, [broken]), form.suffix).picture(0)
        with pytest.raises(InputError, match="damaged"):
            written(opened(tmp_path, built(form, [broken]), form.suffix), ())


@FORMATS
def test_a_size_other_than_the_coded_picture_has_is_damage(form: Format, tmp_path: Path) -> None:
    data = SIMPLE[form.suffix]
    for lie in ((60000, 60000), (16, 16)):  # the picture's own header says otherwise
        bomb = replaced(data, b"ispe", struct.pack(">II", *lie), 4)
        with pytest.raises(InputError, match="the coded picture 128x96"):
            opened(tmp_path, bomb, form.suffix)


@FORMATS
def test_comparing_sees_what_is_wrong(form: Format, tmp_path: Path) -> None:
    says = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
    data = SIMPLE[form.suffix]
    photo = opened(tmp_path, data, form.suffix)
    zones = photo.grown(ZONES)
    with pytest.raises(VerificationError, match="not one constant"):
        photo.compare(photo, zones, BLACK_FILL)
    turned = built(form, [part(form, scene(), essential(b"irot", b"\2"))])
    profiled = built(form, [part(form, scene(), Property(b"colr", b"prof" + display()))])
    tagged = built(form, [part(form, scene(), cicp=Cicp(12, 13, 6, True))])
    coarse = built(form, [part(form, scene(), coding=SampleCoding(8, "444"))])
    twice = built(form, [part(form, scene()), part(form, scene())])
    clear = built(form, [part(form, scene()), auxiliary(form, says, 0, scene(96, 128, 1))])
    for other, message in (
        (turned, "turned"),
        (profiled, "profile"),
        (tagged, "tags"),
        (coarse, "chroma"),
        (twice, "number of pictures"),
        (clear, "transparency"),
    ):
        with pytest.raises(VerificationError, match=message):
            photo.compare(opened(tmp_path, other, form.suffix), (), BLACK_FILL)
    transparent = opened(tmp_path, clear, form.suffix)
    faded = auxiliary(form, says, 0, scene(96, 128, 1) // 2)
    with pytest.raises(VerificationError, match="transparency"):
        transparent.compare(
            opened(tmp_path, built(form, [part(form, scene()), faded]), form.suffix),
            (),
            BLACK_FILL,
        )
    blurred = scene().copy()
    blurred[:, 60:] = blurred[:, 60:].mean(axis=0).astype(np.uint8)
    smooth = opened(tmp_path, built(form, [part(form, blurred)]), form.suffix)
    worse = photo.compare(smooth, (), BLACK_FILL)
    assert worse.ssim is not None
    assert worse.ssim < 0.9


def grid_of(form: Format, picture: NDArray[Any], *, cicp: Cicp = SRGB) -> bytes:
    """A grid of four tiles of 64 x 64."""
    tiles = [picture[y : y + 64, x : x + 64] for y in (0, 64) for x in (0, 64)]
    sides = (96).to_bytes(2, "big") + (112).to_bytes(2, "big")
    head = WrittenItem(
        b"grid",
        bytes((0, 0, 1, 1)) + sides,
        (spatial_extent(96, 112), cicp.property()),
        references=((b"dimg", (1, 2, 3, 4)),),
    )
    parts = [part(form, np.ascontiguousarray(t), cicp=None, hidden=True) for t in tiles]
    return built(form, [head, *parts])


@FORMATS
def test_rows_of_a_grid_are_those_of_the_whole(form: Format, tmp_path: Path) -> None:
    picture = scene(128, 128)
    data = grid_of(form, picture)
    path = tmp_path / f"a{form.suffix}"
    path.write_bytes(data)
    file = items.parse(data)
    (still,) = stills.read(file, form.codec)
    rows = Rows(file, still.picture, form.codec)
    whole = rows.whole()
    assert whole.shape == rows.shape == (112, 96, 3)
    assert np.abs(whole.astype(int) - form.read(data)).mean() < 1
    assert np.abs(whole.astype(int) - picture[:112, :96]).mean() < 8
    for start, stop in ((0, 112), (0, 1), (60, 70), (63, 65), (100, 112), (70, 200), (2, 60)):
        assert np.array_equal(rows[start:stop], whole[start:stop])
    for exif in range(1, 9):
        turned = Orientation.of(exif)
        part_ = rows.upright(turned)[10:90, 20:70]
        assert np.array_equal(part_, turned.upright(whole)[10:90, 20:70])


@FORMATS
def test_a_picture_too_large_to_be_kept_is_compared_by_rows(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = grid_of(form, scene(128, 128))
    seen = []
    for most in (10**9, 112 * 96 * 3, 0):
        monkeypatch.setattr("efface.media.isobmff.photo.KEPT_IN_MEMORY_BYTES", most)
        photo = opened(tmp_path, data, form.suffix)
        before = photo.picture(0).copy()
        zones = photo.grown((zone(10, 20, 60, 80),))
        output, _ = written(photo, zones)
        assert np.array_equal(photo.picture(0), before)  # painted for the encoder alone
        again = opened(tmp_path, output, form.suffix)
        seen.append((output, photo.compare(again, zones, BLACK_FILL)))
        spoilt = opened(tmp_path, written(photo, zones[:0])[0], form.suffix)
        with pytest.raises(VerificationError, match="constant"):
            photo.compare(spoilt, zones, BLACK_FILL)
    assert seen[0] == seen[1] == seen[2]
