"""Pixel density that only EXIF states, in formats that have no other place for it."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import pillow_heif
import pytest
from PIL import Image
from tests.media.heifs import AVIF, HEIC, Format, built, library_file, part
from tests.media.lossless import BLACK_FILL, CANARY, opened, written, zone
from tests.media.lossy import scene

from efface.media.isobmff.boxes import packed
from efface.media.isobmff.mux import WrittenItem
from efface.media.jxl import container
from efface.media.metadata import density, exif, item
from efface.media.metadata.density import PixelDensity

ZONES = (zone(20, 20, 60, 60),)
DENSITIES = [PixelDensity(2, 30000, 7250), PixelDensity(3, 11811, 11811)]


def laden(printed: PixelDensity) -> bytes:
    """An EXIF block of a camera that states a density and tells on somebody."""
    block = Image.Exif()
    block[0x010E] = CANARY.decode()
    block[0x0112] = 6
    block[0x011A], block[0x011B] = printed.x / 100, printed.y / 100
    block[0x0128] = printed.unit
    block.get_ifd(0x8825)[1] = "N"
    return bytes(4) + block.tobytes().removeprefix(b"Exif\0\0")


def said(block: bytes) -> PixelDensity:
    """As another reader has it."""
    tags = Image.Exif()
    tags.load(block)
    assert set(tags) == {0x011A, 0x011B, 0x0128}
    x, y = (round(float(tags[tag]) * 100) for tag in (0x011A, 0x011B))
    return PixelDensity(tags[0x0128], x, y)


@pytest.mark.parametrize("printed", DENSITIES)
@pytest.mark.parametrize("form", [AVIF, HEIC], ids=["avif", "heic"])
def test_heif_keeps_it_and_nothing_else_of_exif(
    form: Format, printed: PixelDensity, tmp_path: Path
) -> None:
    block = WrittenItem(b"Exif", laden(printed), (), references=((b"cdsc", (0,)),))
    photo = opened(tmp_path, built(form, [part(form, scene()), block]), form.suffix)
    output, report = written(photo, ZONES)
    again = opened(tmp_path, output, form.suffix)
    photo.compare(again, photo.grown(ZONES), BLACK_FILL)
    assert again.findings() == ()
    assert CANARY not in output
    assert {"description", "gps"} <= {finding.kind for finding in report.dropped}
    if form is HEIC:
        block_ = pillow_heif.open_heif(output).info["exif"]
    else:
        with Image.open(io.BytesIO(output)) as image:
            block_ = image.info["exif"]
    assert said(block_) == printed


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("printed", DENSITIES)
def test_jpeg_xl_keeps_it_and_nothing_else_of_exif(
    printed: PixelDensity, lossless: bool, tmp_path: Path
) -> None:
    bare = bytes(imagecodecs.jpegxl_encode(scene(96, 128), lossless=lossless, effort=3))
    head = container.build(b"", b"").removesuffix(packed(b"jxlc"))
    data = head + packed(b"Exif", laden(printed)) + packed(b"jxlc", bare)
    photo = opened(tmp_path, data, ".jxl")
    output, _ = written(photo, ZONES)
    again = opened(tmp_path, output, ".jxl")
    photo.compare(again, photo.grown(ZONES), BLACK_FILL)
    assert again.findings() == ()
    assert CANARY not in output
    (block,) = [inside for box, inside in container.read(output).others if box.kind == b"Exif"]
    assert said(block[4:]) == printed
    assert imagecodecs.jpegxl_decode(output).shape == (96, 128, 3)


@pytest.mark.parametrize("form", [AVIF, HEIC], ids=["avif", "heic"])
def test_no_density_no_exif(form: Format, tmp_path: Path) -> None:
    data = library_file(form, scene())
    assert b"Exif" not in written(opened(tmp_path, data, form.suffix), ZONES)[0]


def test_what_is_written_is_known_to_the_byte() -> None:
    payload = item.payload_of(DENSITIES[0])
    assert density.read(item.block_of(payload)) == DENSITIES[0]
    assert item.findings(payload, "here") == ()
    for odd in (payload + b"x", payload[:4] + exif.minimal_exif(1), payload[:-1] + b"\7"):
        assert item.findings(odd, "here")
