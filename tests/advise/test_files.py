"""Advice on files of every sort: turned, deep, of other colours, moving, tiny."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import efface
from efface.errors import RefusedError

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def mosaic(portrait: Pixels) -> Pixels:
    """Cells of 8 pixels in 80..152 across and 16..96 down."""
    picture = portrait.copy()
    means = picture[16:96, 80:152].reshape(10, 8, 9, 8, 3).mean(axis=(1, 3)).astype(np.uint8)
    picture[16:96, 80:152] = np.repeat(np.repeat(means, 8, 0), 8, 1)
    return picture


def check(path: Path, zone: str = "80,16,72,80", side: float = 8.0) -> None:
    """The mosaic is seen, and not called well."""
    for face in efface.advise(path, draw=zone).faces:
        assert "mosaic" in face.found.redaction.kind
        assert face.found.redaction.strength_px == pytest.approx(side, rel=0.05)
        assert face.found.verdict in ("not enough", "not known")


def test_a_file_that_is_shown_turned(mosaic: Pixels, tmp_path: Path) -> None:
    """The zone is told as the picture is shown."""
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(mosaic)))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned to the right by a quarter
    stored.save(tmp_path / "a.jpg", quality=92, exif=exif)
    check(tmp_path / "a.jpg")


def test_four_inks(mosaic: Pixels, tmp_path: Path) -> None:
    Image.fromarray(mosaic).convert("CMYK").save(tmp_path / "a.jpg", quality=92)
    check(tmp_path / "a.jpg")


def test_sixteen_bits(mosaic: Pixels, tmp_path: Path) -> None:
    deep = mosaic[..., ::-1].astype(np.uint16) * 257
    assert cv2.imwrite(str(tmp_path / "a.png"), deep)
    check(tmp_path / "a.png")


def test_gray(mosaic: Pixels, tmp_path: Path) -> None:
    Image.fromarray(mosaic).convert("L").save(tmp_path / "a.png")
    check(tmp_path / "a.png")


def test_an_animation(mosaic: Pixels, portrait: Pixels, tmp_path: Path) -> None:
    frames = [Image.fromarray(p).quantize(255) for p in (mosaic, mosaic[:, ::-1])]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    check(tmp_path / "a.gif")


def test_a_zone_at_the_pictures_border(mosaic: Pixels, tmp_path: Path) -> None:
    Image.fromarray(np.ascontiguousarray(mosaic[16:96, 80:152])).save(tmp_path / "a.png")
    check(tmp_path / "a.png", "-10,-10,200,200")


@pytest.mark.parametrize("size", [(1, 1), (6, 5), (9, 300)])
def test_a_tiny_picture(size: tuple[int, int], tmp_path: Path) -> None:
    Image.new("RGB", size, (90, 120, 20)).save(tmp_path / "a.png")
    (face,) = efface.advise(tmp_path / "a.png", draw="0,0,9,9").faces
    assert face.found.verdict == "not known"
    assert "solid fill" in face.found.advice.lower()


def test_several_zones_and_what_is_no_zone(mosaic: Pixels, tmp_path: Path) -> None:
    Image.fromarray(mosaic).save(tmp_path / "a.png")
    two = efface.advise(tmp_path / "a.png", draw=["80,16,72,80", "0,150,80,80"])
    assert [face.id for face in two.faces] == ["z1", "z2"]
    for wrong in ("500,500,10,10", "80,16,72", "80,16,72,80@0:01-0:02"):
        with pytest.raises(RefusedError):
            efface.advise(tmp_path / "a.png", draw=wrong)
    with pytest.raises(RefusedError, match="not both"):
        efface.advise(tmp_path / "a.png", draw="1,1,9,9", regions={"schema": "efface.regions/1"})
