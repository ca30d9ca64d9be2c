"""Lossy photos: figures of fine cells outside the zones, within bounds."""

from __future__ import annotations

import io
from dataclasses import replace
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

from efface.evidence.commitment import ProofResult, check, commit, prove
from efface.evidence.commitment.opening import content_of
from efface.media.interface import Photo
from efface.zones.zone import Zone

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
def test_what_cells_look_like_is_proven_and_no_more(suffix: str, tmp_path: Path) -> None:
    picture = scene(160, 200)
    held = case(opened(tmp_path, made(picture, suffix), suffix), ZONES)
    result = held.check(opened(tmp_path, held.redacted, suffix))
    assert result.ok, result.says
    assert "within 9 of 255" in result.says
    assert "fainter changes" in result.does_not_say
    assert result.hidden < result.proven
    forged = held.check(opened(tmp_path, made(darker(picture, 40), suffix), suffix))
    assert forged.failure == "changed"
    assert forged.where is not None


def test_what_lies_within_the_bound_passes(tmp_path: Path) -> None:
    """Honest about what a tolerance means, for whoever redacted and makes the proof."""
    picture = scene(160, 200)
    original = opened(tmp_path, made(picture, ".webp"), ".webp")
    result = by_the_signer(original, opened(tmp_path, made(darker(picture, 2), ".webp"), ".webp"))
    assert result.ok, result.says


def by_the_signer(original: Photo, forged: Photo, zones: tuple[Zone, ...] = ZONES) -> ProofResult:
    """The check of another picture, with a proof that was made for it."""
    content, shown = content_of(original), content_of(forged)
    made = commit(content, KEY)
    hidden = content.hidden(content.grown(zones))
    return check(made, prove(content, KEY, hidden, made, shown), shown, hidden)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_signer_is_told_what_moved_and_where(suffix: str, tmp_path: Path) -> None:
    picture = scene(160, 200)
    original = opened(tmp_path, made(picture, suffix), suffix)
    forged = opened(tmp_path, made(darker(picture, 40), suffix), suffix)
    result = by_the_signer(original, forged)
    assert result.failure == "changed"
    assert "the mean brightness moved by at least" in result.says
    assert result.where == "x 96 to 111, y 96 to 111"


@pytest.mark.parametrize("at", [-1, -40])
def test_corrections_that_were_made_to_fit_do_not_lead_to_the_root(at: int, tmp_path: Path) -> None:
    """Whoever forges what the proof tells of the original is caught by the hashes."""
    held = case(opened(tmp_path, made(scene(160, 200), ".webp"), ".webp"), ZONES)
    forged = bytearray(held.proof)
    forged[at] ^= 1
    result = replace(held, proof=bytes(forged)).check(opened(tmp_path, held.redacted, ".webp"))
    assert result.failure in ("changed", "damaged")


@pytest.mark.parametrize("cut", [1, 50])
def test_cut_corrections(cut: int, tmp_path: Path) -> None:
    held = case(opened(tmp_path, made(scene(160, 200), ".webp"), ".webp"), ZONES)
    redacted = opened(tmp_path, held.redacted, ".webp")
    for proof in (held.proof[:-cut], held.proof + bytes(cut)):
        assert replace(held, proof=proof).check(redacted).failure in ("changed", "damaged")


def test_a_commitment_to_means_says_too_little(tmp_path: Path) -> None:
    """As earlier versions made them."""
    held = case(opened(tmp_path, made(scene(160, 200), ".webp"), ".webp"), ZONES)
    old = replace(held, commitment=replace(held.commitment, kind="means"))
    result = old.check(opened(tmp_path, held.redacted, ".webp"))
    assert result.failure == "too-little"
    assert "nothing is called proven" in result.says


def test_frames_of_an_animation(tmp_path: Path) -> None:
    pictures = [scene(96, 128, seed=seed) for seed in range(3)]
    zones = (zone(0, 0, 50, 50, frame=1),)
    original = opened(tmp_path, animation(pictures), ".webp")
    held = case(original, zones)
    result = held.check(opened(tmp_path, held.redacted, ".webp"))
    assert result.ok, result.says
    pictures[2] = pictures[0]
    forged = by_the_signer(original, opened(tmp_path, animation(pictures), ".webp"), zones)
    assert forged.where is not None
    assert forged.where.startswith("frame 2, ")


def test_of_lossy_kinds_figures_are_committed_to(tmp_path: Path) -> None:
    content = content_of(opened(tmp_path, made(scene(160, 200), ".avif"), ".avif"))
    assert content.kind == "figures"
    assert content.parameters == {
        "format": "AVIF",
        "frames": [[1, 200, 160]],
        "cell": 8,
        "tolerance": [
            [2, 7, 7, 0],
            [4, 12, 12, 0],
            [4, 12, 12, 0],
            [1, 5, 6, 50],
            [1, 5, 6, 50],
            [2, 4, 8, 60],
        ],
    }
    assert commit(content, KEY, NONCE) == commit(content, KEY, NONCE)


def test_a_picture_smaller_than_a_cell(tmp_path: Path) -> None:
    held = case(opened(tmp_path, made(scene(9, 11), ".webp"), ".webp"), ())
    assert held.check(opened(tmp_path, held.redacted, ".webp")).ok


def test_a_lossy_jpeg_xl_that_is_written_lossless(tmp_path: Path) -> None:
    """Its original has no samples to commit to; the figures are what is held against them."""
    data = made(scene(160, 200), ".jxl")
    data = meaning(data, colours=P3)
    held = case(opened(tmp_path, data, ".jxl"), ZONES)
    content = content_of(opened(tmp_path, held.redacted, ".jxl"))
    assert content.kind == "pixels"
    content = content.matched(held.commitment.parameters)
    assert content.kind == "figures"
    assert check(held.commitment, held.proof, content, content.hidden(held.zones)).ok


def test_a_packed_jpeg_is_proven_by_its_coefficients(tmp_path: Path) -> None:
    plain = io.BytesIO()
    Image.fromarray(scene(160, 200)).save(plain, "JPEG", quality=90)
    data = bytes(imagecodecs.jpegxl_encode_jpeg(plain.getvalue()))
    held = case(opened(tmp_path, data, ".jxl"), ZONES)
    result = held.check(opened(tmp_path, held.redacted, ".jxl"))
    assert held.commitment.kind == "coefficients"
    assert result.ok, result.says
