"""WebP: lossless, lossy and animated files, what is kept, what is dropped, and damaged files."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageSequence
from tests.media import lossless, lossy
from tests.media.contract.webp import animation, planted, webp, with_chunks
from tests.media.lossless import BLACK, BLACK_FILL, CANARY, inside, noise, opened, written, zone
from tests.media.lossy import covers, scene
from tests.media.metadata.profiles import srgb

from efface.errors import InputError, VerificationError
from efface.geometry import Rect
from efface.media.interface import Photo
from efface.media.metadata import exif
from efface.media.webp import codec, riff
from efface.media.webp.photo import WebpPhoto
from efface.policy import Colour, EncodePolicy

ZONES = (zone(30, 20, 75, 60),)
BOUNDED = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def chunks(data: bytes) -> list[bytes]:
    """Names of the top-level chunks."""
    out, at = [], 12
    while at < len(data):
        out.append(data[at : at + 4])
        size = struct.unpack_from("<I", data, at + 4)[0]
        at += 8 + size + (size & 1)
    return out


def pixels(data: bytes) -> NDArray[np.uint8]:
    """Samples as Pillow reads them."""
    return np.asarray(Image.open(io.BytesIO(data)))


def played(data: bytes) -> list[NDArray[np.uint8]]:
    """Frames of an animation as libwebp's player shows them, through Pillow."""
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (17, 33), (64, 80)])
@pytest.mark.parametrize("channels", [3, 4])
def test_lossless_stays_lossless(size: tuple[int, int], channels: int, tmp_path: Path) -> None:
    height, width = size
    samples = noise((*size, channels)).astype(np.uint8)
    if channels == 4:
        samples[: height // 2, :, 3] = 0
        samples[samples[..., 3] == 0] = 0  # no colours where nothing is seen
    zones = (zone(width // 2, height // 2, width, height),)
    output, _, _ = lossless.redacted(tmp_path, webp(samples), ".webp", zones, Colour(1, 2, 3))
    assert chunks(output) == [b"VP8L"]
    after = pixels(output)
    mask = inside(size, zones)
    if after.shape[2] == 3:  # nothing transparent was left
        samples = samples[..., :3]
    assert (after[~mask] == samples[~mask]).all()
    assert (after[mask] == (1, 2, 3, 255)[: after.shape[2]]).all()


def test_a_large_lossless_picture_takes_the_lean_encoder_and_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "FAST_LOSSLESS_FROM_MP", 0.001)
    lossless.redacted(tmp_path, webp(scene(96, 128, 4)), ".webp", ZONES)


@BOUNDED
@given(seed=st.integers(0, 99), channels=st.sampled_from([3, 4]), quality=st.integers(50, 100))
def test_decoded_pixels_in_a_lossy_zone_leave_no_trace(
    seed: int, channels: int, quality: int, tmp_path: Path
) -> None:
    """Two lossy files cannot be made to decode alike outside a zone; their decoded frames can."""
    photo = opened(tmp_path, webp(scene(64, 80, channels), 80), ".webp")
    zones = photo.grown((zone(17, 9, 30, 40),))
    ours = codec.decode(riff.still(photo.path.read_bytes()))
    theirs = ours.copy()
    covered = inside((64, 80), zones)
    theirs[covered] = noise((64, 80, ours.shape[2]), seed=seed).astype(np.uint8)[covered]
    outputs = []
    for samples in (ours, theirs):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(codec, "decode", lambda coded, s=samples: s.copy())
            out = io.BytesIO()
            photo.write(zones, BLACK_FILL, EncodePolicy(webp_quality=quality), out)
            outputs.append(out.getvalue())
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("size", [(96, 128), (31, 33), (1, 1), (16, 95)])
@pytest.mark.parametrize("channels", [3, 4])
def test_lossy_is_encoded_again_without_visible_loss(
    size: tuple[int, int], channels: int, tmp_path: Path
) -> None:
    height, width = size
    zones = (zone(width // 2, height // 2, width, height),)
    data = webp(scene(*size, channels), 80)
    red = Colour(200, 30, 40)
    output, _, again, fidelity = lossy.redacted(tmp_path, data, ".webp", zones, red)
    assert fidelity.ssim is None or fidelity.ssim > 0.98
    assert again.picture(0).shape == (height, width, 3)
    if again.picture(0).size > 100:
        inner = (zone(width // 2 + 4, height // 2 + 4, width, height),)
        assert covers(again.picture(0), inner, red, 12)
    names = chunks(output)
    assert names[-1] == b"VP8 "
    assert set(names) <= {b"VP8X", b"ALPH", b"VP8 "}


def test_lossy_zones_grow_to_macroblocks_and_the_filters_reach(tmp_path: Path) -> None:
    photo = opened(tmp_path, webp(scene(96, 128), 80), ".webp")
    (still,) = photo.grown((zone(41, 41, 50, 50),))
    assert still.rect == Rect(32, 32, 64, 64)
    turned = opened(tmp_path, webp(scene(57, 90), 80, exif=exif.minimal_exif(3)), ".webp")
    (zoned,) = turned.grown((zone(41, 30, 42, 31),))
    assert zoned.rect == Rect(26, 9, 58, 41)  # blocks start at the stored corner: 90 % 16, 57 % 16
    exact = opened(tmp_path, webp(scene()), ".webp")
    assert exact.grown(ZONES) == ZONES


def frames(count: int, channels: int = 4) -> list[NDArray[np.uint8]]:
    """A moving patch on a still scene; some frames repeat the one before."""
    out = []
    for i in range(count):
        frame = scene(64, 80, channels).copy()
        step = i - (i % 3 == 2)
        frame[10 + step : 30 + step, 5 * step : 5 * step + 20] = scene(20, 20, channels, seed=1)
        out.append(frame)
    return out


@pytest.mark.parametrize("channels", [3, 4])
def test_composition_is_what_libwebps_player_shows(channels: int) -> None:
    for options in ({"lossless": True}, {"quality": 60}, {"allow_mixed": True}):
        data = animation(frames(7, channels), **options)
        ours = [frame.copy() for frame in codec.composed(riff.parse(data))]
        for mine, theirs in zip(ours, played(data), strict=True):
            shown = theirs[..., 3] > 0
            assert (mine[..., 3] == theirs[..., 3]).all()
            assert (mine[shown] == theirs[shown]).all()


@BOUNDED
@given(
    places=st.lists(
        st.tuples(
            st.integers(0, 10),
            st.integers(0, 8),
            st.integers(1, 12),
            st.integers(1, 9),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    ),
    seed=st.integers(0, 99),
)
def test_any_blending_and_disposal_shows_the_same(
    places: list[tuple[int, int, int, int, bool, bool, bool]], seed: int, tmp_path: Path
) -> None:
    parts = []
    for i, (x, y, width, height, blend, dispose, solid) in enumerate(places):
        part = noise((height, width, 4), seed=seed + i).astype(np.uint8)
        part[0, 0, 3] = 0
        if solid:
            part[..., 3] = 255
        coded = codec.encode(part, True, 75)
        parts.append(riff.WebpFrame(coded, 2 * x, 2 * y, 40 + i, blend, dispose))
    assume(any(frame.coded.has_alpha for frame in parts))  # else Pillow shows gaps as black
    made = riff.WebpContainer(32, 25, tuple(parts), True, b"\1\2\3\4", 3, None, None, (), 0)
    data = b"".join(riff.build(made))
    zones = (zone(4, 4, 9, 9, frame=0), zone(3, 5, 32, 25, frame=len(places) - 1))
    photo = opened(tmp_path, data, ".webp")
    output, report = written(photo, zones)
    assert report.lossless
    again = opened(tmp_path, output, ".webp")
    assert photo.compare(again, zones, BLACK_FILL).exact
    before, after = played(data), played(output)
    assert len(before) == len(after) == len(places)
    for index, (ours, theirs) in enumerate(zip(before, after, strict=True)):
        mine = [z for z in zones if z.frame == index]
        mask = inside((25, 32), mine)
        shown = (ours[..., 3] > 0) & ~mask
        assert (ours[..., 3] == theirs[..., 3])[~mask].all()
        assert (ours[shown] == theirs[shown]).all()
        assert (theirs[mask] == (0, 0, 0, 255)).all()


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}, {"allow_mixed": True}])
def test_an_animation_keeps_frames_times_loops_and_background(
    options: dict[str, Any], tmp_path: Path
) -> None:
    shown = frames(6)
    data = animation(shown, loop=5, background=(9, 8, 7, 6), **options)
    count = len(played(data))
    zones = tuple(zone(5 * i, 8 + i, 5 * i + 30, 34 + i, frame=i) for i in range(0, count, 2))
    photo = opened(tmp_path, data, ".webp")
    output, _ = written(photo, zones)
    again = opened(tmp_path, output, ".webp")
    fidelity = photo.compare(again, photo.grown(zones), BLACK_FILL)
    assert fidelity.exact == (options == {"lossless": True})
    assert fidelity.exact or (fidelity.ssim or 0) > 0.98
    assert again.findings() == ()
    ours, theirs = riff.parse(data), riff.parse(output)
    assert [f.duration_ms for f in theirs.frames] == [f.duration_ms for f in ours.frames]
    assert (theirs.loops, theirs.background) == (5, ours.background)
    after = played(output)
    for index in range(count):
        mine = [z for z in zones if z.frame == index]
        assert covers(after[index][..., :3], mine, BLACK, 4)
        picture = photo.picture(index).astype(int)
        untouched = ~inside((64, 80), [z for z in photo.grown(zones) if z.frame == index])
        assert np.abs(again.picture(index) - picture)[untouched].mean() < 2.5


def test_frames_keep_their_own_kind_and_one_that_only_lasts_stays(tmp_path: Path) -> None:
    first, second = scene(64, 80), scene(64, 80)
    second[40:60, 40:70] = 255 - second[40:60, 40:70]
    parts = (
        riff.WebpFrame(codec.encode(first, False, 80), duration_ms=10),
        riff.WebpFrame(codec.encode(second[40:60, 40:70], True, 75), 40, 40, 20),
        riff.WebpFrame(codec.encode(second[40:60, 40:70], True, 75), 40, 40, 30),
    )
    made = riff.WebpContainer(80, 64, parts, True, bytes(4), 0, None, None, (), 0)
    data = b"".join(riff.build(made))
    zones = (zone(0, 0, 10, 10, frame=0), zone(0, 0, 10, 10, frame=1), zone(0, 0, 10, 10, frame=2))
    output, _, again, _ = lossy.redacted(tmp_path, data, ".webp", zones)
    kinds = [frame.coded.lossless for frame in riff.parse(output).frames]
    assert kinds == [False, True, True]
    assert [f.duration_ms for f in riff.parse(output).frames] == [10, 20, 30]
    assert (again.picture(2) == again.picture(1)).all()
    assert (again.picture(1)[40:60, 40:70] == second[40:60, 40:70]).all()


def test_frames_may_be_asked_for_in_any_order(tmp_path: Path) -> None:
    photo = opened(tmp_path, animation(frames(4), lossless=True), ".webp")
    forwards = [photo.picture(i).copy() for i in range(len(photo.sizes))]
    for i in (2, 0, 2, 2, 1):
        assert (photo.picture(i) == forwards[i]).all()


def test_frames_in_order_are_composed_once_however_often_each_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = opened(tmp_path, animation(frames(4), lossless=True), ".webp")
    assert isinstance(photo, WebpPhoto)
    started: list[riff.WebpContainer] = []
    real = codec.composed

    def composed(container: riff.WebpContainer) -> Iterator[codec.Samples]:
        started.append(container)
        return real(container)

    monkeypatch.setattr(codec, "composed", composed)
    for i in range(len(photo.sizes)):
        first = photo.samples(i).copy()
        assert photo.picture(i).shape == (*first.shape[:2], 3)
        assert (photo.samples(i) == first).all()
    assert len(started) == 1


def test_the_profile_is_kept_clean(tmp_path: Path) -> None:
    dirty = srgb() + CANARY
    data = webp(scene(), icc_profile=dirty)
    output, report, _ = lossless.redacted(tmp_path, data, ".webp", ZONES)
    assert CANARY not in output
    kept = Image.open(io.BytesIO(output)).info["icc_profile"]
    transform = ImageCms.buildTransform(io.BytesIO(kept), io.BytesIO(srgb()), "RGB", "RGB")
    shown = Image.fromarray(scene())
    through = np.asarray(ImageCms.applyTransform(shown, transform)).astype(int)
    assert np.abs(through - np.asarray(shown)).max() <= 1
    assert any(f.kind.startswith("icc") for f in report.dropped)


@pytest.mark.parametrize("quality", [None, 85])
def test_nothing_rides_along(quality: int | None, tmp_path: Path) -> None:
    photo = opened(tmp_path, planted(quality), ".webp")
    found = photo.findings()
    assert {*("description", "gps", "xmp", "unknown-chunk", "further-image", "trailing-data")} <= {
        f.kind for f in found
    }
    output, _ = written(photo, ZONES)
    assert CANARY[:12] not in output
    names = [b"VP8X", b"ICCP", *([b"VP8L"] if quality is None else [b"ALPH", b"VP8 "])]
    assert chunks(output) == names
    assert struct.unpack_from("<I", output, 4)[0] == len(output) - 8


def repacked(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


STILL, LOSSY, MOVING = webp(scene()), webp(scene(96, 128, 4), 80), animation(frames(3))

DAMAGED = {
    "header only": STILL[:12],
    "half a header": STILL[:9] + b"WEBP"[: len(STILL[8:9])],
    "truncated lossless": STILL[: len(STILL) // 2],
    "truncated lossy": LOSSY[:-40],
    "truncated animation": MOVING[:-9],
    "chunk past the end": repacked(STILL, 16, struct.pack("<I", 1 << 30)),
    "no picture": with_chunks(b"RIFF\4\0\0\0WEBP", (b"EXIF", b"abcd")),
    "nothing in it": b"RIFF\4\0\0\0WEBP",
    "size of the canvas lies": repacked(LOSSY, 24, b"\x10\0\0"),
    "frame outside the canvas": repacked(MOVING, MOVING.index(b"ANMF") + 8, b"\xff\0\0"),
    "frame's size lies": repacked(MOVING, MOVING.index(b"ANMF") + 14, b"\x03\0\0"),
    "no animation header": repacked(MOVING, MOVING.index(b"ANIM"), b"NOPE"),
    "lossless signature": repacked(STILL, 20, b"\0"),
    "lossy signature": repacked(LOSSY, LOSSY.index(b"VP8 ") + 11, b"\0\0\0"),
    "short VP8X": with_chunks(b"RIFF\4\0\0\0WEBP", (b"VP8X", b"\0\0")),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, DAMAGED[name], ".webp")
    assert caught.value.exit_code == 5


def test_damage_inside_a_picture_is_found_on_decoding(tmp_path: Path) -> None:
    cut = riff.still(STILL).chunks[0].data[:200]
    data = with_chunks(b"RIFF\4\0\0\0WEBP", (b"VP8L", cut))
    photo = opened(tmp_path, data, ".webp")
    with pytest.raises(InputError, match="damaged"):
        photo.picture(0)
    with pytest.raises(InputError, match="damaged"):
        photo.write((), BLACK_FILL, EncodePolicy(), io.BytesIO())


def tampered(photo: Photo, output: bytes, folder: Path, change: Any) -> Photo:
    samples = codec.decode(riff.still(output)).copy()
    change(samples)
    kind = riff.still(output).lossless
    spoilt = riff.WebpContainer(
        128,
        96,
        (riff.WebpFrame(codec.encode(samples, kind, 95)),),
        False,
        b"",
        0,
        None,
        None,
        (),
        0,
    )
    return opened(folder, b"".join(riff.build(spoilt)), ".webp")


@pytest.mark.parametrize("quality", [None, 80])
def test_comparing_sees_what_is_wrong(quality: int | None, tmp_path: Path) -> None:
    photo = opened(tmp_path, webp(scene(), quality), ".webp")
    zones = photo.grown(ZONES)
    output, _ = written(photo, ZONES)

    def show(samples: NDArray[np.uint8]) -> None:
        samples[32:48, 40:60] = scene()[32:48, 40:60]

    def blur(samples: NDArray[np.uint8]) -> None:
        samples[81:95] = samples[81:95].mean(axis=0).astype(np.uint8)

    with pytest.raises(VerificationError, match="a zone"):
        photo.compare(tampered(photo, output, tmp_path, show), zones, BLACK_FILL)
    if quality is None:
        with pytest.raises(VerificationError, match="differ outside"):
            photo.compare(tampered(photo, output, tmp_path, blur), zones, BLACK_FILL)
    else:
        worse = photo.compare(tampered(photo, output, tmp_path, blur), zones, BLACK_FILL).ssim
        fine = photo.compare(opened(tmp_path, output, ".webp"), zones, BLACK_FILL).ssim
        assert worse is not None
        assert fine is not None
        assert worse < 0.95 < fine
    other = webp(scene(), 80 if quality is None else None)
    with pytest.raises(VerificationError, match="kind"):
        photo.compare(opened(tmp_path, other, ".webp"), zones, BLACK_FILL)
    with pytest.raises(VerificationError, match="size"):
        photo.compare(opened(tmp_path, webp(scene(96, 127), quality), ".webp"), zones, BLACK_FILL)
    turned = webp(scene(128, 96), quality, exif=exif.minimal_exif(6))
    with pytest.raises(VerificationError, match="orientation"):
        photo.compare(opened(tmp_path, turned, ".webp"), zones, BLACK_FILL)
    tagged = webp(scene(), quality, icc_profile=srgb())
    with pytest.raises(VerificationError, match="profile"):
        photo.compare(opened(tmp_path, tagged, ".webp"), zones, BLACK_FILL)
