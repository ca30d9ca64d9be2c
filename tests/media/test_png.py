"""PNG: every colour type and depth, what is kept, what is dropped, and damaged files."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from tests.media.contract.png import (
    CHANNELS,
    PLACES,
    TYPES,
    colours_of,
    plte,
    samples_of,
)
from tests.media.lossless import BLACK_FILL, CANARY, holds, inside, opened, redacted, written, zone
from tests.media.metadata.profiles import srgb
from tests.media.pngs import SIGNATURE, chunk, ihdr, png, stream

from efface.errors import InputError, RefusedError, VerificationError
from efface.media.metadata import exif
from efface.policy import Colour

ZONES = (zone(5, 4, 17, 13),)


def decoded(data: bytes) -> NDArray[Any]:
    return np.asarray(imagecodecs.png_decode(data))


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("bits", "colour"), TYPES)
def test_type_is_kept_and_the_fill_is_its_black(
    bits: int, colour: int, interlaced: bool, tmp_path: Path
) -> None:
    before = plte(colours_of(bits)) if colour == 3 else b""
    data = png(samples_of(bits, colour), bits, colour, interlaced, before=before)
    output, _, _ = redacted(tmp_path, data, ".png", ZONES)
    assert output[16:29] == data[16:29]
    mask = inside((19, 23), ZONES)
    filled = decoded(output)[mask]
    if colour == 3:
        filled = filled[..., :3]
    if colour in (4, 6):
        assert (filled[..., -1] == np.iinfo(filled.dtype).max).all()
        filled = filled[..., :-1]
    if not (colour == 3 and len(np.unique(samples_of(bits, colour)[~mask])) == 1 << bits):
        assert not filled.any()
    Image.open(io.BytesIO(output)).load()


def test_order_and_leftovers_of_a_palette_are_not_kept(tmp_path: Path) -> None:
    colours = np.zeros((256, 3), np.uint8)
    colours[:5] = [(9, 9, 9), (200, 1, 2), (3, 150, 4), (77, 66, 55), (200, 1, 2)]
    pixels = np.ones((20, 24), np.uint8)
    pixels[:, ::2], pixels[::3] = 2, 4
    pixels[4:13, 5:17] = 3  # (77, 66, 55) is in the zone only
    one = png(pixels, 8, 3, before=plte(colours))
    output, _, _ = redacted(tmp_path, one, ".png", ZONES)
    assert bytes((77, 66, 55)) not in output
    at = output.index(b"PLTE")
    (length,) = struct.unpack(">I", output[at - 4 : at])
    assert output[at + 4 : at + 4 + length] == bytes((0, 0, 0, 3, 150, 4, 200, 1, 2))
    order = np.array([4, 0, 3, 2, 1])  # the same picture with another palette
    shuffled = colours.copy()
    shuffled[order] = colours[:5]
    pixels[4:13, 5:17] = 0
    other = png(order[pixels], 8, 3, before=plte(shuffled))
    assert redacted(tmp_path, other, ".png", ZONES)[0] == output


def test_full_palette_fills_with_the_nearest_entry(tmp_path: Path) -> None:
    pixels = np.arange(32 * 32, dtype=np.uint16).reshape(32, 32) % 256
    colours = np.array([(i, 255 - i, 128) for i in range(256)], np.uint8)
    output, report, _ = redacted(
        tmp_path, png(pixels, 8, 3, before=plte(colours)), ".png", ZONES, Colour(255, 0, 130)
    )
    assert any("nearest" in note for note in report.notes)
    assert decoded(output)[6, 6].tolist() == [255, 0, 128]


def test_palette_without_an_opaque_entry_is_refused(tmp_path: Path) -> None:
    pixels = np.arange(32 * 32, dtype=np.uint16).reshape(32, 32) % 4
    data = png(pixels, 2, 3, before=plte(colours_of(2), b"\x01\x02\x03\x04"))
    with pytest.raises(RefusedError, match="opaque"):
        written(opened(tmp_path, data, ".png"), ZONES)


@pytest.mark.parametrize(("bits", "colour"), [(1, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
def test_colour_that_means_transparent_is_kept_and_not_filled_with(
    bits: int, colour: int, tmp_path: Path
) -> None:
    pixels = samples_of(bits, colour)
    pixels[0, 0] = 0
    key = bytes(2 * CHANNELS[colour])
    data = png(pixels, bits, colour, before=chunk(b"tRNS", key))
    output, report, again = redacted(tmp_path, data, ".png", ZONES)
    assert chunk(b"tRNS", key) in output
    assert any("transparent" in note for note in report.notes)
    assert (again.picture(0)[4:13, 5:17] != 128).any()  # grey would be transparent
    pixels[pixels == 0] = 1
    pixels[6, 6] = 0
    data = png(pixels, bits, colour, before=chunk(b"tRNS", key))
    output, _, _ = redacted(tmp_path, data, ".png", ZONES)
    assert b"tRNS" not in output  # only the zone was transparent


def test_colours_under_transparent_pixels_do_not_stay(tmp_path: Path) -> None:
    pixels = samples_of(8, 6)
    pixels[14:, :, 3] = 0
    pixels[14:, :, :3] = np.frombuffer(CANARY, np.uint8)[: 3 * 5].reshape(5, 1, 3)
    data = png(pixels, 8, 6)
    photo = opened(tmp_path, data, ".png")
    assert [f.kind for f in photo.findings()] == ["hidden-colour"]
    output, report, _ = redacted(tmp_path, data, ".png", ZONES)
    assert not decoded(output)[14:].any()
    assert any("transparent" in note for note in report.notes)


def test_uniform_transparent_pixels_stay_as_they_are(tmp_path: Path) -> None:
    pixels = samples_of(8, 6)
    pixels[14:] = (255, 255, 255, 0)
    output, report, _ = redacted(tmp_path, png(pixels, 8, 6), ".png", ZONES)
    assert (decoded(output)[14:] == (255, 255, 255, 0)).all()
    assert report.dropped == ()


def test_last_row_and_column_and_rounded_shapes(tmp_path: Path) -> None:
    data = png(samples_of(8, 0) | 1, 8, 0)
    output, _, _ = redacted(tmp_path, data, ".png", (zone(15, 10, 23, 19),))
    assert not decoded(output)[10:, 15:].any()
    round_zone = (zone(3, 3, 20, 16, shape="rounded"),)
    output, _, _ = redacted(tmp_path, data, ".png", round_zone)
    mask = inside((19, 23), round_zone)
    assert 0 < mask.sum() < 17 * 13
    assert not decoded(output)[mask].any()
    assert decoded(output)[~mask].all()


def test_without_zones_the_pixels_stay(tmp_path: Path) -> None:
    data = png(samples_of(16, 6), 16, 6)
    output, _, _ = redacted(tmp_path, data, ".png", ())
    assert (decoded(output) == decoded(data)).all()


def test_colour_and_density_are_kept(tmp_path: Path) -> None:
    profile = srgb()
    kept = {
        b"gAMA": struct.pack(">I", 45455),
        b"cHRM": struct.pack(">8I", *(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        b"sRGB": b"\1",
        b"cICP": bytes((9, 16, 0, 1)),
        b"pHYs": struct.pack(">IIB", 2835, 2835, 1),
        b"sBIT": bytes((5, 6, 5)),
    }
    before = b"".join(chunk(k, v) for k, v in kept.items())
    before += chunk(b"iCCP", CANARY + b"\0\0" + zlib.compress(profile))
    output, report, again = redacted(
        tmp_path, png(samples_of(8, 2), 8, 2, before=before), ".png", ZONES
    )
    for kind, data in kept.items():
        assert output.count(chunk(kind, data)) == 1
    assert not holds(output)
    image = Image.open(io.BytesIO(output))
    transform = ImageCms.getOpenProfile(io.BytesIO(image.info["icc_profile"]))
    assert transform.profile.xcolor_space.strip() == "RGB"
    assert "icc-name" in {f.kind for f in report.dropped}
    assert again.sizes == ((23, 19),)


def test_time_is_gone_and_named(tmp_path: Path) -> None:
    data = png(samples_of(8, 2), 8, 2, after=chunk(b"tIME", bytes((7, 232, 1, 2, 3, 4, 5))))
    output, report, _ = redacted(tmp_path, data, ".png", ZONES)
    assert b"tIME" not in output
    assert [f.kind for f in report.dropped] == ["date"]


def test_data_behind_the_picture_is_gone_and_named(tmp_path: Path) -> None:
    pixels = samples_of(8, 2)
    whole = png(pixels, 8, 2)
    raw = stream(pixels, 8)
    start = SIGNATURE + ihdr(23, 19, 8, 2)
    ways = {
        "after IEND": whole + CANARY,
        "after the stream": start + chunk(b"IDAT", zlib.compress(raw) + CANARY),
        "in the stream": start + chunk(b"IDAT", zlib.compress(raw + CANARY)),
        "a further IDAT": start + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IDAT", CANARY),
    }
    for name, start_of_file in ways.items():
        data = start_of_file + (b"" if name == "after IEND" else chunk(b"IEND"))
        assert holds(data)
        output, report, _ = redacted(tmp_path, data, ".png", ())
        assert not holds(output)
        assert [f.kind for f in report.dropped] == ["trailing-data"], name
        assert (decoded(output) == pixels).all()


def test_note_says_that_an_unreadable_profile_is_left_out(tmp_path: Path) -> None:
    data = png(samples_of(8, 2), 8, 2, before=PLACES["unreadable profile"])
    assert any("profile" in note for note in redacted(tmp_path, data, ".png", ())[1].notes)


def bad_assets() -> dict[str, bytes]:
    pixels = samples_of(8, 2)
    whole = png(pixels, 8, 2)
    raw = stream(pixels, 8)
    end = chunk(b"IEND")

    def around(data: bytes) -> bytes:
        return SIGNATURE + ihdr(23, 19, 8, 2) + data + end

    idat = chunk(b"IDAT", zlib.compress(raw))
    return {
        "header only": SIGNATURE,
        "no IHDR": SIGNATURE + idat + end + bytes(40),
        "depth": whole.replace(ihdr(23, 19, 8, 2), ihdr(23, 19, 3, 2)),
        "no width": whole.replace(ihdr(23, 19, 8, 2), ihdr(0, 19, 8, 2)),
        "cut in the data": whole[:-40],
        "checksum": whole[:60] + bytes((whole[60] ^ 1,)) + whole[61:],
        "no IDAT": around(b""),
        "IDAT in two places": around(idat + chunk(b"tIME", bytes(7)) + idat),
        "two headers": around(ihdr(23, 19, 8, 2) + idat),
        "short stream": around(chunk(b"IDAT", zlib.compress(raw[:-9]))),
        "cut stream": around(chunk(b"IDAT", zlib.compress(raw)[:-9])),
        "no stream": around(chunk(b"IDAT", b"not zlib at all")),
        "filter type": around(chunk(b"IDAT", zlib.compress(b"\x09" + raw[1:]))),
        "no palette": png(samples_of(8, 3), 8, 3),
        "long palette": png(samples_of(1, 3), 1, 3, before=plte(colours_of(2))),
        "not chunks": whole[:-12] + b"\0\0\0\0\1\2\3\4" + bytes(8),
        "animation without frames": png(
            pixels, 8, 2, before=chunk(b"acTL", struct.pack(">II", 2, 0))
        ),
    }


def odd_files() -> dict[str, tuple[bytes, set[str]]]:
    """Healthy files that break a rule of the format, and what inspect lists."""
    pixels = samples_of(8, 2)
    whole = png(pixels, 8, 2)
    packed = zlib.compress(stream(pixels, 8))
    text = chunk(b"tEXt", b"Comment\0canary")
    wrong = text[:-1] + bytes((text[-1] ^ 1,))
    turned = chunk(b"eXIf", exif.minimal_exif(6))

    def with_stream(data: bytes) -> bytes:
        return SIGNATURE + ihdr(23, 19, 8, 2) + chunk(b"IDAT", data) + chunk(b"IEND")

    return {
        "no IEND": (whole[:-12], set()),
        "cut in the last checksum": (whole[:-14], set()),
        "cut in IEND": (whole[:-7], {"trailing-data"}),
        "cut in a text": (whole[:-12] + text[:-8], {"trailing-data"}),
        "checksum of a text": (png(pixels, 8, 2, after=wrong), {"invalid-chunk", "text"}),
        "checksum of EXIF": (
            png(pixels, 8, 2, before=turned[:-1] + b"\0"),
            {"invalid-chunk"},
        ),
        "no checksum of the stream": (with_stream(packed[:-4]), set()),
        "wrong checksum of the stream": (with_stream(packed[:-4] + b"\1\2\3\4"), set()),
    }


@pytest.mark.parametrize("name", odd_files())
def test_a_file_with_every_row_is_kept(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data, kinds = odd_files()[name]
    output, report, _ = redacted(tmp_path, data, ".png", ZONES)
    assert {finding.kind for finding in report.dropped} == kinds
    plain, _, _ = redacted(tmp_path, png(samples_of(8, 2), 8, 2), ".png", ZONES)
    assert output == plain
    assert not capfd.readouterr().err


@pytest.mark.parametrize("name", bad_assets())
def test_damaged_file_is_an_input_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        photo = opened(tmp_path, bad_assets()[name], ".png")
        photo.picture(0)


@pytest.mark.parametrize(
    "data",
    [
        SIGNATURE + chunk(b"CgBI", bytes(4)) + bytes(40),
        png(samples_of(8, 2), 8, 2, before=chunk(b"ABCD")),
    ],
)
def test_other_variants_are_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        opened(tmp_path, data, ".png")


def test_bombs_are_not_expanded(tmp_path: Path) -> None:
    huge = SIGNATURE + ihdr(60_000, 60_000, 16, 6) + chunk(b"IDAT", bytes(9)) + chunk(b"IEND")
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, huge, ".png")
    deflater = zlib.compressobj(9)
    zeros = b"".join(deflater.compress(bytes(1 << 20)) for _ in range(100)) + deflater.flush()
    bomb = png(samples_of(8, 2), 8, 2, before=chunk(b"iCCP", b"x\0\0" + zeros))
    assert "icc-broken" in {f.kind for f in opened(tmp_path, bomb, ".png").findings()}
    behind = SIGNATURE + ihdr(1, 1, 8, 0) + chunk(b"IDAT", zeros) + chunk(b"IEND")
    assert "trailing-data" in {f.kind for f in opened(tmp_path, behind, ".png").findings()}


def test_the_decoder_does_not_write_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for bits, colour in TYPES:
        before = plte(colours_of(bits)) if colour == 3 else b""
        data = png(samples_of(bits, colour), bits, colour, True, before=before)
        opened(tmp_path, data, ".png").picture(0)
    raw = stream(samples_of(8, 2), 8) + CANARY
    excess = SIGNATURE + ihdr(23, 19, 8, 2) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND")
    opened(tmp_path, excess, ".png").picture(0)
    assert capfd.readouterr() == ("", "")


def test_compare_sees_every_difference(tmp_path: Path) -> None:
    pixels = samples_of(8, 6)
    photo = opened(tmp_path, png(pixels, 8, 6), ".png")
    output, _, _ = redacted(tmp_path, png(pixels, 8, 6), ".png", ZONES)
    good = decoded(output)
    for at, value in (((0, 0), 1), ((18, 22), 1), ((6, 6), 1)):
        bad = good.copy()
        bad[at][0] ^= value
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, png(bad, 8, 6), ".png"), ZONES, BLACK_FILL)
    with pytest.raises(VerificationError):
        photo.compare(opened(tmp_path, png(good[..., :3], 8, 2), ".png"), ZONES, BLACK_FILL)
    with pytest.raises(VerificationError):
        photo.compare(opened(tmp_path, png(good[:-1], 8, 6), ".png"), ZONES, BLACK_FILL)
    for before in (chunk(b"eXIf", exif.minimal_exif(3)), chunk(b"sRGB", b"\0")):
        other = png(good, 8, 6, before=before)
        with pytest.raises(VerificationError, match="colours"):
            photo.compare(opened(tmp_path, other, ".png"), ZONES, BLACK_FILL)
