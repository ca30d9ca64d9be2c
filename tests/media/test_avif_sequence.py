"""AVIF image sequences: frames, timing, transparency; what is dropped, refused or damaged."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.media.lossless import BLACK, BLACK_FILL, CANARY, inside, noise, opened, written, zone
from tests.media.lossy import covers, redacted, scene
from tests.media.metadata.profiles import display

from efface.errors import InputError, RefusedError, VerificationError
from efface.media.avif import movie
from efface.media.avif.sequence import AvifSequence
from efface.media.isobmff import items
from efface.media.isobmff.boxes import packed
from efface.policy import EncodePolicy, Limits

DURATIONS = [100, 33, 40, 500]
ZONES = (zone(10, 10, 40, 40, frame=1), zone(20, 5, 60, 45, frame=3))


def sequence(channels: int = 3, durations: Sequence[int] = DURATIONS, **options: Any) -> bytes:
    """A sequence by Pillow, its dates taken out so that it is the same every time."""
    images = [
        Image.fromarray(np.roll(scene(64, 80, channels), 3 * i, axis=1))
        for i in range(len(durations))
    ]
    out = io.BytesIO()
    images[0].save(
        out,
        "AVIF",
        save_all=True,
        append_images=images[1:],
        duration=list(durations),
        quality=80,
        speed=9,
        **options,
    )
    return out.getvalue()


def played(data: bytes) -> list[NDArray[np.uint8]]:
    """Frames as Pillow shows them."""
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame) for frame in ImageSequence.Iterator(image)]


def track_of(data: bytes) -> movie.AvifTrack:
    """The picture track."""
    return movie.tracks(items.parse(data))[0][0]


def patched(data: bytes, box: bytes, at: int, value: bytes, number: int = 0) -> bytes:
    """Bytes in the payload of the n-th box of a kind replaced; nothing moves."""
    start = -1
    for _ in range(number + 1):
        start = data.index(box, start + 1)
    start += 4 + at
    return data[:start] + value + data[start + len(value) :]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_frames_times_and_transparency_are_kept(channels: int, tmp_path: Path) -> None:
    data = sequence(channels)
    output, _, again, fidelity = redacted(tmp_path, data, ".avif", ZONES)
    assert fidelity.ssim is not None
    assert fidelity.ssim > 0.98
    assert isinstance(again, AvifSequence)
    assert track_of(output).durations == tuple(DURATIONS)
    before, after = played(data), played(output)
    assert [frame.shape for frame in before] == [frame.shape for frame in after]
    for index in range(4):
        mine = [z for z in ZONES if z.frame == index]
        assert covers(again.picture(index), mine, BLACK, 4)
        if channels == 4:
            grown = [z for z in again.grown(ZONES) if z.frame == index]
            covered = inside((64, 80), grown)
            assert (after[index][covered][:, 3] == 255).all()
            assert (after[index][~covered][:, 3] == before[index][~covered][:, 3]).all()


def test_any_clock_and_repetition_is_kept(tmp_path: Path) -> None:
    data = sequence()
    for plays, length in ((1, None), (movie.FOR_EVER, (1 << 64) - 1), (3, 3 * 673)):
        made = patched(data, b"mdhd", 20, struct.pack(">I", 90_000))
        if length is None:
            made = patched(made, b"elst", 3, b"\0")
        else:
            made = patched(made, b"tkhd", 28, struct.pack(">Q", length))
        assert track_of(made).plays == plays
        output = redacted(tmp_path, made, ".avif", ZONES)[0]
        track = track_of(output)
        assert (track.timescale, track.durations) == (90_000, tuple(DURATIONS))
        assert track.plays == plays


def test_the_same_input_gives_the_same_bytes_without_dates(tmp_path: Path) -> None:
    photo = opened(tmp_path, sequence(4), ".avif")
    outputs = {written(photo, ZONES)[0] for _ in range(2)}
    assert len(outputs) == 1
    (output,) = outputs
    for box in (b"mvhd", b"tkhd", b"mdhd"):
        at = output.index(box) + 8
        assert output[at : at + 16] == bytes(16)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 99), channels=st.sampled_from([3, 4]))
def test_decoded_pixels_in_a_zone_leave_no_trace(seed: int, channels: int, tmp_path: Path) -> None:
    data = sequence(channels)
    outputs = []
    for change in (False, True):
        photo = opened(tmp_path, data, ".avif")
        assert isinstance(photo, AvifSequence)
        zones = photo.grown(ZONES)
        real = photo._samples

        def other(
            index: int, real: Any = real, zones: Any = zones, change: bool = change
        ) -> NDArray[np.uint8]:
            samples: NDArray[np.uint8] = real(index).copy()
            covered = inside((64, 80), [z for z in zones if z.frame == index])
            if change:
                samples[covered] = noise(samples.shape, seed=seed).astype(np.uint8)[covered]
            return samples

        photo._samples = other  # type: ignore[method-assign]
        out = io.BytesIO()
        photo.write(zones, BLACK_FILL, EncodePolicy(), out)
        outputs.append(out.getvalue())
    assert outputs[0] == outputs[1]


def test_nothing_rides_along(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010E] = CANARY.decode()
    data = sequence(icc_profile=display() + CANARY, exif=block, xmp=b"<x:xmpmeta>" + CANARY)
    moov = data.index(b"moov") - 4
    size = struct.unpack_from(">I", data, moov)[0]
    extra = packed(b"udta", CANARY)
    # ``mdat`` moves when ``moov`` grows, so what is added stands in the place of what is not needed
    data = data[:moov] + data[moov : moov + size] + data[moov + size :]
    data = patched(data, b"stss", -4, b"udta") + extra + b"\0\0" + CANARY
    photo = opened(tmp_path, data, ".avif")
    found = {f.kind for f in photo.findings()}
    assert {"unknown-box", "trailing-data", "xmp"} <= found
    assert any(kind.startswith("icc") for kind in found)
    output, report, _, _ = redacted(tmp_path, data, ".avif", ZONES)
    assert {f.kind for f in report.dropped} == found
    assert CANARY not in output
    assert CANARY[:12] not in output
    kept = Image.open(io.BytesIO(output)).info
    assert kept["icc_profile"][36:40] == b"acsp"
    assert not {"exif", "xmp"} & set(kept)


def test_a_poster_that_is_no_frame_is_named_and_dropped(tmp_path: Path) -> None:
    data = sequence()
    size = struct.unpack_from(">I", data, data.index(b"iloc") + 22)[0]
    moved = patched(data, b"iloc", 14, struct.pack(">I", len(data) + 8))
    poster = moved + packed(b"mdat", data[-size:])
    photo = opened(tmp_path, poster, ".avif")
    assert {f.kind for f in photo.findings()} == {"further-image"}
    redacted(tmp_path, poster, ".avif", ZONES)


REFUSED = {
    "10 bits": (patched(sequence(), b"av1C", 2, b"\x4c", 1), "10 bits"),
    "wide colours": (patched(sequence(), b"colr", 4, b"\0\t\0\x10", 1), "9/16"),
    "turned": (patched(sequence(), b"tkhd", 52, b"\0\0\0\0\0\1\0\0"), "turned"),
    "sound": (patched(sequence(), b"hdlr", 8, b"soun", 1), "several sequences, or sound"),
    "another codec": (patched(sequence(), b"stsd", 12, b"avc1"), "no AV1 pictures"),
    "edits": (patched(sequence(), b"elst", 16, struct.pack(">Q", 9)), "edit list"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused(name: str, tmp_path: Path) -> None:
    data, message = REFUSED[name]
    with pytest.raises(RefusedError, match=message) as caught:
        opened(tmp_path, data, ".avif")
    assert caught.value.hint
    assert caught.value.path is not None


DAMAGED = {
    "truncated in the frames": sequence()[:-100],
    "truncated in the tables": sequence()[: sequence().index(b"stsz")],
    "clock stands still": patched(sequence(), b"mdhd", 20, bytes(4)),
    "tables disagree": patched(sequence(), b"stsz", 8, struct.pack(">I", 3)),
    "frames without a place": patched(sequence(), b"stsc", 12, struct.pack(">I", 2)),
    "no clock": patched(sequence(), b"mdhd", -4, b"zzzz"),
    "frames past the end": patched(sequence(), b"stco", 8, b"\x7f\0\0\0"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        opened(tmp_path, DAMAGED[name], ".avif")


def test_a_damaged_frame_is_found_on_decoding(tmp_path: Path) -> None:
    data = sequence()
    spoilt = data[:-900] + noise((900,)).astype(np.uint8).tobytes()
    photo = opened(tmp_path, spoilt, ".avif")
    with pytest.raises(InputError, match="damaged"):
        for index in range(4):
            photo.picture(index)
    with pytest.raises(InputError, match="damaged"):
        written(photo, ZONES)


def test_limits_hold_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="frames"):
        opened(tmp_path, sequence(), ".avif", Limits(max_frames=3))
    huge = patched(sequence(), b"stsd", 16 + 24, struct.pack(">HH", 65535, 65535))
    with pytest.raises(RefusedError, match="megapixels"):
        opened(tmp_path, huge, ".avif")


def test_comparing_sees_what_is_wrong(tmp_path: Path) -> None:
    photo = opened(tmp_path, sequence(4), ".avif")
    with pytest.raises(VerificationError, match=r"not one constant|opaque"):
        photo.compare(photo, photo.grown(ZONES), BLACK_FILL)
    plain = opened(tmp_path, sequence(), ".avif")
    with pytest.raises(VerificationError, match="not one constant"):
        plain.compare(plain, plain.grown(ZONES), BLACK_FILL)
    for other, message in (
        (sequence(durations=[1, 2, 3, 4]), "timed"),
        (sequence(durations=[1, 2]), "number of frames"),
        (sequence(icc_profile=display()), "profile"),
        (sequence(4), "transparency"),
    ):
        with pytest.raises(VerificationError, match=message):
            plain.compare(opened(tmp_path, other, ".avif"), (), BLACK_FILL)
