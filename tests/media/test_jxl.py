"""JPEG XL: what is kept, what is dropped, what is refused, and damaged files."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from tests.media.contract.jxl import boxed, laden, made, meaning, pixels, shown
from tests.media.lossless import BLACK, BLACK_FILL, CANARY, inside, opened, redacted, written, zone
from tests.media.lossy import covers

from efface.errors import InputError, RefusedError
from efface.media.jxl import container, header
from efface.media.jxl.bits import Field

ZONES = (zone(30, 20, 75, 60),)
P3 = Field(0, 1) + Field(0, 1) + Field(0, 2) + Field(1, 2) + Field(2 | 9 << 2, 6) + Field(0, 1)
P3 = P3 + Field(2 | 11 << 2, 6) + Field(0, 2)
"""Not all default, no profile, RGB, D65, primaries 11, no gamma, transfer 13, perceptual."""


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


def test_what_rides_along_is_named_as_what_it_is(tmp_path: Path) -> None:
    _, report, _ = redacted(tmp_path, laden()["everywhere"], ".jxl", ZONES)
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
    fidelity = photo.compare(again, photo.grown(ZONES), BLACK_FILL)
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
    photo.compare(again, photo.grown(ZONES), BLACK_FILL)
    assert again.findings() == ()
    with Image.open(io.BytesIO(imagecodecs.jpegxl_decode_jpeg(output, numthreads=1))) as image:
        kept = image.getexif()
    assert (kept[0x0112], kept.get(0x011A)) == (turned, 300.0)
    assert set(kept) <= {0x0112, 0x011A, 0x011B, 0x0128}


def test_what_lies_in_the_zones_of_a_lossy_file_hardly_matters(tmp_path: Path) -> None:
    one, other = pixels(3, 8), pixels(3, 8)
    other[20:60, 30:75] = 255 - other[20:60, 30:75]
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
