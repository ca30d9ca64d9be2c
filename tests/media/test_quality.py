"""The quality of what is encoded again follows the input's quantisers."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import pytest
from tests.media.heifs import AVIF, HEIC, Format, library_file
from tests.media.lossless import BLACK_FILL, opened
from tests.media.lossy import scene

from efface.media.avif import quantiser as av1
from efface.media.heic import quantiser as hevc
from efface.media.isobmff import items
from efface.media.webp import quantiser as vp8
from efface.media.webp import riff
from efface.policy import Colour, EncodePolicy
from efface.zones.filling import ConstantFilling

PICTURE = scene(256, 256)


def lossy_webp(quality: int) -> bytes:
    return bytes(imagecodecs.webp_encode(PICTURE, level=quality, lossless=False, method=4))


@pytest.mark.parametrize("quality", [20, 50, 75, 90, 98])
def test_webp_states_its_quality(quality: int) -> None:
    coded = riff.still(lossy_webp(quality)).chunks[-1].data
    assert abs(vp8.quality_of(vp8.quantiser(coded)) - quality) < 21
    coarser = riff.still(lossy_webp(quality - 15)).chunks[-1].data
    assert vp8.quantiser(coarser) > vp8.quantiser(coded)


@pytest.mark.parametrize("quality", [30, 50, 70, 90])
def test_heic_states_its_quantiser(quality: int) -> None:
    (item,) = items.parse(library_file(HEIC, PICTURE, quality=quality)).items.values()
    data = items.parse(library_file(HEIC, PICTURE, quality=quality)).payload(item)
    step = hevc.quantiser(item.property(b"hvcC") or b"", data)
    assert step is not None
    assert abs(step - (100 - quality) / 2) <= 6


@pytest.mark.parametrize("chroma", ["420", "444"])
@pytest.mark.parametrize("quality", [30, 60, 90])
def test_avif_states_its_quantiser(quality: int, chroma: str) -> None:
    file = items.parse(library_file(AVIF, PICTURE, quality=quality, chroma=chroma))
    (item,) = file.items.values()
    index = av1.quantiser(file.payload(item))
    assert index is not None
    assert 0.9 < index / ((100 - quality) * 2.52) < 1.4


@pytest.mark.parametrize("cut", [0, 1, 9, 12, 20, 40])
def test_headers_that_are_cut_tell_nothing_or_something(cut: int) -> None:
    for form in (AVIF, HEIC):
        file = items.parse(library_file(form, PICTURE))
        (item,) = file.items.values()
        data = file.payload(item)[:cut]
        av1.quantiser(data)
        hevc.quantiser(item.property(b"hvcC") or bytes(23), data)
    vp8.quantiser(riff.still(lossy_webp(50)).chunks[-1].data[:cut])


COARSE = [(AVIF, 75), (AVIF, 40), (HEIC, 50)]


@pytest.mark.parametrize(("form", "quality"), COARSE, ids=["avif", "avif-coarse", "heic"])
def test_a_file_stays_about_its_size_and_looks(form: Format, quality: int, tmp_path: Path) -> None:
    data = library_file(form, PICTURE, quality=quality)
    photo, out = opened(tmp_path, data, form.suffix), io.BytesIO()
    photo.write((), ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    assert len(out.getvalue()) < 1.6 * len(data)
    again = opened(tmp_path, out.getvalue(), form.suffix)
    assert (photo.compare(again, (), BLACK_FILL).ssim or 0) > 0.985


def test_a_policy_sets_the_quality(tmp_path: Path) -> None:
    photo = opened(tmp_path, lossy_webp(50), ".webp")
    sizes = []
    for quality in (40, None, 98):
        out = io.BytesIO()
        photo.write((), ConstantFilling(Colour(0, 0, 0)), EncodePolicy(webp_quality=quality), out)
        sizes.append(len(out.getvalue()))
    assert sizes == sorted(sizes)
