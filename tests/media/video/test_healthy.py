"""Files that are odd and whole: none is refused, and what a viewer sees and hears stays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.media.video.clips import clip, scene
from tests.media.video.contract_clips import Sound, Words, make, packets
from tests.media.video.contract_clips_list import MKV, MP4
from tests.media.video.test_contract import written

from efface.media.video import open_video
from efface.media.video.interface import VideoWritten
from efface.media.video.rehearsal import rehearse
from efface.media.video.sound import Digest
from efface.policy import Limits, Policy, VideoPolicy


def done(source: Path, settings: VideoPolicy | None = None) -> tuple[VideoWritten, Path]:
    """Rehearsed, written and checked; with damage allowed it is the same."""
    settings = settings or VideoPolicy()
    target = source.with_name(f"out{source.suffix}")
    rehearse(open_video(source, Limits()), Policy(video=settings))
    out, _ = written(source, target, settings)
    assert not any(
        frame.damaged for frame in open_video(source, Limits()).frames(allow_damaged=True)
    )
    assert open_video(target, Limits()).findings() == ()
    return out, target


def times(path: Path) -> list[Fraction]:
    """Seconds at which frames are shown, in order."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        due = [p.pts for p in file.demux(stream) if p.size and p.pts is not None]
        return sorted(pts * Fraction(stream.time_base or 1) for pts in due)


def remade(source: Path, target: Path, change: Any) -> Path:
    """The video stream copied, its packets in coding order changed on the way."""
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(file.streams.video[0])
        copied = [p for p in file.demux(video=0) if p.size]
        change(copied)
        for packet in copied:
            packet.stream = stream
            out.mux_one(packet)
    return target


def test_durations_of_sound_are_derived_and_those_of_subtitles_are_shown() -> None:
    def digest(kind: bool, duration: int) -> tuple[int, str]:
        packet: av.Packet[Any] = av.Packet(b"abc")
        packet.pts, packet.dts, packet.duration = 5, 5, duration
        out = Digest(lasting=kind)
        out.add(packet)
        return out.value

    assert digest(False, 21) == digest(False, 22)
    assert digest(True, 21) != digest(True, 22)


@pytest.mark.parametrize("reordered", [False, True])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_held_last_frame_is_held(tmp_path: Path, suffix: str, reordered: bool) -> None:
    plain = clip(tmp_path / "a.mp4", options={"bf": "2" if reordered else "0"})

    def hold(copied: list[Any]) -> None:
        longest = copied[-1] if suffix == ".mp4" else max(copied, key=lambda p: p.pts)
        longest.duration = int(3 / longest.time_base)

    source = remade(plain, tmp_path / f"held{suffix}", hold)
    _, target = done(source)
    ends = []
    for path in (source, target):
        with av.open(str(path)) as file:
            stream = file.streams.video[0]
            last = max((p for p in file.demux(stream) if p.size), key=lambda p: p.pts or 0)
            length = stream.duration if suffix == ".mp4" else (last.pts or 0) + (last.duration or 0)
            ends.append((length or 0) * Fraction(stream.time_base or 1))
    assert ends[0] == ends[1] > 3


@pytest.mark.parametrize(("codec", "form"), [("mpeg4", "yuv420p"), ("mjpeg", "yuvj420p")])
def test_empty_chunks_of_avi_hold_the_picture_before(tmp_path: Path, codec: str, form: str) -> None:
    """Capture programs write them for pictures that were dropped; the muxer here does so too."""
    places = [0, 3, 4, 5, 9, 10]
    source = clip(
        tmp_path / "a.avi",
        codec=codec,
        pixel_format=form,
        frames=6,
        pts=places,
        time_base=Fraction(1, 25),
        options={"bf": "0"},
    )
    with av.open(str(tmp_path / "b.avi"), "w") as out, av.open(str(source)) as file:
        stream: Any = out.add_stream_from_template(file.streams.video[0])
        for packet in file.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux_one(packet)
        empty: av.Packet[Any] = av.Packet(b"")
        empty.stream, empty.time_base, empty.pts, empty.dts = stream, stream.time_base, 14, 14
        out.mux_one(empty)
    done_, target = done(tmp_path / "b.avi")
    assert done_.frames == 6
    assert times(target) == times(tmp_path / "b.avi") == [Fraction(n, 25) for n in places]
    assert target.read_bytes().count(b"00dc") == (tmp_path / "b.avi").read_bytes().count(b"00dc")


