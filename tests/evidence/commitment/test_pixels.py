"""Lossless formats: what a viewer sees outside the zones is proven, pixel by pixel."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.commitment.redacting import case, written
from tests.media import bmps, gifs
from tests.media.lossless import noise, opened, zone
from tests.media.pngs import apng, chunk, png
from tests.media.tiffs import tiff

from efface.evidence.commitment import ProofResult
from efface.evidence.commitment.opening import content_of
from efface.evidence.commitment.pixels import side_of
from efface.media.metadata.exif import minimal_exif
from efface.zones.zone import Zone

HEIGHT, WIDTH = 37, 53
ZONES = (zone(9, 7, 30, 22), zone(34, 20, 51, 36, shape="rounded"))
SPOT = 2, 40
"""Row and column of a stored pixel in no zone (and, turned, in none either)."""
Samples = NDArray[Any]


@dataclass(frozen=True)
class Format:
    """How stored samples become a file."""

    suffix: str
    channels: int
    made: Callable[[Samples], bytes]
    high: int = 256
    """One more than the largest sample."""

    def samples(self, seed: int = 1) -> Samples:
        shape = (HEIGHT, WIDTH) if self.channels == 1 else (HEIGHT, WIDTH, self.channels)
        return noise(shape, self.high, seed)


def _webp(samples: Samples) -> bytes:
    out = io.BytesIO()
    Image.fromarray(samples.astype(np.uint8)).save(out, "WEBP", lossless=True, exact=True)
    return out.getvalue()


def _jxl(samples: Samples, bits: int) -> bytes:
    kept = samples.astype(np.uint8 if bits == 8 else np.uint16)
    return bytes(imagecodecs.jpegxl_encode(kept, bitspersample=bits, lossless=True, effort=3))


def _tiff(dtype: str, **options: Any) -> Callable[[Samples], bytes]:
    return lambda samples: tiff((samples.astype(dtype), options))


def _colours(count: int) -> Samples:
    steps = np.arange(count)
    return np.stack([steps * 3, 255 - steps, steps * 7 % 256], axis=1).astype(np.uint8)


PLTE = chunk(b"PLTE", _colours(200).tobytes())
TURNED = chunk(b"eXIf", minimal_exif(6))
FORMATS = {
    "png-rgb": Format(".png", 3, lambda s: png(s, 8, 2)),
    "png-rgb-turned": Format(".png", 3, lambda s: png(s, 8, 2, before=TURNED)),
    "png-rgb-16": Format(".png", 3, lambda s: png(s, 16, 2), 65536),
    "png-rgba": Format(".png", 4, lambda s: png(s, 8, 6)),
    "png-grey": Format(".png", 1, lambda s: png(s, 8, 0)),
    "png-grey-2-bits": Format(".png", 1, lambda s: png(s, 2, 0), 4),
    "png-grey-alpha": Format(".png", 2, lambda s: png(s, 8, 4)),
    "png-palette": Format(".png", 1, lambda s: png(s, 8, 3, before=PLTE), 200),
    "png-palette-clear": Format(
        ".png", 1, lambda s: png(s, 8, 3, before=PLTE + chunk(b"tRNS", bytes(100))), 200
    ),
    "png-key": Format(".png", 1, lambda s: png(s, 8, 0, before=chunk(b"tRNS", b"\0\7"))),
    "png-key-unseen": Format(
        ".png", 1, lambda s: png(s, 8, 0, before=chunk(b"tRNS", b"\0\xff")), 255
    ),
    "png-interlaced": Format(".png", 3, lambda s: png(s, 8, 2, interlaced=True)),
    "gif": Format(
        ".gif",
        1,
        lambda s: gifs.gif((WIDTH, HEIGHT), [gifs.frame(s)], _colours(200)),
        200,
    ),
    "bmp": Format(".bmp", 3, lambda s: bmps.Bmp(s, 24).data()),
    "bmp-palette": Format(".bmp", 1, lambda s: bmps.Bmp(s, 8, palette=bmps.palette(256)).data()),
    "bmp-16": Format(".bmp", 1, lambda s: bmps.Bmp(s, 16).data(), 1 << 15),
    "tiff-rgb": Format(".tif", 3, _tiff("u1", photometric="rgb")),
    "tiff-rgb-16-turned": Format(
        ".tif", 3, _tiff("u2", photometric="rgb", extratags=[(274, 3, 1, 6, True)]), 65536
    ),
    "tiff-float": Format(".tif", 1, _tiff("f4")),
    "tiff-signed": Format(".tif", 1, _tiff("i2")),
    "tiff-cmyk": Format(".tif", 4, _tiff("u1", photometric="separated")),
    "tiff-palette": Format(
        ".tif",
        1,
        _tiff("u1", photometric="palette", colormap=_colours(256).T.astype("u2") * 257),
    ),
    "webp": Format(".webp", 3, _webp),
    "webp-alpha": Format(".webp", 4, _webp),
    "jxl": Format(".jxl", 3, lambda s: _jxl(s, 8)),
    "jxl-alpha": Format(".jxl", 4, lambda s: _jxl(s, 8)),
    "jxl-grey": Format(".jxl", 1, lambda s: _jxl(s, 8)),
    "jxl-grey-alpha": Format(".jxl", 2, lambda s: _jxl(s, 8)),
    "jxl-10-bits": Format(".jxl", 3, lambda s: _jxl(s, 10), 1024),
}


def checked(made: Format, folder: Path, other: Samples | None = None) -> ProofResult:
    """The proof of one original against what is made of it, or of other samples."""
    original = opened(folder, made.made(made.samples()), made.suffix)
    held = case(original, ZONES)
    if other is None:
        return held.check(opened(folder, held.redacted, made.suffix))
    forged = written(opened(folder, made.made(other), made.suffix), held.zones)
    return held.check(opened(folder, forged, made.suffix))


@pytest.mark.parametrize("name", FORMATS)
def test_what_efface_writes_is_proven(name: str, tmp_path: Path) -> None:
    made = FORMATS[name]
    result = checked(made, tmp_path)
    assert result.ok, result.says
    assert result.ring == 0
    assert result.hidden > 20
    assert result.proven > 60
    assert f"{result.proven} blocks of 4x4 pixels" in result.says


@pytest.mark.parametrize("name", FORMATS)
def test_one_sample_outside_the_zones(name: str, tmp_path: Path) -> None:
    made = FORMATS[name]
    samples = made.samples()
    value = samples[SPOT] if made.channels == 1 else samples[(*SPOT, 0)]
    index = SPOT if made.channels == 1 else (*SPOT, 0)
    samples[index] = value - 1 if value else 1
    if made.channels in (2, 4) and not name.startswith("tiff"):  # seen, so that it counts
        samples[(*SPOT, -1)] ^= 0x80
    result = checked(made, tmp_path, samples)
    assert result.failure == "changed"
    row, column = SPOT
    place = f"x {column // 4 * 4} to {column // 4 * 4 + 3}, y {row // 4 * 4} to {row // 4 * 4 + 3}"
    if "turned" in name:  # stored rows are columns from the right
        right = HEIGHT - 1 - row // 4 * 4
        place = f"x {right - 3} to {right}, y {column // 4 * 4} to {column // 4 * 4 + 3}"
    assert result.where == place


@pytest.mark.parametrize("name", ["png-rgba", "png-palette-clear", "webp-alpha"])
def test_what_nobody_sees_does_not_count(name: str, tmp_path: Path) -> None:
    """Colours under full transparency are cleared by some writers and not by others."""
    made = FORMATS[name]
    one, other = made.samples(), made.samples()
    if made.channels == 4:
        one[SPOT], other[SPOT] = (1, 2, 3, 0), (9, 9, 9, 0)
    else:
        one[SPOT], other[SPOT] = 7, 8
    held = case(opened(tmp_path, made.made(one), made.suffix), ZONES)
    forged = written(opened(tmp_path, made.made(other), made.suffix), held.zones)
    assert held.check(opened(tmp_path, forged, made.suffix)).ok


def test_another_colour_profile_or_orientation(tmp_path: Path) -> None:
    made = FORMATS["png-rgb"]
    held = case(opened(tmp_path, made.made(made.samples()), ".png"), ZONES)
    for before, what in ((chunk(b"gAMA", b"\0\1\0\0"), "profile"), (TURNED, "pages")):
        data = png(made.samples(), 8, 2, before=before)
        result = held.check(opened(tmp_path, data, ".png"))
        assert result.failure == "another-picture"
        assert result.says.endswith(f"in its {what}.")


def test_zones_that_are_not_grown_leave_a_ring_that_is_named(tmp_path: Path) -> None:
    made = FORMATS["png-rgb"]
    original = opened(tmp_path, made.made(made.samples()), ".png")
    held = case(original, (zone(9, 7, 30, 22),), to_leaves=False)
    result = held.check(opened(tmp_path, held.redacted, ".png"))
    assert result.ok
    assert result.ring == (32 - 8) * (24 - 4) - (30 - 9) * (22 - 7)
    assert f"or of {result.ring} pixels that share a block with one" in result.does_not_say
    samples = made.samples()
    samples[4, 8] += 1  # in the ring
    forged = written(opened(tmp_path, made.made(samples), ".png"), held.zones)
    assert held.check(opened(tmp_path, forged, ".png")).ok


def test_frames_of_an_animation_each_with_its_own_zones(tmp_path: Path) -> None:
    frames = [noise((HEIGHT, WIDTH, 4), seed=seed) for seed in range(3)]
    how: dict[str, Any] = {}
    original = opened(tmp_path, apng([(f, how) for f in frames], 8, 6), ".png")
    zones = (zone(4, 4, 20, 20, frame=0), zone(20, 8, 40, 30, frame=2))
    held = case(original, zones)
    result = held.check(opened(tmp_path, held.redacted, ".png"))
    assert result.ok
    assert result.hidden == 16 + 5 * 6
    frames[1][8, 8] ^= 128
    forged = written(opened(tmp_path, apng([(f, how) for f in frames], 8, 6), ".png"), held.zones)
    result = held.check(opened(tmp_path, forged, ".png"))
    assert result.where == "frame 1, x 8 to 15, y 8 to 11"
    moved = [zone(4, 4, 20, 20, frame=1), zones[1]]
    assert held.check(opened(tmp_path, held.redacted, ".png"), moved).failure == "more-hidden"


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animations_of_other_formats(suffix: str, tmp_path: Path) -> None:
    frames = [noise((HEIGHT, WIDTH), 200, seed) for seed in range(3)]

    def animation() -> bytes:
        if suffix == ".gif":
            parts = [gifs.frame(frame, delay=4) for frame in frames]
            return gifs.gif((WIDTH, HEIGHT), parts, _colours(200))
        images = [Image.fromarray(_colours(200)[frame]) for frame in frames]
        out = io.BytesIO()
        images[0].save(
            out, "WEBP", save_all=True, append_images=images[1:], duration=40, lossless=True
        )
        return out.getvalue()

    held = case(opened(tmp_path, animation(), suffix), (zone(20, 8, 40, 30, frame=2),))
    result = held.check(opened(tmp_path, held.redacted, suffix))
    assert result.ok, result.says
    assert (result.hidden, result.proven) == (30, 3 * 140 - 30)
    frames[2][36, 52] ^= 3
    forged = written(opened(tmp_path, animation(), suffix), held.zones)
    result = held.check(opened(tmp_path, forged, suffix))
    assert result.where == "frame 2, x 48 to 52, y 36 to 36"


def test_pages_of_other_sizes_and_depths(tmp_path: Path) -> None:
    pages = [noise((30, 41, 3)).astype("u1"), noise((9, 70), 65536).astype("u2")]
    data = tiff((pages[0], {"photometric": "rgb"}), (pages[1], {}))
    held = case(opened(tmp_path, data, ".tif"), (zone(60, 1, 70, 9, frame=1),))
    assert held.check(opened(tmp_path, held.redacted, ".tif")).ok
    assert [run[:3] for run in held.commitment.parameters["pages"]] == [[1, 41, 30], [1, 70, 9]]


def test_zones_of_frames_that_are_not_there_hide_nothing(tmp_path: Path) -> None:
    made = FORMATS["png-rgb"]
    content = content_of(opened(tmp_path, made.made(made.samples()), ".png"))
    stray = (zone(0, 0, 9, 9, frame=1), zone(0, 0, 9, 9, frame=-1))
    assert content.hidden(stray).leaves == 0
    assert content.grown(stray) == ()


@pytest.mark.parametrize(
    ("size", "side"),
    [((1, 1), 4), ((1448, 1448), 4), ((1500, 1500), 8), ((2880, 2880), 8), ((5760, 3840), 16)],
)
def test_leaves_grow_with_the_picture(size: tuple[int, int], side: int) -> None:
    assert side_of([size]) == side
    assert side_of([(30_000, 30_000)]) == 32


BOX = st.tuples(st.integers(-5, 50), st.integers(-5, 40), st.integers(1, 30), st.integers(1, 30))


@given(st.lists(BOX, max_size=4), st.booleans(), st.integers(0, 20), st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_zones_hold_and_any_change_outside_them_does_not(
    tmp_path: Path,
    boxes: list[tuple[int, int, int, int]],
    rounded: bool,
    seed: int,
    data: st.DataObject,
) -> None:
    made = FORMATS["png-rgb"]
    samples = made.samples(seed)
    original = opened(tmp_path, made.made(samples), ".png")
    zones = tuple(_clipped(box, "rounded" if rounded else "box") for box in boxes)
    held = case(original, [z for z in zones if not z.rect.empty])
    assert held.check(opened(tmp_path, held.redacted, ".png")).ok
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for one in held.zones:
        covered[one.rect.y0 : one.rect.y1, one.rect.x0 : one.rect.x1] |= one.mask()
    free = np.argwhere(~covered)
    if not len(free):
        return
    row, column = free[data.draw(st.integers(0, len(free) - 1))]
    samples[row, column, data.draw(st.integers(0, 2))] ^= 1 << data.draw(st.integers(0, 7))
    forged = written(opened(tmp_path, made.made(samples), ".png"), held.zones)
    result = held.check(opened(tmp_path, forged, ".png"))
    assert result.failure == "changed"
    top, left = row // 4 * 4, column // 4 * 4
    assert result.where == (
        f"x {left} to {min(left + 3, WIDTH - 1)}, y {top} to {min(top + 3, HEIGHT - 1)}"
    )


def _clipped(box: tuple[int, int, int, int], shape: Any) -> Zone:
    x, y, width, height = box
    made = zone(x, y, x + width, y + height, shape=shape)
    return Zone(made.track, 0, made.outer.clipped(WIDTH, HEIGHT), made.outer, shape)
