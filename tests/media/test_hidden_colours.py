"""A face erased by transparency is still in the samples; no output may carry it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.lossless import BLACK_FILL

from efface.geometry import Rect
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

SIDE = 96


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.png", {}),
        ("a.tif", {}),
        ("a.webp", {"lossless": True, "exact": True}),
        ("a.webp", {"quality": 95, "exact": True}),
        ("a.avif", {"quality": 95}),
    ],
    ids=["png", "tiff", "webp-lossless", "webp-lossy", "avif"],
)
def test_nothing_is_left_under_transparency(
    tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    pixels[..., 0] = 128 + 120 * np.sin(rows / 5.0) * np.cos(columns / 7.0)
    pixels[..., 1] = pixels[..., 0] // 2
    pixels[..., 3] = 255
    pixels[40:72, 40:72, 3] = 0
    source, target = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    Image.fromarray(pixels).save(source, **options)  # type: ignore[arg-type]
    with Image.open(source) as image:
        hidden = np.asarray(image.convert("RGBA"))[44:68, 44:68, :3]
    assert np.ptp(hidden) > 100, "the encoder threw the hidden picture away: nothing to test"

    photo = open_photo(source, Limits())
    drawn = Rect(0, 0, 16, 16)
    zones = photo.grown([Zone("t", 0, drawn, drawn)])
    with target.open("wb") as out:
        photo.write(zones, ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    written = open_photo(target, Limits())
    photo.compare(written, zones, BLACK_FILL)
    assert written.findings() == ()
    with Image.open(target) as image:
        left = np.asarray(image.convert("RGBA"))
    assert (left[44:68, 44:68, 3] == 0).all()
    assert np.ptp(left[44:68, 44:68, :3]) < 12
