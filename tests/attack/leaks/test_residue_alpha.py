"""Covers that are not opaque: found where the face shines through, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from tests.attack.pairs import Pixels, pair_of
from tests.walks import FACE, place, walk, write_clip

import efface
from efface.attack.leaks.alpha import HiddenAlpha
from efface.attack.leaks.interface import FileAttack
from efface.attack.leaks.residue import Residue
from efface.regions import Box, Media, Regions, Track

FACE_BOX = Box(0, 90.0, 33.0, 45.0, 54.0)
ZONE = slice(16, 104), slice(68, 157)


def saved(path: Path, pixels: Pixels, **options: Any) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


def kinds(attack: FileAttack, original: Path, redacted: Path) -> list[tuple[str, bool]]:
    pair = pair_of(original, redacted, [FACE_BOX])
    assert attack.applies(pair)
    return [(leak.kind, leak.fails) for leak in attack.search(pair)]


def veiled(pixels: Pixels, content: Pixels, opacity: float) -> Pixels:
    out = pixels.copy()
    out[ZONE] = np.round(content[ZONE] * (1 - opacity))
    return out


@pytest.mark.parametrize("opacity", [0.9, 0.95, 0.97])
@pytest.mark.parametrize("name", ["b.png", "b.jpg"])
def test_a_veil_is_seen_through(
    tmp_path: Path, portrait: Pixels, opacity: float, name: str
) -> None:
    original = saved(tmp_path / "a.png", portrait)
    options: dict[str, Any] = {"quality": 92} if name == "b.jpg" else {}
    redacted = saved(tmp_path / name, veiled(portrait, portrait, opacity), **options)
    assert kinds(Residue(), original, redacted) == [("residue", True)]


def test_nothing_in_what_does_not_hold_the_face(tmp_path: Path, portrait: Pixels) -> None:
    original = saved(tmp_path / "a.png", portrait)
    noise = np.random.default_rng(5).integers(0, 256, portrait.shape, dtype=np.uint8)
    cases = {
        "black": veiled(portrait, portrait, 1),
        "another picture's": veiled(portrait, np.ascontiguousarray(portrait[::-1, ::-1]), 0.9),
        "noise": veiled(portrait, noise, 0.9),
    }
    for name, pixels in cases.items():
        for ending, options in (("png", {}), ("jpg", {"quality": 60})):
            redacted = saved(tmp_path / f"b.{ending}", pixels, **options)
            assert kinds(Residue(), original, redacted) == [], (name, ending)


def test_a_blur_is_no_solid_zone(tmp_path: Path, portrait: Pixels) -> None:
    blurred = portrait.copy()
    blurred[ZONE] = cv2.GaussianBlur(portrait, (0, 0), 4)[ZONE]
    redacted = saved(tmp_path / "b.png", blurred)
    assert kinds(Residue(), saved(tmp_path / "a.png", portrait), redacted) == []


def test_a_veil_over_a_video(tmp_path: Path, portrait: Pixels) -> None:
    pictures = walk(portrait, 10)
    original = write_clip(tmp_path / "a.mp4", pictures, sound=False)
    boxes, veils, solids = [], [], []
    for frame, picture in enumerate(pictures):
        left, top = place(frame)
        boxes.append(Box(frame, left + FACE[0], top + FACE[1], FACE[2], FACE[3]))
        head = slice(top, top + 100), slice(left, left + 100)
        veil, solid = picture.copy(), picture.copy()
        veil[head] //= 16
        solid[head] = 0
        veils.append(veil)
        solids.append(solid)
    veiled_clip = write_clip(tmp_path / "b.mp4", veils, sound=False)
    solid_clip = write_clip(tmp_path / "c.mp4", solids, sound=False)
    (leak,) = Residue().search(pair_of(original, veiled_clip, boxes))
    assert leak.fails and leak.where == "from frame 0 (0:00:00.000)"
    assert list(Residue().search(pair_of(original, solid_clip, boxes))) == []


def rgba(portrait: Pixels, alpha: np.ndarray[Any, Any]) -> Pixels:
    return np.dstack([portrait, alpha]).astype(np.uint8)


@pytest.mark.parametrize("name", ["b.png", "b.webp", "b.tif"])
@pytest.mark.parametrize("left", [0, 100])
def test_erased_pixels_keep_their_colours(
    tmp_path: Path, portrait: Pixels, name: str, left: int
) -> None:
    alpha = np.full((256, 256), 255)
    alpha[ZONE] = left
    original = saved(tmp_path / "a.png", portrait)
    options: dict[str, Any] = {"lossless": True, "exact": True} if name == "b.webp" else {}
    redacted = saved(tmp_path / name, rgba(portrait, alpha), **options)
    assert kinds(HiddenAlpha(), original, redacted) == [("hidden-by-alpha", True)]
    cleared = portrait.copy()
    cleared[ZONE] = 7
    clean = saved(tmp_path / name, rgba(cleared, alpha), **options)
    assert kinds(HiddenAlpha(), original, clean) == []


def test_a_face_in_the_alpha_channel(tmp_path: Path, portrait: Pixels) -> None:
    alpha = np.full((256, 256), 255)
    alpha[ZONE] = portrait[..., 1][ZONE]
    hidden = portrait.copy()
    hidden[ZONE] = 0
    original = saved(tmp_path / "a.png", portrait)
    redacted = saved(tmp_path / "b.png", rgba(hidden, alpha))
    assert kinds(HiddenAlpha(), original, redacted) == [("hidden-by-alpha", True)]


def test_nothing_in_what_efface_writes(tmp_path: Path, portrait: Pixels) -> None:
    alpha = np.full((256, 256), 255)
    alpha[ZONE] = 128
    original, out = saved(tmp_path / "a.png", rgba(portrait, alpha)), tmp_path / "b.png"
    media = Media("a.png", efface.detect(original).media.sha256, "image", 256, 256)
    regions = Regions(media, (Track("t1", (FACE_BOX,)),))
    efface.redact(original, out, regions=regions, accept_rescan=True)
    assert kinds(HiddenAlpha(), original, out) == []
    assert kinds(Residue(), original, out) == []
