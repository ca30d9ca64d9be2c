"""BMP: every header and depth, what is dropped, and damaged files."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms
from tests.media.bmps import EMBEDDED, LINKED, Bmp, palette, runs
from tests.media.lossless import CANARY, holds, inside, noise, opened, redacted, written, zone

from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.policy import Colour, Limits

SETTINGS = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SHAPE = (17, 21)
ZONES = (zone(5, 4, 21, 13),)
MASKS_565 = (0xF800, 0x7E0, 0x1F)
MASKS_8888 = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
MASKS_1010 = (0x3FF00000, 0xFFC00, 0x3FF)


def pixels(bits: int, seed: int = 1) -> NDArray[np.int64]:
    if bits == 24:
        return noise((*SHAPE, 3), 256, seed).astype(np.int64)
    return np.random.default_rng(seed).integers(0, 1 << bits, SHAPE)


def kinds(seed: int = 1) -> dict[str, Bmp]:
    def indexed(bits: int, header: int = 40) -> Bmp:
        colours = palette(1 << bits, 3 if header == 12 else 4)
        return Bmp(pixels(bits, seed), bits, header, palette=colours)

    deep = pixels(32, seed)
    return {
        **{f"{bits} bits": indexed(bits) for bits in (1, 2, 4, 8)},
        **{f"OS/2, {bits} bits": indexed(bits, 12) for bits in (1, 4, 8)},
        "OS/2 2": indexed(8, 64),
        "24 bits": Bmp(pixels(24, seed), 24),
        "OS/2, 24 bits": Bmp(pixels(24, seed), 24, 12),
        "top down": Bmp(pixels(24, seed), 24, top_down=True),
        "top down, 4 bits": replace(indexed(4), top_down=True),
        "16 bits": Bmp(pixels(16, seed) & 0x7FFF, 16),
        "565": Bmp(pixels(16, seed), 16, compression=3, masks=MASKS_565),
        "32 bits": Bmp(deep & 0xFFFFFF, 32),
        "32 bits, 10 each": Bmp(deep & 0x3FFFFFFF, 32, compression=3, masks=MASKS_1010),
        "32 bits, alpha": Bmp(deep | 1 << 24, 32, 56, compression=3, masks=MASKS_8888),
        "version 4": Bmp(deep | 1 << 24, 32, 108, compression=3, masks=MASKS_8888),
        "version 5": Bmp(pixels(24, seed), 24, 124),
        "version 5, 8 bits": indexed(8, 124),
        "runs of 8": replace(indexed(8), compression=1, pixels=runs(pixels(8, seed), 8)),
        "runs of 4": replace(indexed(4), compression=2, pixels=runs(pixels(4, seed), 4)),
    }


def rgb(data: bytes) -> NDArray[np.uint8]:
    """As Pillow reads it, over grey."""
    image = np.array(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)
    colours, alpha = image[..., :3], image[..., 3:]
    return np.asarray((colours * alpha + 128 * (255 - alpha) + 127) // 255, np.uint8)


@pytest.mark.parametrize("kind", kinds())
def test_kind_is_kept_and_only_the_zone_changes(kind: str, tmp_path: Path) -> None:
    bmp = kinds()[kind]
    data = bmp.data()
    output, report, again = redacted(tmp_path, data, ".bmp", ZONES, Colour(0, 0, 0))
    mask = inside(SHAPE, ZONES)
    before = opened(tmp_path, data, ".bmp").picture(0)
    after = again.picture(0)
    assert (before[~mask] == after[~mask]).all()
    assert (after[mask] == after[mask][0]).all()
    nearest = any("nearest" in note for note in report.notes)
    assert nearest == (bmp.bits < 8 and len(np.unique(bmp.samples[~mask])) == 1 << bmp.bits)
    assert nearest or not after[mask].any()
    assert output[28:30] == data[28:30] or bmp.header == 12
    assert any("run-length" in note for note in report.notes) == kind.startswith("runs")
    assert len(output) == int.from_bytes(output[2:6], "little")
    if kind not in ("2 bits", "32 bits, 10 each"):  # what Pillow reads in the same way
        assert (rgb(data)[~mask] == before[~mask]).all()
        assert (rgb(output)[~mask] == before[~mask]).all()


@pytest.mark.parametrize("kind", kinds())
@given(seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)), rounded=st.booleans())
@SETTINGS
def test_output_depends_on_nothing_inside_the_zone(
    kind: str, seeds: tuple[int, int], rounded: bool, tmp_path: Path
) -> None:
    zones = (zone(3, 2, 16, 17, shape="rounded" if rounded else "box"),)
    mask = inside(SHAPE, zones)
    one, other = kinds(seeds[0])[kind], kinds(seeds[1])[kind]
    other.samples = np.where(
        mask[..., None] if one.bits == 24 else mask, other.samples, one.samples
    )
    if other.pixels is not None:
        other.pixels = runs(other.samples, other.bits)
    outputs = [written(opened(tmp_path, b.data(), ".bmp"), zones)[0] for b in (one, other)]
    assert outputs[0] == outputs[1]


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


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_profile_and_density_are_kept(tmp_path: Path) -> None:
    bmp = Bmp(pixels(24), 24, 124, profile=srgb_profile(), space=EMBEDDED, density=(3937, 3000))
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


def canaries() -> dict[str, bytes]:
    plain = Bmp(pixels(24), 24)
    hidden = np.zeros(SHAPE, np.int64)
    hidden[0] = np.frombuffer(CANARY[:21], np.uint8).astype(np.int64) << 24
    unused = CANARY + bytes(48 - len(CANARY))
    five = bytearray(Bmp(pixels(24), 24, 108).data())
    five[74:122] = unused
    return {
        "gap": replace(plain, gap=CANARY).data(),
        "after the end": replace(plain, trailing=CANARY).data(),
        "linked profile": Bmp(pixels(24), 24, 124, space=LINKED, profile=CANARY).data(),
        "unreadable profile": Bmp(pixels(24), 24, 124, space=EMBEDDED, profile=CANARY).data(),
        "behind a profile": Bmp(
            pixels(24), 24, 124, space=EMBEDDED, profile=srgb_profile() + CANARY
        ).data(),
        "unused colour numbers": bytes(five),
        "suggested palette": replace(plain, palette=CANARY + b"x" * 5, declared=7).data(),
        "after the runs": replace(kinds()["runs of 8"], pixels=runs(pixels(8), 8) + CANARY).data(),
    }


@pytest.mark.parametrize("place", canaries())
def test_canary_is_gone_and_named(place: str, tmp_path: Path) -> None:
    data = canaries()[place]
    assert holds(data)
    output, report, _ = redacted(tmp_path, data, ".bmp", ())
    assert not holds(output)
    if place != "after the runs":
        assert report.dropped
    for finding in report.dropped:
        assert CANARY.decode() not in finding.detail + finding.where


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


def test_bomb_of_runs_is_refused(tmp_path: Path) -> None:
    bmp = replace(kinds()["runs of 8"], pixels=b"\0\1").data()
    huge = bmp[:18] + (60_000).to_bytes(4, "little") * 2 + bmp[26:]
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, huge, ".bmp")


def test_compare_sees_every_difference(tmp_path: Path) -> None:
    bmp = Bmp(pixels(24), 24)
    photo = opened(tmp_path, bmp.data(), ".bmp")
    good = bmp.samples.copy()
    good[4:13, 5:21] = 0
    photo.compare(opened(tmp_path, replace(bmp, samples=good).data(), ".bmp"), ZONES)
    for at in ((0, 0, 0), (16, 20, 2), (6, 6, 1)):
        bad = good.copy()
        bad[at] ^= 1
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, replace(bmp, samples=bad).data(), ".bmp"), ZONES)
    for other in (
        replace(bmp, samples=good, density=(1, 1)),
        replace(bmp, samples=good[:-1]),
        replace(bmp, samples=good, top_down=True),
    ):
        with pytest.raises(VerificationError):
            photo.compare(opened(tmp_path, other.data(), ".bmp"), ZONES)


@given(data=st.data(), kind=st.sampled_from(sorted(kinds())))
@settings(parent=SETTINGS, max_examples=150)
def test_only_our_errors_come_out(data: st.DataObject, kind: str, tmp_path: Path) -> None:
    whole = bytearray(kinds()[kind].data())
    for _ in range(data.draw(st.integers(1, 4))):
        end = data.draw(st.sampled_from([60, len(whole) - 1]))
        whole[data.draw(st.integers(2, end))] = data.draw(st.integers(0, 255))
    if data.draw(st.integers(0, 3)) == 0:
        whole = whole[: data.draw(st.integers(2, len(whole)))]
    try:
        photo = opened(tmp_path, bytes(whole), ".bmp", Limits(max_megapixels=0.1))
        photo.picture(0)
        photo.findings()
        written(photo, (zone(0, 0, 1, 1),))
    except EffaceError:
        pass
