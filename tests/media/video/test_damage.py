"""Damaged videos: nothing missing goes unnoticed, and no filled-in picture is shown."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.media.video.clips import box, clip, packet_places, scene

from efface.errors import EffaceError, InputError
from efface.media.file import Picture
from efface.media.video import open_video
from efface.policy import Limits

CUT = [
    ("a.mp4", "libx264", {"movflags": "faststart"}),
    ("b.mp4", "libx264", {}),
    ("c.mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    ("a.mkv", "libx264", {}),
    ("live.mkv", "libx264", {"live": "1"}),
    ("a.webm", "libvpx", {}),
    ("a.avi", "mpeg4", {}),
]
CODECS = [
    ("a.mp4", "libx264"),
    ("a.ts", "mpeg2video"),
    ("b.mp4", "mpeg4"),
    ("a.mov", "prores_ks"),
    ("b.avi", "mjpeg"),
    ("vp9.mkv", "libvpx-vp9"),
    ("c.mkv", "ffv1"),
]
FORMATS = {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Clips by name, made once."""
    folder = tmp_path_factory.mktemp("made")
    out = {}
    for name, codec, options in CUT:
        out[name] = clip(folder / name, codec=codec, container_options=options).read_bytes()
    return out


def times(path: Path, *, allow: bool = False) -> list[int]:
    movie = open_video(path, Limits())
    return [f.pts for f in movie.frames(allow_damaged=allow)]


@pytest.mark.parametrize("name", [name for name, _, _ in CUT])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_noticed(
    tmp_path: Path, made: dict[str, bytes], name: str, place: float
) -> None:
    data, path = made[name], tmp_path / name
    path.write_bytes(data)
    whole = times(path)
    path.write_bytes(data[: int(place * len(data))])
    with pytest.raises(InputError):
        times(path)
    try:
        left = times(path, allow=True)
    except InputError:
        return  # its head is gone
    assert set(left) <= set(whole)
    assert left == sorted(left)


def test_a_cut_is_told_with_frame_and_time(tmp_path: Path, made: dict[str, bytes]) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(made["a.mp4"])
    offset, size = packet_places(path)[16]
    path.write_bytes(made["a.mp4"][: offset + size])
    with pytest.raises(InputError, match=r"frame 17 and what follows.*0:00:00\.\d+") as error:
        times(path)
    assert "--allow-damaged" in (error.value.hint or "")
    assert len(times(path, allow=True)) >= 16


