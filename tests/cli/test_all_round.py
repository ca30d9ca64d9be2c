"""All-round photos from the outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.panoramas import all_round, coded, xmp
from tests.running import Efface
from tests.sphere.test_fisheye import raw


def test_whoever_holds_the_camera_is_covered(
    tmp_path: Path, portrait: NDArray[np.uint8], efface: Efface
) -> None:
    path = tmp_path / "all.jpg"
    path.write_bytes(coded(all_round(portrait, (170.0, -75.0)), "JPEG", xmp(1024, 512)))
    run = efface("redact", path)
    assert run.code == 0, run.err
    assert "1 track" in run.err
    with Image.open(path.with_name("all.effaced.jpg")) as image:
        pixels, packet = np.asarray(image.convert("L")), image.info["xmp"]
    assert b"secret" not in packet and b"equirectangular" in packet
    assert pixels[508:, 700:].mean() < 5 and pixels[508:, :280].mean() < 5  # around the pole
    assert pixels[460:480, -20:].mean() < 5 and pixels[460:480, :10].mean() < 5  # over the seam
    assert pixels[:256].mean() > 90


def test_a_raw_picture_of_two_lenses_is_refused_with_what_to_do(
    tmp_path: Path, efface: Efface
) -> None:
    path = tmp_path / "raw.jpg"
    path.write_bytes(coded(raw(), "JPEG", b"<x:xmpmeta/>"))
    run = efface("detect", path)
    assert run.code == 2
    assert "not yet joined" in run.err and "equirectangular" in run.err
