"""TIFF: depths, colours, layouts and compressions; what is dropped; damaged files."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from tests.media.contract.tiff import PLACES, SHAPE, Page, pages, palette_of, samples
from tests.media.contract.tiff import written as written_page
from tests.media.lossless import BLACK_FILL, CANARY, holds, inside, noise, opened, redacted, zone
from tests.media.metadata.profiles import srgb
from tests.media.tiffs import (
    LONG,
    SHORT,
    changed,
    decoded,
    entry,
    packed,
    raw,
    tiff,
)

from efface.errors import InputError, RefusedError, VerificationError
from efface.media.tiff.photo import TiffPhoto
from efface.policy import Colour, Limits

ZONES = (zone(9, 7, 45, 30),)


KEPT = (
    *("bitspersample", "photometric", "planarconfig", "extrasamples", "is_tiled"),
    *("compression", "predictor", "sampleformat"),
)

FILLS: dict[str, Any] = {
    "gray, white is zero": 255,
    "bilevel, packbits": 1,
    "alpha": (0, 0, 0, 255),
    "premultiplied alpha": (0, 0, 0, 255),
    "further channels": (0, 0, 0, 255, 255),
    "gray and alpha": (0, 65535),
    "cmyk": (0, 0, 0, 255),
    "16-bit cmyk": (0, 0, 0, 65535),
    "16-bit icc lab": (0, 32768, 32768),
}


@pytest.mark.parametrize("kind", pages())
def test_kind_is_kept_and_the_fill_is_its_black(kind: str, tmp_path: Path) -> None:
    data = written_page(pages()[kind])
    output, _, _ = redacted(tmp_path, data, ".tif", ZONES)
    assert output[:4] == data[:4]
    if kind != "palette":
        filled = decoded(output)[inside(SHAPE, ZONES)]
        assert (filled == np.array(FILLS.get(kind, 0), filled.dtype)).all()
    with tifffile.TiffFile(io.BytesIO(data)) as a, tifffile.TiffFile(io.BytesIO(output)) as b:
        for name in KEPT:
            assert getattr(a.pages.first, name) == getattr(b.pages.first, name)


@pytest.mark.parametrize("photometric", [8, 9, 10], ids=["CIE", "ICC", "ITU"])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_lab_of_a_few_bits_is_filled_within_them(
    photometric: int, bits: int, tmp_path: Path
) -> None:
    """No camera writes it, but readers take it: the fill's middle of 128 was cut to its low bits,
    another colour, and the written file was then refused."""
    height, width = SHAPE
    values = noise((height, 3 * width), 1 << bits)
    fields = [(258, SHORT, [bits] * 3), (262, SHORT, [photometric]), (277, SHORT, [3])]
    data = raw((width, height), packed(values, bits), *fields)
    output, _, _ = redacted(tmp_path, data, ".tif", ZONES)
    chroma = 0 if photometric == 8 else 1 << (bits - 1)
    again = opened(tmp_path, output, ".tif")
    assert isinstance(again, TiffPhoto)
    stored = again.samples(0)
    assert (stored[inside(SHAPE, ZONES)] == (0, chroma, chroma)).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "LAB", "I;16", "F"])
def test_other_readers_agree(mode: str, tmp_path: Path) -> None:
    base = Image.fromarray(noise((*SHAPE, 3)).astype(np.uint8))
    image = (
        Image.fromarray(noise(SHAPE, 1 << 16))
        if mode == "I;16"
        else Image.frombytes(mode, base.size, base.tobytes())
        if mode == "LAB"
        else base.convert(mode)
    )
    out = io.BytesIO()
    image.save(out, "TIFF", compression="tiff_lzw")
    output, _, _ = redacted(tmp_path, out.getvalue(), ".tif", ZONES)
    mask = inside(SHAPE, ZONES)
    again = Image.open(io.BytesIO(output))
    assert again.mode == image.mode
    ours, theirs = (np.asarray(i.convert("RGB") if mode == "P" else i) for i in (image, again))
    assert (ours[~mask] == theirs[~mask]).all()


def test_pages_of_different_kinds(tmp_path: Path) -> None:
    several: list[Page] = [
        (samples("u1", 3), {"photometric": "rgb"}),
        (samples("u2")[:20, :30], {"compression": "lzw"}),
        (samples("u1", bits=1)[:11].astype(bool), {"photometric": "minisblack"}),
    ]
    data = tiff(*several)
    zones = (zone(9, 7, 45, 37, frame=0), zone(2, 3, 30, 20, frame=1), zone(0, 0, 5, 5, frame=2))
    output, _, again = redacted(tmp_path, data, ".tif", zones)
    assert again.sizes == ((45, 37), (30, 20), (45, 11))
    with tifffile.TiffFile(io.BytesIO(output)) as file:
        for index, (page, z) in enumerate(zip(file.pages, zones, strict=True)):
            ours, theirs = np.asarray(several[index][0]), page.asarray()
            mask = inside(ours.shape[:2], (z,))
            assert (ours[~mask] == theirs[~mask]).all()
            assert not theirs[mask].any()


def test_leftovers_of_a_palette_are_not_kept(tmp_path: Path) -> None:
    table = np.zeros((3, 256), np.uint16)
    table[:, :4] = [[9, 100, 0, 55 * 257], [9, 3, 65535, 66 * 257], [9, 2, 1, 77 * 257]]
    pixels = np.ones(SHAPE, np.uint8)
    pixels[::3] = 2
    pixels[7:30, 9:] = 3
    data = tiff((pixels, {"photometric": "palette", "colormap": table}))
    output, _, _ = redacted(tmp_path, data, ".tif", ZONES)
    with tifffile.TiffFile(io.BytesIO(output)) as file:
        kept = np.asarray(file.pages.first.colormap)
    assert kept[:, :3].T.tolist() == [[0, 0, 0], [0, 65535, 1], [100, 3, 2]]
    assert not kept[:, 3:].any()


def test_full_palette_fills_with_the_nearest_entry(tmp_path: Path) -> None:
    pixels = np.arange(45 * 37).reshape(SHAPE).astype(np.uint8)
    data = tiff((pixels, {"photometric": "palette", "colormap": palette_of(8)}))
    _, report, _ = redacted(tmp_path, data, ".tif", (zone(0, 0, 4, 4),), Colour(255, 255, 255))
    assert any("nearest" in note for note in report.notes)


def test_jpeg_inside_keeps_its_decoded_pixels(tmp_path: Path) -> None:
    smooth = np.kron(samples("u1", 3)[:8, :8], np.ones((16, 16, 1), np.uint8))
    jpeg = imagecodecs.jpeg_encode(smooth, level=80, subsampling="420")
    options = {"photometric": "ycbcr", "compression": "jpeg", "subsampling": (2, 2)}
    data = tiff((smooth, {**options, "compressionargs": {"level": 80}}))
    photo = opened(tmp_path, data, ".tif")
    zones = (zone(10, 10, 60, 60),)
    output, report, again = redacted(tmp_path, data, ".tif", zones)
    mask = inside((128, 128), zones)
    assert (decoded(output)[~mask] == decoded(data)[~mask]).all()
    assert any("JPEG" in note for note in report.notes)
    assert (photo.picture(0)[~mask] == again.picture(0)[~mask]).all()
    assert len(jpeg)
    with tifffile.TiffFile(io.BytesIO(output)) as file:
        assert (file.pages.first.photometric, file.pages.first.compression) == (2, 8)


@pytest.mark.parametrize("how", ["group3", "group4", "tiff_ccitt"])
def test_fax_keeps_its_pixels(how: str, tmp_path: Path) -> None:
    image = Image.fromarray(samples("u1", bits=1).astype(bool))
    out = io.BytesIO()
    image.save(out, "TIFF", compression=how)
    output, report, _ = redacted(tmp_path, out.getvalue(), ".tif", ZONES)
    mask = inside(SHAPE, ZONES)
    again = np.asarray(Image.open(io.BytesIO(output)))
    assert (again[~mask] == np.asarray(image)[~mask]).all()
    assert not again[mask].any()
    assert any("fax" in note for note in report.notes)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_small_palettes_stay_small(bits: int, tmp_path: Path) -> None:
    pixels = samples("u1", bits=bits)
    pixels[~inside(SHAPE, ZONES)] = 1
    table = palette_of(bits)
    fields = [(258, SHORT, [bits]), (262, SHORT, [3]), (320, SHORT, table.ravel().tolist())]
    output, _, again = redacted(
        tmp_path, raw((45, 37), packed(pixels, bits), *fields), ".tif", ZONES
    )
    assert entry(output, 258) == bits
    kept = np.array(entry(output, 320))
    assert kept[:, 0].tolist() == [0, 0, 0]
    assert kept[:, 1].tolist() == table[:, 1].tolist()
    assert not kept[:, 2:].any()
    assert (decoded(output) == ~inside(SHAPE, ZONES)).all()
    assert not again.picture(0)[inside(SHAPE, ZONES)].any()


def test_bits_in_the_other_order(tmp_path: Path) -> None:
    pixels = samples("u1", bits=1)
    data = imagecodecs.bitorder_encode(packed(pixels, 1))
    content = raw((45, 37), bytes(data), (258, SHORT, [1]), (266, SHORT, [2]))
    output, _, _ = redacted(tmp_path, content, ".tif", ())
    assert (decoded(output) == pixels).all()
    with tifffile.TiffFile(io.BytesIO(output)) as file:
        assert 266 not in file.pages.first.tags


def test_predictor_of_integers_on_floats(tmp_path: Path) -> None:
    pixels = samples("f4")
    differences = imagecodecs.delta_encode(pixels.view("u4"), axis=-1)
    fields = [(258, SHORT, [32]), (259, SHORT, [8]), (317, SHORT, [2]), (339, SHORT, [3])]
    data = raw((45, 37), zlib.compress(differences.tobytes()), *fields)
    output, _, again = redacted(tmp_path, data, ".tif", ())
    assert isinstance(again, TiffPhoto)
    assert again.samples(0)[..., 0].tobytes() == pixels.tobytes()
    assert entry(output, 317) == 2


def test_profile_and_resolution_are_kept(tmp_path: Path) -> None:
    data = tiff(
        (
            samples("u1", 3),
            {
                "photometric": "rgb",
                "iccprofile": srgb(),
                "resolution": ((300, 1), (1181, 10)),
                "resolutionunit": 3,
            },
        )
    )
    output, _, _ = redacted(tmp_path, data, ".tif", ZONES)
    with tifffile.TiffFile(io.BytesIO(output)) as file:
        tags = file.pages.first.tags
        assert (tags[282].value, tags[283].value, tags[296].value) == ((300, 1), (1181, 10), 3)
        profile = ImageCms.ImageCmsProfile(io.BytesIO(tags[34675].value))
        assert profile.profile.xcolor_space.strip() == "RGB"


@pytest.mark.parametrize("place", PLACES)
def test_what_is_in_a_place_is_named_as_what_it_is(place: str, tmp_path: Path) -> None:
    make, expected = PLACES[place]
    _, report, again = redacted(tmp_path, make(), ".tif", ZONES)
    assert expected <= {f.kind for f in report.dropped}
    assert ("trailing-data" in {f.kind for f in report.dropped}) == ("trailing-data" in expected)
    assert again.sizes == ((45, 37),)


WHITE = (3127, 10000, 3290, 10000)
REC_709 = (64, 100, 33, 100, 3, 10, 6, 10, 15, 100, 6, 100)


def test_white_point_and_primaries_are_kept(tmp_path: Path) -> None:
    tags = [(318, 5, 2, WHITE, True), (319, 5, 6, REC_709, True)]
    data = tiff((samples("u1"), {"extratags": tags}))
    written, report, _ = redacted(tmp_path, data, ".tif", ZONES)
    found = [entry(written, tag) for tag in (318, 319)]
    for values, asked in zip(found, (WHITE, REC_709), strict=True):
        fractions = [a / b for a, b in zip(values[::2], values[1::2], strict=True)]
        meant = [a / b for a, b in zip(asked[::2], asked[1::2], strict=True)]
        assert fractions == pytest.approx(meant, abs=1e-6)
    assert not any(one.kind == "colour-numbers" for one in report.dropped)


@pytest.mark.parametrize(
    "value",
    [(3127, 0, 3290, 10000), (30000, 10000, 3290, 10000), (1, 1, 1, 1, 1, 1)],
    ids=["by nothing", "far off", "too many"],
)
def test_numbers_that_are_no_chromaticities_are_left_out(
    value: tuple[int, ...], tmp_path: Path
) -> None:
    data = tiff((samples("u1"), {"extratags": [(318, 5, len(value) // 2, value, True)]}))
    written, report, _ = redacted(tmp_path, data, ".tif", ZONES)
    assert "colour-numbers" in {one.kind for one in report.dropped}
    assert entry(written, 318) is None


def test_unreadable_profile_is_left_out_and_said(tmp_path: Path) -> None:
    data = tiff((samples("u1"), {"iccprofile": CANARY * 9}))
    output, report, _ = redacted(tmp_path, data, ".tif", ZONES)
    assert not holds(output)
    assert any("profile" in note for note in report.notes)


def test_microscope_description_is_left_out_and_said(tmp_path: Path) -> None:
    out = io.BytesIO()
    tifffile.imwrite(out, samples("u1"), ome=True, metadata={"axes": "YX"})
    _, report, _ = redacted(tmp_path, out.getvalue(), ".tif", ZONES)
    assert any("microscope" in note for note in report.notes)


def test_colours_under_transparent_pixels_do_not_stay(tmp_path: Path) -> None:
    pixels = samples("u1", 4) | 1
    pixels[33:, :, 3] = 0
    data = tiff((pixels, {"photometric": "rgb", "extrasamples": ["unassalpha"]}))
    output, report, _ = redacted(tmp_path, data, ".tif", ZONES)
    assert [f.kind for f in report.dropped] == ["hidden-colour"]
    assert not decoded(output)[33:].any()


def refused() -> dict[str, bytes]:
    plain = tiff((samples("u1"), {}))
    rgb = samples("u1", 3)
    stack = io.BytesIO()
    tifffile.imwrite(stack, np.stack([samples("u1")] * 3), imagej=True)
    one_page = stack.getvalue()
    with tifffile.TiffFile(io.BytesIO(one_page)) as file:  # ImageJ's own way: one directory only
        first = file.pages.first
        link = first.offset + 2 + 12 * len(first.tags)
    one_page = one_page[:link] + bytes(4) + one_page[link + 4 :]

    def tagged(tag: int, value: int) -> bytes:
        return raw((45, 37), samples("u1").tobytes(), (tag, LONG, [value]))

    return {
        "DNG": tagged(50706, 0x01040000),
        "colour filter array": changed(plain, 262, 32803),
        "volume": tagged(32997, 4),
        "stack": one_page,
        "photometric": changed(plain, 262, 32844),
        "JPEG 2000": tiff((rgb, {"photometric": "rgb", "compression": "jpeg2000"})),
        "JBIG": changed(plain, 259, 34661),
        "complex": tiff((samples("f4").astype(np.complex64), {})),
        "64 bits": tiff((samples("u1").astype(np.uint64), {})),
        "small copies only": tiff((samples("u1"), {"subfiletype": 1})),
        "ycbcr": tiff((rgb, {"photometric": "ycbcr", "subsampling": (1, 1)})),
    }


@pytest.mark.parametrize("name", refused())
def test_what_cannot_be_kept_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        opened(tmp_path, refused()[name], ".tif")


def damaged() -> dict[str, bytes]:
    plain = tiff((samples("u1"), {"rowsperstrip": 37}))
    lzw = tiff((samples("u1"), {"compression": "lzw", "rowsperstrip": 37}))
    packed = tiff((samples("u1"), {"compression": "zlib", "rowsperstrip": 37}))
    jpeg = tiff((samples("u1"), {"compression": "jpeg"}))
    with tifffile.TiffFile(io.BytesIO(lzw)) as file:
        length = file.pages.first.databytecounts[0]
    with tifffile.TiffFile(io.BytesIO(packed)) as file:
        at = file.pages.first.dataoffsets[0]
    with tifffile.TiffFile(io.BytesIO(jpeg)) as file:
        coded, size = file.pages.first.dataoffsets[0], file.pages.first.databytecounts[0]
    link = 8 + 2 + 12 * struct.unpack_from("<H", plain, 8)[0]
    return {
        "head only": b"II*\0",
        "no directory": b"II*\0" + bytes(4),
        "directory outside": b"II*\0" + struct.pack("<I", 1 << 20),
        "empty directory": b"II*\0" + struct.pack("<IH", 8, 0) + bytes(8),
        "circle": plain[:link] + struct.pack("<I", 8) + plain[link + 4 :],
        "cut": plain[:-1],
        "cut in the directory": plain[:60],
        "no width": changed(plain, 256, 0),
        "strip outside": changed(plain, 273, len(plain) - 5),
        "no strip": changed(plain, 279, 0),
        "short strip": changed(plain, 279, 45 * 36),
        "short lzw": changed(lzw, 279, length // 2),
        "not deflate": packed[:at] + b"nothing" + packed[at + 7 :],
        "more rows": changed(plain, 257, 38),
        "too few strips": changed(plain, 278, 5),
        "palette": raw((45, 37), bytes(45 * 37), (262, SHORT, [3]), (320, LONG, [70_000] * 768)),
        "depth of a JPEG": changed(jpeg, 258, 1),
        "zeros in a JPEG": jpeg[: coded + size - 200] + bytes(200) + jpeg[coded + size :],
        "end of a JPEG": jpeg[: coded + size // 2] + b"\xff\xd9" + jpeg[coded + size // 2 + 2 :],
        "size of a JPEG": changed(jpeg, 256, 40),
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_file_is_an_input_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        opened(tmp_path, damaged()[name], ".tif").picture(0)


def test_bombs_are_refused(tmp_path: Path) -> None:
    plain = tiff((samples("u1"), {"compression": "zlib"}))
    huge = changed(changed(plain, 256, 100_000), 257, 100_000)
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, huge, ".tif")
    pages = tiff(*[(samples("u1")[:4, :4], {})] * 6)
    with pytest.raises(RefusedError, match="frames"):
        opened(tmp_path, pages, ".tif", Limits(max_frames=5))
    zeros = tiff((np.zeros((4000, 4000), np.uint8), {"compression": "zlib", "rowsperstrip": 4000}))
    small = changed(changed(zeros, 256, 10), 257, 10)  # its strip holds 16 MB more than it may
    with pytest.raises(InputError):
        opened(tmp_path, small, ".tif").picture(0)


def test_compare_sees_every_difference(tmp_path: Path) -> None:
    pixels, options = samples("u2", 3), {"photometric": "rgb"}
    photo = opened(tmp_path, tiff((pixels, options)), ".tif")
    good = pixels.copy()
    good[7:30, 9:] = 0
    photo.compare(opened(tmp_path, tiff((good, options)), ".tif"), ZONES, BLACK_FILL)
    for at in ((0, 0, 0), (36, 44, 2), (8, 10, 1)):
        bad = good.copy()
        bad[at] ^= 1
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, tiff((bad, options)), ".tif"), ZONES, BLACK_FILL)
    others = [
        tiff((good, {**options, "resolution": (5, 5)})),
        tiff((good[:-1], options)),
        tiff((good, options), (good, options)),
        tiff(((good >> 8).astype(np.uint8), options)),
        tiff((good, {**options, "extratags": [(274, "H", 1, 3, True)]})),
    ]
    for other in others:
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, other, ".tif"), ZONES, BLACK_FILL)


def test_a_twelve_bit_picture_in_sixteen_bits_is_bright_enough_to_detect(tmp_path: Path) -> None:
    photo = opened(tmp_path, tiff((samples("u2", bits=12), {})), ".tif")
    assert photo.picture(0).max() == 255


def test_infinite_samples_are_kept(tmp_path: Path) -> None:
    pixels = samples("f4")
    pixels[0, :3] = (np.nan, np.inf, -0.0)
    output, _, again = redacted(tmp_path, tiff((pixels, {})), ".tif", ZONES)
    assert decoded(output)[0].tobytes() == pixels[0].tobytes()
    assert isinstance(again, TiffPhoto)
    assert again.picture(0).shape == (37, 45, 3)
