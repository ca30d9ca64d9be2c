"""JPEG XL: what is kept, what is dropped, what is refused, and damaged files."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.media.heifs import exif_block
from tests.media.lossless import BLACK, CANARY, holds, inside, opened, redacted, written, zone
from tests.media.lossy import covers, scene

from efface.errors import EffaceError, InputError, RefusedError
from efface.media.isobmff.boxes import packed
from efface.media.jxl import container, header
from efface.media.jxl.bits import Field
from efface.media.orientation import Orientation
from efface.policy import Limits

ZONES = (zone(30, 20, 75, 60),)
P3 = Field(0, 1) + Field(0, 1) + Field(0, 2) + Field(1, 2) + Field(2 | 9 << 2, 6) + Field(0, 1)
P3 = P3 + Field(2 | 11 << 2, 6) + Field(0, 2)
"""Not all default, no profile, RGB, D65, primaries 11, no gamma, transfer 13, perceptual."""


def pixels(channels: int, bits: int) -> NDArray[Any]:
    out = scene(96, 128, 4) if channels in (2, 4) else scene(96, 128)
    if channels < 3:
        out = np.dstack((out[..., 1], out[..., 3])) if channels == 2 else out[..., 1]
    if channels in (2, 4):
        out[..., -1] |= 1
    out = np.ascontiguousarray(out)
    return out if bits == 8 else out.astype(np.uint16) << bits - 8 | out >> 16 - bits


def made(samples: NDArray[Any], bits: int = 8, *, lossless: bool = True) -> bytes:
    how: dict[str, Any] = {"lossless": True} if lossless else {"distance": 1.0}
    return bytes(imagecodecs.jpegxl_encode(samples, bitspersample=bits, effort=3, **how))


def meaning(data: bytes, **changes: Any) -> bytes:
    """With other fields in its header."""
    return header.with_meaning(data, replace(header.read(data), **changes))


def boxed(data: bytes, *boxes: bytes) -> bytes:
    kind = packed(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    return (
        container.BOXED + kind + b"".join(boxes[:1]) + packed(b"jxlc", data) + b"".join(boxes[1:])
    )


def shown(data: bytes) -> NDArray[Any]:
    return np.asarray(imagecodecs.jpegxl_decode(data))


@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_lossless_stays_lossless(channels: int, bits: int, tmp_path: Path) -> None:
    samples = pixels(channels, bits)
    output, _, _ = redacted(tmp_path, made(samples, bits), ".jxl", ZONES)
    after = shown(output)
    assert after.dtype == samples.dtype
    mask = inside((96, 128), ZONES)
    assert (after[~mask] == samples[~mask]).all()
    assert len(np.unique(after[mask].reshape(mask.sum(), -1), axis=0)) == 1
    assert header.read(container.read(output).codestream).bits == bits


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lossy_is_encoded_again_and_measured(channels: int, tmp_path: Path) -> None:
    photo = opened(tmp_path, made(pixels(channels, 8), lossless=False), ".jxl")
    output, report = written(photo, ZONES)
    again = opened(tmp_path, output, ".jxl")
    fidelity = photo.compare(again, photo.grown(ZONES))
    assert not report.lossless
    assert again.findings() == ()
    assert (fidelity.ssim or 0) > 0.985
    assert covers(again.picture(0), ZONES, BLACK, 6)
    assert written(photo, ZONES)[0] == output


def test_lossy_in_other_colours_is_written_lossless(tmp_path: Path) -> None:
    data = meaning(made(pixels(3, 8), lossless=False), colours=P3)
    assert not np.array_equal(shown(data), shown(made(pixels(3, 8), lossless=False)))
    output, report, _ = redacted(tmp_path, data, ".jxl", ZONES)
    head = header.read(container.read(output).codestream)
    assert (head.colours.value, head.colours.size) == (P3.value, P3.size)
    assert any("lossless" in note for note in report.notes)


def test_named_colours_of_a_lossless_file_are_kept(tmp_path: Path) -> None:
    output, _, _ = redacted(tmp_path, meaning(made(pixels(3, 8)), colours=P3), ".jxl", ZONES)
    assert header.read(container.read(output).codestream).colours.value == P3.value


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("lossless", [True, False])
def test_every_orientation(turned: int, lossless: bool, tmp_path: Path) -> None:
    upright = pixels(3, 8)
    stored = np.ascontiguousarray(Orientation.of(turned).stored(upright))
    photo = opened(tmp_path, meaning(made(stored, lossless=lossless), orientation=turned), ".jxl")
    assert photo.sizes == ((128, 96),)
    assert np.abs(photo.picture(0).astype(int) - upright).mean() < 4
    output, _ = written(photo, ZONES)
    again = opened(tmp_path, output, ".jxl")
    photo.compare(again, photo.grown(ZONES))
    after = shown(output)
    assert after.shape == upright.shape
    assert covers(after, ZONES, BLACK, 6)


def test_what_rides_along_is_gone_and_named(tmp_path: Path) -> None:
    laden = boxed(
        made(pixels(3, 8)),
        b"",
        packed(b"Exif", exif_block()),
        packed(b"xml ", b"<x:xmpmeta>" + CANARY),
        packed(b"brob", b"Exif" + CANARY),
        packed(b"zzzz", CANARY),
        packed(b"jumb", CANARY),
    )
    output, report, _ = redacted(tmp_path, laden, ".jxl", ZONES)
    assert holds(laden)
    assert not holds(output)
    assert {"gps", "xmp", "exif", "unknown-box"} <= {finding.kind for finding in report.dropped}


def test_colours_under_transparency_are_cleared(tmp_path: Path) -> None:
    samples = pixels(4, 8)
    samples[:20, :20, 3] = 0
    output, report, _ = redacted(tmp_path, made(samples), ".jxl", ZONES)
    assert "hidden-colour" in {finding.kind for finding in report.dropped}
    assert not shown(output)[:20, :20].any()


def test_a_packed_jpeg_keeps_its_coefficients(tmp_path: Path) -> None:
    plain = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    Image.fromarray(pixels(3, 8)).save(plain, "JPEG", quality=90, exif=exif)
    data = bytes(imagecodecs.jpegxl_encode_jpeg(plain.getvalue()))
    photo = opened(tmp_path, data, ".jxl")
    output, report = written(photo, ZONES)
    again = opened(tmp_path, output, ".jxl")
    fidelity = photo.compare(again, photo.grown(ZONES))
    assert (fidelity.exact, fidelity.unit) == (True, "coefficients")
    assert again.findings() == ()
    assert "description" in {finding.kind for finding in report.dropped}
    assert CANARY not in imagecodecs.jpegxl_decode_jpeg(output, numthreads=1)
    assert covers(again.picture(0), ZONES, BLACK, 2)
    assert np.array_equal(shown(output).shape, (96, 128, 3))


@pytest.mark.parametrize("turned", [3, 6])
def test_a_packed_jpeg_stays_turned_and_as_large(turned: int, tmp_path: Path) -> None:
    """Its own EXIF lies in a box, without which it cannot be had back."""
    plain = io.BytesIO()
    tags = Image.Exif()
    tags[0x010E], tags[0x0112] = CANARY.decode(), turned
    tags[0x011A] = tags[0x011B] = 300.0
    tags[0x0128] = 2
    Image.fromarray(pixels(3, 8)).save(plain, "JPEG", quality=90, exif=tags)
    photo = opened(tmp_path, bytes(imagecodecs.jpegxl_encode_jpeg(plain.getvalue())), ".jxl")
    output, _ = written(photo, ZONES)
    again = opened(tmp_path, output, ".jxl")
    photo.compare(again, photo.grown(ZONES))
    assert again.findings() == ()
    with Image.open(io.BytesIO(imagecodecs.jpegxl_decode_jpeg(output, numthreads=1))) as image:
        kept = image.getexif()
    assert (kept[0x0112], kept.get(0x011A)) == (turned, 300.0)
    assert set(kept) <= {0x0112, 0x011A, 0x011B, 0x0128}


@pytest.mark.parametrize("lossless", [True, False])
def test_what_lies_in_the_zones_does_not_matter(lossless: bool, tmp_path: Path) -> None:
    one, other = pixels(3, 8), pixels(3, 8)
    other[20:60, 30:75] = 255 - other[20:60, 30:75]
    if lossless:
        outputs = [written(opened(tmp_path, made(p), ".jxl"), ZONES)[0] for p in (one, other)]
        assert outputs[0] == outputs[1]
        return
    far = []
    for part in (one, other):
        photo = opened(tmp_path, made(part, lossless=False), ".jxl")
        far.append(shown(written(photo, ZONES)[0]).astype(int))
    grown = photo.grown(ZONES)
    assert np.abs(far[0] - far[1])[~inside((96, 128), grown)].mean() < 2


def odd(colours: Field = header.SRGB, *, extras: Field | None = None, float_: int = 0) -> bytes:
    """A header alone: 8 x 8 pixels."""
    size = Field(1, 1) + Field(0, 5) + Field(1, 3)
    out = size + Field(0, 1) + (Field(0, 1) if extras is None else Field(1, 1) + extras)
    out = out + Field(float_, 1) + Field(0, 2) + Field(1, 1) + Field(0, 2) + Field(0, 1) + colours
    if extras is not None:
        out = out + Field(1, 1)
    return header.SIGNATURE + (out + Field(0, 2) + Field(1, 1)).packed() + bytes(20)


REFUSED = {
    "animation": odd(extras=Field(0, 3) + Field(0, 2) + Field(1, 1) + Field(0, 40)),
    "a size of its own": odd(extras=Field(0, 3) + Field(1, 1) + Field(0, 40)),
    "colour profile": odd(Field(0, 1) + Field(1, 1) + Field(0, 2)),
    "neither RGB nor grey": odd(Field(0, 1) + Field(0, 1) + Field(2, 2) + Field(0, 4)),
    "floating-point": odd(float_=1),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_kept_is_refused_in_words(what: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=what) as caught:
        opened(tmp_path, REFUSED[what], ".jxl")
    assert caught.value.hint
    assert caught.value.path


def test_limits_hold_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, made(pixels(3, 8)), ".jxl", Limits(max_megapixels=0.001))


GOOD = {
    "lossless": made(pixels(3, 8)[:40, :40]),
    "lossy": made(pixels(3, 8)[:40, :40], lossless=False),
    "deep": made(pixels(1, 16)[:40, :40], 16),
    "boxed": boxed(made(pixels(3, 8)[:40, :40])),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_cut_is_an_input_error(name: str, tmp_path: Path) -> None:
    data = GOOD[name]
    for end in (3, 14, 40, len(data) // 2, len(data) - 3):
        with pytest.raises(InputError):
            opened(tmp_path, data[:end], ".jxl").picture(0)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_fuzz_only_effaces_own_errors_come_out(data: st.DataObject, tmp_path: Path) -> None:
    block = bytearray(GOOD[data.draw(st.sampled_from(sorted(GOOD)))])
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(2, data.draw(st.sampled_from([40, len(block) - 1]))))
        block[where] = data.draw(st.integers(0, 255))
    try:
        photo = opened(tmp_path, bytes(block), ".jxl", Limits(max_megapixels=0.1))
        photo.picture(0)
        output, _ = written(photo, ())
        photo.compare(opened(tmp_path, output, ".jxl"), ())
    except EffaceError as error:
        assert error.exit_code in (2, 5)
