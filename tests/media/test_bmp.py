"""BMP: every header and depth, what is dropped, and damaged files."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from tests.media.bmps import EMBEDDED, Bmp, palette, runs
from tests.media.contract.bmp import (
    MASKS_8888,
    SHAPE,
    kinds,
    pixels,
)
from tests.media.lossless import BLACK_FILL, inside, opened, redacted, zone
from tests.media.metadata.profiles import srgb

from efface.errors import InputError, RefusedError, VerificationError
from efface.policy import Colour

ZONES = (zone(5, 4, 21, 13),)


def rgb(data: bytes) -> NDArray[np.uint8]:
    """As Pillow reads it, over grey."""
    image = np.array(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)
    colours, alpha = image[..., :3], image[..., 3:]
    return np.asarray((colours * alpha + 128 * (255 - alpha) + 127) // 255, np.uint8)


@pytest.mark.parametrize("kind", kinds())
def test_kind_is_kept_and_what_changes_is_noted(kind: str, tmp_path: Path) -> None:
    bmp = kinds()[kind]
    data = bmp.data()
    output, report, again = redacted(tmp_path, data, ".bmp", ZONES, Colour(0, 0, 0))
    mask = inside(SHAPE, ZONES)
    nearest = any("nearest" in note for note in report.notes)
    assert nearest == (bmp.bits < 8 and len(np.unique(bmp.samples[~mask])) == 1 << bmp.bits)
    assert nearest or not again.picture(0)[mask].any()
    assert output[28:30] == data[28:30] or bmp.header == 12
    assert any("run-length" in note for note in report.notes) == kind.startswith("runs")
    assert len(output) == int.from_bytes(output[2:6], "little")
    if kind not in ("2 bits", "32 bits, 10 each"):  # what Pillow reads in the same way
        assert (rgb(output) == again.picture(0)).all()


def test_leftovers_of_a_palette_are_not_kept(tmp_path: Path) -> None:
    samples = np.ones(SHAPE, np.int64)
    samples[:, ::3] = 2
    samples[4:13, 5:] = 3
    colours = bytes((9, 9, 9, 0, 1, 2, 200, 0, 4, 150, 3, 0, 55, 66, 77, 0))
    data = Bmp(samples, 8, palette=colours, declared=4).data()
    output, _, _ = redacted(tmp_path, data, ".bmp", ZONES)
    assert bytes((55, 66, 77)) not in output
    assert output[54:66] == bytes((0, 0, 0, 0, 1, 2, 200, 0, 4, 150, 3, 0))
    assert not any(output[66 : 54 + 1024])


def test_skipped_pixels_of_runs(tmp_path: Path) -> None:
    skipping = b"\x03\x05" + b"\0\2\x04\x03" + b"\x02\x07" + b"\0\1"
    bmp = Bmp(np.zeros(SHAPE), 8, compression=1, palette=palette(256), pixels=skipping)
    _, _, again = redacted(tmp_path, bmp.data(), ".bmp", ())
    table = np.frombuffer(bmp.palette, np.uint8).reshape(-1, 4)[:, 2::-1]
    expected = np.zeros(SHAPE, int)
    expected[-1, :3] = 5
    expected[-4, 7:9] = 7
    assert (again.picture(0) == table[expected]).all()
    _, _, again = redacted(tmp_path, bmp.data(), ".bmp", (zone(0, 0, 3, 3),))
    assert not again.picture(0)[:3, :3].any()


def test_profile_and_density_are_kept(tmp_path: Path) -> None:
    bmp = Bmp(pixels(24), 24, 124, profile=srgb(), space=EMBEDDED, density=(3937, 3000))
    output, _, _ = redacted(tmp_path, bmp.data(), ".bmp", ZONES)
    at, length = (int.from_bytes(output[i : i + 4], "little") for i in (126, 130))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(output[14 + at : 14 + at + length]))
    assert profile.profile.xcolor_space.strip() == "RGB"
    assert output[38:46] == (3937).to_bytes(4, "little") + (3000).to_bytes(4, "little")
    assert 14 + at + length == len(output)


def test_calibrated_colours_are_kept(tmp_path: Path) -> None:
    data = bytearray(Bmp(pixels(24), 24, 108, space=0).data())
    data[74:122] = bytes(range(48))
    output, _, _ = redacted(tmp_path, bytes(data), ".bmp", ZONES)
    assert output[74:122] == bytes(range(48))


def test_bits_of_no_channel_are_gone_and_named(tmp_path: Path) -> None:
    samples = pixels(32)
    output, report, _ = redacted(tmp_path, Bmp(samples, 32).data(), ".bmp", ZONES)
    assert [f.kind for f in report.dropped] == ["unused-bits"]
    assert not any(output[54 + 3 :: 4])


@pytest.mark.parametrize(
    "bmp",
    [
        Bmp(pixels(24), 24, fill_byte=0x41),
        replace(kinds()["1 bits"], fill_byte=0x41),
        Bmp(pixels(24), 24, reserved=b"abcd"),
    ],
)
def test_padding_is_cleared_and_named(bmp: Bmp, tmp_path: Path) -> None:
    _, report, _ = redacted(tmp_path, bmp.data(), ".bmp", ZONES)
    assert [f.kind for f in report.dropped] == ["padding"]


def test_colours_under_transparent_pixels_do_not_stay(tmp_path: Path) -> None:
    samples = pixels(32) | 1 << 24
    samples[14:] &= 0xFFFFFF
    bmp = Bmp(samples, 32, 56, compression=3, masks=MASKS_8888)
    output, report, _ = redacted(tmp_path, bmp.data(), ".bmp", ZONES)
    assert [f.kind for f in report.dropped] == ["hidden-colour"]
    assert not any(output[70 : 70 + 3 * 21 * 4])  # bottom rows come first


def damaged() -> dict[str, bytes]:
    plain = Bmp(pixels(24), 24)
    whole = plain.data()
    runs8 = kinds()["runs of 8"]
    return {
        "head only": b"BM" + bytes(8),
        "cut in the header": whole[:40],
        "cut in the pixels": whole[:-1],
        "header size": whole[:14] + b"\x2b" + whole[15:],
        "depth": Bmp(pixels(8), 9).data(),
        "no width": Bmp(np.zeros((5, 0, 3)), 24).data(),
        "no palette": Bmp(pixels(8), 8).data(),
        "masks overlap": Bmp(pixels(16), 16, compression=3, masks=(0xF800, 0xFE0, 0x1F)).data(),
        "masks with holes": Bmp(pixels(16), 16, compression=3, masks=(0xA800, 0x7E0, 0x1F)).data(),
        "masks too high": Bmp(pixels(16), 16, compression=3, masks=(0xF8000, 0x7E0, 0x1F)).data(),
        "runs of 24 bits": replace(plain, compression=1).data(),
        "cut runs": replace(runs8, pixels=runs(pixels(8), 8)[:-2]).data(),
        "runs past the row": replace(runs8, pixels=b"\xff\x01\0\1").data(),
        "runs past the picture": replace(runs8, pixels=b"\0\0" * 30 + b"\1\1\0\1").data(),
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_file_is_an_input_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        opened(tmp_path, damaged()[name], ".bmp").picture(0)


@pytest.mark.parametrize("compression", [4, 5])
def test_other_formats_inside_are_refused(compression: int, tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        opened(tmp_path, Bmp(pixels(24), 24, compression=compression).data(), ".bmp")


def test_compare_sees_every_difference(tmp_path: Path) -> None:
    bmp = Bmp(pixels(24), 24)
    photo = opened(tmp_path, bmp.data(), ".bmp")
    good = bmp.samples.copy()
    good[4:13, 5:21] = 0
    photo.compare(opened(tmp_path, replace(bmp, samples=good).data(), ".bmp"), ZONES, BLACK_FILL)
    for at in ((0, 0, 0), (16, 20, 2), (6, 6, 1)):
        bad = good.copy()
        bad[at] ^= 1
        with pytest.raises(VerificationError):
            photo.compare(
                opened(tmp_path, replace(bmp, samples=bad).data(), ".bmp"), ZONES, BLACK_FILL
            )
    for other in (
        replace(bmp, samples=good, density=(1, 1)),
        replace(bmp, samples=good[:-1]),
        replace(bmp, samples=good, top_down=True),
    ):
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, other.data(), ".bmp"), ZONES, BLACK_FILL)
