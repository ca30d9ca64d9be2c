"""Covered content is recognised by the traces of compression, and only where there are some."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.attack.pairs import Pixels, pair_of

import efface
from efface.attack.interface import Leak
from efface.attack.leaks.lattice import estimated, lattice_of
from efface.attack.leaks.likeness import gray
from efface.attack.leaks.traces import Traces
from efface.media.jpeg.photo import JpegPhoto
from efface.media.orientation import Orientation
from efface.media.source import Source
from efface.policy import Colour, Limits, MethodPolicy, Policy
from efface.regions import Box, Media, Regions, Track

FACE_BOX = Box(0, 90.0, 33.0, 45.0, 54.0)
TIGHT = slice(37, 83), slice(93, 135)
"""Inside the face, off the grid."""
WIDE = slice(13, 107), slice(67, 158)
"""Far around the face, off the grid."""


def saved(path: Path, pixels: Pixels, **options: Any) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


def seen(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def boxed(pixels: Pixels, part: tuple[slice, slice]) -> Pixels:
    out = pixels.copy()
    out[part] = 0
    return out


def leaks(original: Path, redacted: Path) -> list[Leak]:
    pair = pair_of(original, redacted, [FACE_BOX])
    assert Traces().applies(pair)
    return list(Traces().search(pair))


@pytest.mark.parametrize("quality", [60, 75, 90])
@pytest.mark.parametrize("redacted", ["b.png", "b.jpg"])
def test_a_box_through_the_face_on_decoded_pixels(
    tmp_path: Path, portrait: Pixels, quality: int, redacted: str
) -> None:
    original = saved(tmp_path / "a.jpg", portrait, quality=quality)
    options: dict[str, Any] = {"quality": 97} if redacted.endswith("jpg") else {}
    out = saved(tmp_path / redacted, boxed(seen(original), TIGHT), **options)
    leak = leaks(original, out)[0]
    assert leak.kind == "compression-traces" and leak.fails


def test_steps_and_grid_are_told_from_the_pixels_of_a_png(tmp_path: Path, portrait: Pixels) -> None:
    jpeg = saved(tmp_path / "a.jpg", portrait, quality=80)
    cropped = seen(jpeg)[3:, 5:]
    found = estimated(gray(cropped))
    photo = JpegPhoto(Source(jpeg), jpeg.read_bytes(), Limits())
    known = lattice_of(photo.coefficients())
    assert found is not None and known is not None and found.first == (5, 3)
    told = found.steps > 0
    assert told.sum() >= 15
    assert (found.steps[told] == known.steps[told]).mean() > 0.9
    with Image.open(jpeg) as image:
        assert image.quantization[0] == list(known.steps.ravel())  # type: ignore[attr-defined]
    original = saved(tmp_path / "a.png", cropped)
    part = slice(TIGHT[0].start - 3, TIGHT[0].stop - 3), slice(88, 130)
    out = saved(tmp_path / "b.png", boxed(cropped, part))
    pair = pair_of(original, out, [Box(0, 85.0, 30.0, 45.0, 54.0)])
    assert any(leak.fails for leak in Traces().search(pair))


def test_a_picture_that_was_never_compressed_has_no_lattice(portrait: Pixels) -> None:
    assert estimated(gray(portrait)) is None
    noise = np.random.default_rng(3).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    assert estimated(gray(noise)) is None


def test_a_turned_jpeg(tmp_path: Path, portrait: Pixels) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = np.ascontiguousarray(Orientation.of(6).stored(portrait))
    original = saved(tmp_path / "a.jpg", stored, quality=75, exif=exif)
    upright = np.ascontiguousarray(Orientation.of(6).upright(seen(original)))
    out = saved(tmp_path / "b.png", boxed(upright, TIGHT))
    assert any(leak.fails for leak in leaks(original, out))


def test_surroundings_alone_are_a_warning(tmp_path: Path, portrait: Pixels) -> None:
    original = saved(tmp_path / "a.jpg", portrait, quality=75)
    out = saved(tmp_path / "b.png", boxed(seen(original), WIDE))
    assert [leak.fails for leak in leaks(original, out)] == [False]


def test_nothing_when_the_box_was_drawn_before_compression(
    tmp_path: Path, portrait: Pixels
) -> None:
    original = saved(tmp_path / "a.png", portrait)
    out = saved(tmp_path / "b.jpg", boxed(portrait, TIGHT), quality=75)
    assert leaks(original, out) == []
    # Nor when the original is a JPEG of the same picture that was not its source.
    other = saved(tmp_path / "a.jpg", portrait, quality=75)
    assert leaks(other, out) == []


def test_nothing_when_the_covered_pixels_are_wrong(tmp_path: Path, portrait: Pixels) -> None:
    """Visible parts that were coded with another face in the zone do not fit this one."""
    donor = portrait.copy()
    donor[TIGHT] = portrait[::-1][TIGHT]
    coded = saved(tmp_path / "c.jpg", donor, quality=75)
    original = saved(tmp_path / "a.jpg", portrait, quality=75)
    out = saved(tmp_path / "b.png", boxed(seen(coded), TIGHT))
    assert leaks(original, out) == []


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("colour", ["#000000", "#c81e28"])
def test_nothing_in_what_efface_writes(
    tmp_path: Path, portrait: Pixels, subsampling: int, colour: str
) -> None:
    dark = portrait.copy()
    dark[:60] //= 8  # the fill's own colour around the zone
    original = saved(tmp_path / "a.jpg", dark, quality=75, subsampling=subsampling)
    media = Media("a.jpg", efface.detect(original).media.sha256, "image", 256, 256)
    zone = Track("t1", (Box(0, 93.0, 37.0, 42.0, 46.0),), zone=True)
    out = tmp_path / "b.jpg"
    policy = Policy(method=MethodPolicy(colour=Colour.parse(colour)))
    efface.redact(original, out, regions=Regions(media, (zone,)), policy=policy, accept_rescan=True)
    assert leaks(original, out) == []