@pytest.mark.parametrize(("name", "codec"), CODECS)
def test_blanked_bytes_are_noticed_and_what_is_left_is_right(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = clip(
        tmp_path / name, codec=codec, pixel_format=FORMATS.get(codec, "yuv420p"), size=(160, 96)
    )
    pictures = {f.pts: f.picture() for f in open_video(path, Limits()).frames()}
    data, rng = path.read_bytes(), random.Random(4)
    places = [(a, b) for a, b in packet_places(path) if a and b > 40]
    for _ in range(4):
        offset, size = rng.choice(places)
        at = offset + size // 3
        broken = bytearray(data)
        broken[at : at + min(300, size // 2)] = bytes(min(300, size // 2))
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"frame \d+ at 0:00:0"):
            list(open_video(path, Limits()).frames())
        frames = list(open_video(path, Limits()).frames(allow_damaged=True))
        assert any(f.damaged for f in frames)
        for frame in frames:
            if frame.damaged:
                assert _is_solid(frame.picture())
                assert frame.native.format.name == FORMATS.get(codec, "yuv420p")
            else:
                apart = frame.picture().astype(int) - pictures[frame.pts]
                assert np.abs(apart).mean() < 3  # damaged tables can shift colours a little


def _is_solid(picture: Picture) -> bool:
    return int(picture.max()) - int(picture.min()) <= 2


def test_how_many_single_flips_are_noticed(tmp_path: Path) -> None:
    """H.264 has no checksum: many flips decode as valid. More may not be missed than today."""
    path = clip(tmp_path / "a.mp4", size=(160, 96))
    whole = [f.picture() for f in open_video(path, Limits()).frames()]
    data, rng = path.read_bytes(), random.Random(8)
    noticed = changed = 0
    for _ in range(20):
        offset, size = rng.choice(packet_places(path))
        broken = bytearray(data)
        broken[offset + rng.randrange(min(12, size - 1), size)] ^= 1 << rng.randrange(8)
        (tmp_path / "b.mp4").write_bytes(broken)
        try:
            seen = [f.picture() for f in open_video(tmp_path / "b.mp4", Limits()).frames()]
        except EffaceError:
            noticed, changed = noticed + 1, changed + 1
            continue
        changed += any(not np.array_equal(a, b) for a, b in zip(seen, whole, strict=True))
    assert changed >= 15
    assert noticed >= changed / 3


def test_a_checksum_of_matroska_tells_every_flip(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", codec="libvpx-vp9")
    data, rng = path.read_bytes(), random.Random(2)
    start, end = data.index(b"\x1f\x43\xb6\x75") + 20, data.rindex(b"\x1c\x53\xbb\x6b")
    for _ in range(10):
        broken = bytearray(data)
        broken[rng.randrange(start, end)] ^= 1 << rng.randrange(8)
        path.write_bytes(broken)
        with pytest.raises(InputError):
            times(path)


def _joined(path: Path, sizes: list[tuple[int, int]], codec: str = "libx264") -> Path:
    """A stream that changes its size, one file written after the other as MPEG-TS."""
    parts = [
        clip(path.with_name(f"{i}.ts"), codec=codec, size=s, frames=8) for i, s in enumerate(sizes)
    ]
    with av.open(str(path), "w", format="mpegts") as out:
        stream = None
        start = 0
        for part in parts:
            with av.open(str(part)) as source:
                video = source.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                for packet in source.demux(video):
                    if packet.size and packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + start, packet.dts + start
                        packet.stream = stream
                        out.mux(packet)
            start += 8 * 3600
    return path


def test_a_size_that_changes_is_refused_even_when_damage_is_allowed(tmp_path: Path) -> None:
    path = _joined(tmp_path / "a.ts", [(96, 64), (128, 64)])
    for allow in (False, True):
        with pytest.raises(InputError, match=r"frame 8 at 0:00:00\.320 is of 128x64 pixels"):
            times(path, allow=allow)


def test_times_that_go_back_are_refused(tmp_path: Path) -> None:
    path = clip(
        tmp_path / "a.mkv",
        frames=6,
        options={"bf": "0"},
        pts=[0, 40, 80, 120, 160, 200],
        time_base=Fraction(1, 1000),
    )
    data = path.read_bytes()
    at = _simple_block(data, 3)
    path.write_bytes(data[:at] + (60).to_bytes(2, "big") + data[at + 2 :])
    with pytest.raises(InputError, match=r"frame 3 at 0:00:00\.060|cannot be decoded"):
        times(path)


def _simple_block(data: bytes, number: int) -> int:
    """Offset of the relative time of a block of track 1."""
    at = data.index(b"\x1f\x43\xb6\x75")
    for _ in range(number + 1):
        at = data.index(b"\xa3", at + 1)
        while data[at + 1] < 0x10 or not _is_block(data, at):
            at = data.index(b"\xa3", at + 1)
    width = 9 - data[at + 1].bit_length()
    return at + 1 + width + 1


def _is_block(data: bytes, at: int) -> bool:
    width = 9 - data[at + 1].bit_length()
    return data[at + 1 + width] == 0x81


def test_sound_longer_than_the_video_is_no_damage(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", audio="aac", audio_frames=200)
    assert len(times(path)) == 20


def test_a_missing_packet_in_the_middle(tmp_path: Path) -> None:
    """A transport stream that lost packets on the air."""
    data = clip(tmp_path / "a.ts", codec="mpeg2video", size=(160, 96)).read_bytes()
    packets = [data[i : i + 188] for i in range(0, len(data), 188)]
    path = tmp_path / "b.ts"
    path.write_bytes(b"".join(packets[: len(packets) // 2] + packets[len(packets) // 2 + 3 :]))
    with pytest.raises(InputError, match="frame"):
        times(path)


def test_a_broken_index_is_noticed(tmp_path: Path) -> None:
    """Offsets that point elsewhere, and fewer samples than there are times for."""
    data = clip(tmp_path / "a.mp4").read_bytes()
    at = data.index(b"stco") + 12
    far = data[:at] + (len(data) + 999).to_bytes(4, "big") + data[at + 4 :]
    (tmp_path / "b.mp4").write_bytes(far)
    with pytest.raises(InputError):
        times(tmp_path / "b.mp4")


def test_bytes_after_the_end_are_no_damage(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + box(b"free", b"words") + b"rest")
    assert len(times(path)) == 20


def test_scenes_differ() -> None:
    assert not np.array_equal(scene(0), scene(1))
