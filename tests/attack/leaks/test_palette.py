"""Colours of the zone among unused palette entries: found when they are there, and only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.attack.pairs import Pixels, pair_of
from tests.media.gifs import frame, gif

import efface
from efface.attack.interface import Leak
from efface.attack.leaks.palette import PaletteRemnants
from efface.regions import Box, Media, Regions, Track

FACE_BOX = Box(0, 90.0, 33.0, 45.0, 54.0)
ZONE = slice(16, 104), slice(68, 157)


def painted(portrait: Pixels) -> tuple[Image.Image, Image.Image]:
    """The portrait, grey but for the head, with a palette; and the same with the palette's darkest
    entry over the head."""
    grey = np.asarray(Image.fromarray(portrait).convert("L").convert("RGB")).copy()
    grey[ZONE] = portrait[ZONE]
    image = Image.fromarray(grey).quantize(128)
    colours = np.array(image.getpalette()).reshape(-1, 3)[:128]
    indices = np.array(image)
    indices[ZONE] = int(colours.sum(axis=1).argmin())
    covered = Image.fromarray(indices, "P")
    covered.putpalette(colours.astype(np.uint8).tobytes())
    return image, covered


def leaks(original: Path, redacted: Path) -> list[Leak]:
    pair = pair_of(original, redacted, [FACE_BOX])
    assert PaletteRemnants().applies(pair)
    return list(PaletteRemnants().search(pair))


@pytest.mark.parametrize("ending", ["png", "gif", "bmp", "tif"])
def test_painting_over_leaves_the_face_s_colours(
    tmp_path: Path, portrait: Pixels, ending: str
) -> None:
    image, covered = painted(portrait)
    original, redacted = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    image.save(original)
    covered.save(redacted, optimize=False)
    (leak,) = leaks(original, redacted)
    assert leak.kind == "palette-remnants" and leak.fails


@pytest.mark.parametrize("ending", ["png", "gif", "bmp"])
def test_nothing_in_what_efface_writes(tmp_path: Path, portrait: Pixels, ending: str) -> None:
    image, _ = painted(portrait)
    original, out = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    image.save(original)
    media = Media(original.name, efface.detect(original).media.sha256, "image", 256, 256)
    regions = Regions(media, (Track("t1", (FACE_BOX,)),))
    efface.redact(original, out, regions=regions, accept_rescan=True)
    assert leaks(original, out) == []


def test_a_palette_made_anew_has_none(tmp_path: Path, portrait: Pixels) -> None:
    image, covered = painted(portrait)
    image.save(tmp_path / "a.png")
    covered.convert("RGB").quantize(64).save(tmp_path / "b.png")
    assert leaks(tmp_path / "a.png", tmp_path / "b.png") == []


def test_a_palette_in_its_old_order_is_a_warning(tmp_path: Path, portrait: Pixels) -> None:
    image, covered = painted(portrait)
    wide = Image.new("P", (512, 256))
    wide.putpalette(image.getpalette() or [])
    for first, name in ((image, "a.png"), (covered, "b.png")):
        wide.paste(first, (0, 0))
        wide.paste(image, (256, 0))  # the same colours are seen elsewhere
        wide.save(tmp_path / name)
    (leak,) = leaks(tmp_path / "a.png", tmp_path / "b.png")
    assert leak.kind == "palette-order" and not leak.fails


def test_a_frame_s_own_palette_in_a_gif(tmp_path: Path) -> None:
    plain = np.arange(48, dtype=np.uint8).repeat(3).reshape(-1, 3)
    own = np.stack([np.arange(200, 216), np.arange(16), np.arange(16)], 1).astype(np.uint8)
    second = np.concatenate([plain, own])
    still = np.tile(np.arange(48), (64, 2))[:, :64]
    face = still.copy()
    face[16:48, 16:48] = 48 + np.arange(32 * 32).reshape(32, 32) % 16
    hidden = still.copy()
    hidden[16:48, 16:48] = 0
    for name, picture in (("a.gif", face), ("b.gif", hidden)):
        parts = [frame(still, bits=8), frame(picture, bits=8, colours=second)]
        (tmp_path / name).write_bytes(gif((64, 64), parts, plain))
    pair = pair_of(tmp_path / "a.gif", tmp_path / "b.gif", [Box(1, 16.0, 16.0, 32.0, 32.0)])
    failing = [leak for leak in PaletteRemnants().search(pair) if leak.fails]
    assert [leak.where for leak in failing] == ["palette of frame 1"]