@pytest.mark.parametrize(("codec", "reordered"), [("mpeg4", 2), ("libx264", 0), ("libx264", 2)])
def test_empty_chunks_among_reordered_pictures(tmp_path: Path, codec: str, reordered: int) -> None:
    source = clip(
        tmp_path / "a.avi",
        codec=codec,
        frames=12,
        pts=[*range(5), *range(8, 15)],
        time_base=Fraction(1, 25),
        options={"bf": str(reordered)},
    )
    _, target = done(source)
    before, after = (
        [frame.pts for frame in open_video(path, Limits()).frames()] for path in (source, target)
    )
    assert after == before


def test_a_track_without_anything_in_it(tmp_path: Path) -> None:
    """A fragmented recording that was stopped before its first sound."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", container_options={"movflags": "empty_moov+frag_keyframe"}) as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        (stream.width, stream.height), stream.pix_fmt = (96, 64), "yuv420p"
        sound: Any = out.add_stream("aac", rate=48000)
        sound.codec_context.open()
        for index in range(8):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(scene(index), "rgb24")))
        out.mux(stream.encode(None))
    with av.open(str(path)) as file:
        assert [s.type for s in file.streams] == ["video", "audio"]
    done(path)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mkv", "libx264"), ("a.webm", "libvpx"), ("b.mkv", "libx265")]
)
def test_two_frames_at_one_time(tmp_path: Path, name: str, codec: str) -> None:
    due = [0, 33, 66, 66, 100, 133, 166, 200, 200, 233]

    def double(copied: list[Any]) -> None:
        for packet, pts in zip(copied, due, strict=True):
            packet.pts = packet.dts = pts

    options = {"bf": "0"} if codec == "libx264" else {}
    if codec == "libx265":
        options = {"x265-params": "log-level=none:bframes=0"}
    plain = clip(tmp_path / f"plain-{name}", codec=codec, frames=10, options=options)
    source = remade(plain, tmp_path / name, double)
    _, target = done(source)
    assert times(target) == [Fraction(t, 1000) for t in due]


def test_recordings_put_one_behind_the_other(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.ts", audio="ac3", frames=16, audio_frames=26)
    second = clip(tmp_path / "b.ts", audio="ac3", frames=12, audio_frames=20)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    out, target = done(joined)
    assert out.frames == 28
    assert any("2 recordings" in note and "moved" in note for note in out.notes)
    shown = times(target)
    assert [b - a for a, b in pairwise(shown)].count(Fraction(1, 25)) == 26
    assert shown[16] > shown[15]
    heard = packets(target)[0]
    assert [p[3] for p in heard] == [p[3] for path in (first, second) for p in packets(path)[0]]
    assert all(b[0] > a[0] for a, b in pairwise(heard))
    # sound and pictures of each recording keep their distance
    lag = [packets(path)[0][0][0] - times(path)[0] for path in (first, second)]
    assert [heard[0][0] - shown[0], heard[len(packets(first)[0])][0] - shown[16]] == lag


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video", "libx265"])
def test_a_stream_that_starts_in_the_middle_of_a_group(tmp_path: Path, codec: str) -> None:
    data = clip(tmp_path / "whole.ts", codec=codec, frames=24, size=(160, 96)).read_bytes()
    source = tmp_path / "cut.ts"
    source.write_bytes(data[len(data) // 5 // 188 * 188 :])
    out, target = done(source)
    assert 8 <= out.frames <= 16
    assert any("refers to pictures before it" in note for note in out.notes)
    assert times(target) == times(source)[-out.frames :]
    whole = {f.pts: f.picture() for f in open_video(tmp_path / "whole.ts", Limits()).frames()}
    for frame in open_video(source, Limits()).frames():
        assert (frame.picture() == whole[frame.pts]).all()


def test_a_loss_on_the_air_is_no_new_recording(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.ts", codec="mpeg2video", size=(160, 96), audio="mp2").read_bytes()
    parts = [data[i : i + 188] for i in range(0, len(data), 188)]
    for at in range(len(parts) // 4, len(parts) - 8, 5):
        (tmp_path / "b.ts").write_bytes(b"".join(parts[:at] + parts[at + 7 :]))
        assert len(open_video(tmp_path / "b.ts", Limits()).schedule.parts) == 1


def test_other_video_tracks_are_dropped_and_named(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", video_tracks=2, audio="aac")
    out, target = done(source)
    assert [f.where for f in out.dropped if f.risk == "shows"] == ["video track 2"]
    with av.open(str(target)) as file:
        assert [s.type for s in file.streams] == ["video", "audio"]
    second = open_video(source, Limits(), 2)
    assert second.coding.stream == 1
    assert [f.where for f in second.findings() if f.risk == "shows"] == ["video track 1"]


def test_the_main_track_is_the_largest_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        tracks = []
        for size, frames in (((96, 64), 12), ((160, 96), 12), ((320, 192), 2)):
            stream: Any = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            (stream.width, stream.height), stream.pix_fmt = size, "yuv420p"
            stream.disposition = av.stream.Disposition.default
            tracks.append((stream, size, frames))
        for stream, size, frames in tracks:
            for index in range(frames):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(scene(index, size), "rgb24")))
            out.mux(stream.encode(None))
    assert open_video(path, Limits()).size == (160, 96)


def test_subtitles_can_be_left_out(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MKV, words=(Words("subrip"),), sounds=(Sound("flac"),)))
    out, target = done(source, VideoPolicy(subtitles="drop"))
    assert "The subtitles were left out (1 tracks)." in out.notes
    assert len(packets(target, ("subtitle",))) == 0
    assert packets(target) == packets(source, ("audio",))


def test_a_start_between_milliseconds(tmp_path: Path) -> None:
    base = Fraction(1, 30000)
    late = replace(MP4, time_base=base, times=tuple(2002 + 1001 * i for i in range(8)))
    source = make(tmp_path, replace(late, sounds=(Sound(),)))
    _, target = done(source)
    assert times(target) == times(source)
    assert times(target)[0] in (2002 * base, Fraction(66, 1000))


def test_first_frames_that_are_far_apart(tmp_path: Path) -> None:
    base = Fraction(1, 90000)
    far = replace(MP4, time_base=base, times=(0, *(270000 + 3000 * i for i in range(9))))
    _, target = done(make(tmp_path, far))
    assert times(target) == [t * base for t in far.times or ()]


PLAIN = [(".mov", "pcm_mulaw"), (".mov", "pcm_s16le"), (".mkv", "pcm_s16le"), (".avi", "pcm_s16le")]


@pytest.mark.parametrize(("suffix", "codec"), PLAIN)
def test_uncompressed_sound_is_parted_as_readers_like(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    """QuickTime has no packets of it, only samples in pieces of any length."""
    plain = clip(tmp_path / "v.mkv", frames=25, codec="mpeg4", options={"bf": "0"})
    source = tmp_path / f"a{suffix}"
    rng = np.random.default_rng(1)
    with av.open(str(plain)) as file, av.open(str(source), "w") as out:
        video = out.add_stream_from_template(file.streams.video[0])
        sound: Any = out.add_stream(codec, rate=8000, layout="mono")
        for packet in file.demux(video=0):
            if packet.size:
                packet.stream = video
                out.mux(packet)
        for at in range(0, 8000, 800):
            values = rng.integers(-9000, 9000, (1, 800), dtype=np.int16)
            frame: Any = av.AudioFrame.from_ndarray(values, "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 8000, at, Fraction(1, 8000)
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    _, target = done(source)
    heard = []
    for path in (source, target):
        with av.open(str(path)) as file:
            heard.append(b"".join(bytes(p) for p in file.demux(audio=0)))
    assert heard[0] == heard[1]


def test_a_pause_in_uncompressed_sound_counts() -> None:
    def digest(*parts: tuple[int, bytes]) -> tuple[int, str]:
        out = Digest(lasting=False, plain=True)
        for due, data in parts:
            packet: av.Packet[Any] = av.Packet(data)
            packet.pts, packet.dts, packet.duration = due, due, len(data)
            out.add(packet)
        return out.value

    whole = digest((0, b"abcdef"))
    assert digest((0, b"abc"), (3, b"def")) == digest((0, b"a"), (1, b"bcdef")) == whole
    assert digest((0, b"abc"), (9, b"def")) != whole
    assert digest((5, b"abcdef")) != whole
    assert digest((0, b"abcdeX")) != whole
