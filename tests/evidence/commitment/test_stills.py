"""Lossy photos: coarse means outside the zones, within a bound."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.commitment.contents import KEY, NONCE
from tests.evidence.commitment.redacting import case
from tests.media.contract.jxl import meaning
from tests.media.lossless import opened, zone
from tests.media.lossy import scene
from tests.media.test_jxl import P3

from efface.evidence.commitment import check, commit
from efface.evidence.commitment.opening import content_of
from efface.evidence.commitment.stills import TOLERANCE

ZONES = (zone(20, 30, 70, 80),)
FORMATS = {".webp": "WEBP", ".avif": "AVIF", ".jxl": ""}
Pixels = NDArray[np.uint8]


def made(picture: Pixels, suffix: str) -> bytes:
    if suffix == ".jxl":
        return bytes(imagecodecs.jpegxl_encode(picture, distance=1.0, effort=3))
    out = io.BytesIO()
    options: dict[str, Any] = {"method": 0} if suffix == ".webp" else {"speed": 10}
    Image.fromarray(picture).save(out, FORMATS[suffix], quality=80, **options)
    return out.getvalue()


def animation(pictures: list[Pixels]) -> bytes:
    images = [Image.fromarray(picture) for picture in pictures]
    out = io.BytesIO()
    images[0].save(
        out, "WEBP", save_all=True, append_images=images[1:], duration=40, quality=80, method=0
    )
    return out.getvalue()


def darker(picture: Pixels, by: int) -> Pixels:
    """A copy of which a part that no zone touches is darker."""
    out = picture.astype(int)
    out[100:140, 100:150] -= by
    return out.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("suffix", FORMATS)
def test_coarse_appearance_is_proven_and_no_more(suffix: str, tmp_path: Path) -> None:
    picture = scene(160, 200)
    held = case(opened(tmp_path, made(picture, suffix), suffix), ZONES)
    result = held.check(opened(tmp_path, held.redacted, suffix))
    assert result.ok, result.says
    assert 0 < result.deviation <= 3
    assert f"within {result.deviation} of 255" in result.says
    assert "things of any size" in result.does_not_say
    assert result.hidden < result.proven
    forged = held.check(opened(tmp_path, made(darker(picture, 40), suffix), suffix))
    assert forged.failure == "changed"
    assert forged.where == "x 100 to 115, y 96 to 111"
    assert f"more than {TOLERANCE}" in forged.says


def test_what_lies_within_the_bound_passes(tmp_path: Path) -> None:
    """Honest about what a tolerance means."""
    picture = scene(160, 200)
    held = case(opened(tmp_path, made(picture, ".webp"), ".webp"), ZONES)
    result = held.check(opened(tmp_path, made(darker(picture, 3), ".webp"), ".webp"))
    assert result.ok
    assert 3 <= result.deviation <= TOLERANCE


def test_values_that_were_made_to_fit_do_not_lead_to_the_root(tmp_path: Path) -> None:
    """Whoever forges the file and the values in the proof is caught by the hashes."""
    picture = scene(160, 200)
    held = case(opened(tmp_path, made(picture, ".webp"), ".webp"), ZONES)
    forged = opened(tmp_path, made(darker(picture, 40), ".webp"), ".webp")
    own = case(forged, ZONES)
    length = len(own.proof)
    values = next(at for at in range(length) if _inflates(own.proof[at:]))
    start = next(at for at in range(len(held.proof)) if _inflates(held.proof[at:]))
    mixed = type(held)(held.zones, held.commitment, held.proof[:start] + own.proof[values:], b"")
    result = mixed.check(forged)
    assert result.failure == "changed"
    assert "not as it was committed" in result.says


def _inflates(data: bytes) -> bool:
    try:
        return len(zlib.decompress(data)) > 200
    except zlib.error:
        return False


def test_frames_of_an_animation(tmp_path: Path) -> None:
    pictures = [scene(96, 128, seed=seed) for seed in range(3)]
    held = case(opened(tmp_path, animation(pictures), ".webp"), (zone(0, 0, 50, 50, frame=1),))
    result = held.check(opened(tmp_path, held.redacted, ".webp"))
    assert result.ok, result.says
    pictures[2] = pictures[0]
    forged = held.check(opened(tmp_path, animation(pictures), ".webp"))
    assert forged.where is not None
    assert forged.where.startswith("frame 2, ")


def test_of_lossy_kinds_the_means_are_committed_to(tmp_path: Path) -> None:
    content = content_of(opened(tmp_path, made(scene(160, 200), ".avif"), ".avif"))
    assert content.kind == "means"
    assert content.parameters == {
        "format": "AVIF",
        "frames": [[1, 200, 160, 12, 10]],
        "tolerance": TOLERANCE,
    }
    assert commit(content, KEY, NONCE) == commit(content, KEY, NONCE)


def test_a_picture_smaller_than_a_cell(tmp_path: Path) -> None:
    held = case(opened(tmp_path, made(scene(9, 11), ".webp"), ".webp"), ())
    assert held.check(opened(tmp_path, held.redacted, ".webp")).ok


def test_a_lossy_jpeg_xl_that_is_written_lossless(tmp_path: Path) -> None:
    """Its original has no samples to commit to; the means are what is held against them."""
    data = made(scene(160, 200), ".jxl")
    data = meaning(data, colours=P3)
    held = case(opened(tmp_path, data, ".jxl"), ZONES)
    content = content_of(opened(tmp_path, held.redacted, ".jxl"))
    assert content.kind == "pixels"
    content = content.matched(held.commitment.parameters)
    assert content.kind == "means"
    assert check(held.commitment, held.proof, content, content.hidden(held.zones)).ok


def test_a_packed_jpeg_is_proven_by_its_coefficients(tmp_path: Path) -> None:
    plain = io.BytesIO()
    Image.fromarray(scene(160, 200)).save(plain, "JPEG", quality=90)
    data = bytes(imagecodecs.jpegxl_encode_jpeg(plain.getvalue()))
    held = case(opened(tmp_path, data, ".jxl"), ZONES)
    result = held.check(opened(tmp_path, held.redacted, ".jxl"))
    assert held.commitment.kind == "coefficients"
    assert result.ok, result.says
