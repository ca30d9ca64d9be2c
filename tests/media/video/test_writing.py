"""What writing leaves out, refuses, and promises of its bytes."""

from __future__ import annotations

import errno
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fillings import MirrorFilling
from tests.media.video.contract_clips import Clip, Sound, Words, make, packets, shift_edits
from tests.media.video.contract_clips_list import CLIPS, MKV, MP4, MS, X265
from tests.media.video.test_contract import BLACK, STORED, described, tracks, written, zones

from efface.errors import OutputError, RefusedError
from efface.geometry import Rect
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.interface import MovieFrame, VideoWritten
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling, Filling
from efface.zones.zone import Zone


def write(
    source: Path, target: Path, *, allow_damaged: bool = False, **policy: Any
) -> VideoWritten:
    movie, asked = open_video(source, Limits()), VideoPolicy(**policy)
    return write_video(movie, target, zones, BLACK, asked, allow_damaged=allow_damaged)


@pytest.mark.parametrize(
    ("clip", "codec"),
    [
        (MP4, "hevc"),
        (MP4, "av1"),
        (replace(MP4, encoder="mpeg4", options={}, time_base=Fraction(1, 25)), "h264"),
        (replace(MP4, rotation=270, colours=(1, 1, 1, 1)), "vp9"),
        (replace(MP4, pixel_format="yuvj420p", colours=(1, 1, 1, 2)), "vp9"),
        (CLIPS["mp4-hevc-hdr10"], "av1"),
        (replace(MKV, encoder="ffv1", options={}), "h264"),
    ],
)
def test_another_codec_keeps_the_rest(clip: Clip, codec: str, tmp_path: Path) -> None:
    source = make(tmp_path, clip)
    target = tmp_path / f"out{source.suffix}"
    turned = open_video(source, Limits()).coding.orientation.transposed
    rect = Rect(STORED.y0, STORED.x0, STORED.y1, STORED.x1) if turned else STORED
    written(source, target, VideoPolicy(codec=codec), rect)  # type: ignore[arg-type]
    before, after = described(source), described(target)
    assert after["codec"] == codec
    for what in ("size", "aspect", "times", "keys", "rotation"):
        assert after[what] == before[what], what
    for old, new in zip(before["colours"], after["colours"], strict=True):
        # some codecs always state a range, some never do
        assert (*new[:3], new[3] or 1) == (*old[:3], old[3] or 1)


def test_what_names_or_locates_is_left_out(tmp_path: Path) -> None:
    tags = {"title": "At home", "location": "+47.37+8.54/", "creation_time": "2024-05-01T10:00:00Z"}
    sound = Sound(title="Interview with a witness")
    for clip in (
        replace(MP4, tags=tags, sounds=(sound,)),
        replace(MKV, tags=tags, sounds=(sound,)),
    ):
        target = tmp_path / f"out{clip.suffix}"
        write(make(tmp_path, clip), target)
        data = target.read_bytes()
        for secret in (b"At home", b"47.37", b"2024", b"witness", b"Lavf6"):
            assert secret not in data


def test_streams_that_are_not_kept(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MKV, sounds=(Sound("flac"),)), "plain")
    fuller = tmp_path / "fuller.mkv"
    with av.open(str(source)) as file, av.open(str(fuller), "w") as out:
        copies = {s.index: out.add_stream_from_template(s, opaque=True) for s in file.streams}
        out.add_attachment("font.ttf", "font/ttf", b"a font of someone")
        out.set_chapters([{"id": 1, "start": 0, "end": 100, "time_base": MS,
                           "metadata": {"title": "The witness"}}])  # fmt: skip
        for packet in file.demux():
            if packet.size:
                packet.stream = copies[packet.stream_index]
                out.mux(packet)
    target = tmp_path / "out.mkv"
    done = write(fuller, target)
    assert [t[0] for t in tracks(target)] == ["video", "audio"]
    assert packets(target) == packets(fuller)
    assert {finding.kind for finding in done.dropped} >= {"attachment", "chapters"}
    assert b"witness" not in target.read_bytes()
    assert b"a font" not in target.read_bytes()


def test_sound_can_be_left_out(tmp_path: Path) -> None:
    clip = replace(MP4, sounds=(Sound(), Sound(language="deu")), words=(Words("mov_text"),))
    source, target = make(tmp_path, clip), tmp_path / "out.mp4"
    done, _ = written(source, target, VideoPolicy(audio="drop"))
    assert [t[0] for t in tracks(target)] == ["video", "subtitle"]
    assert done.notes == ("The sound was left out (2 tracks).",)


def test_what_an_edit_list_hides_is_not_written(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MP4, frames=60, keys=(0, 20), sounds=(Sound(),)))
    whole = packets(source)[0]
    shift_edits(source, track=0, by=12 * 512, shorten=480)
    shift_edits(source, track=1, by=24000, shorten=500)
    target = tmp_path / "out.mp4"
    done, fidelity = written(source, target, VideoPolicy())
    assert fidelity.frames == 48
    assert {"hidden-frames", "hidden-sound"} <= {finding.kind for finding in done.dropped}
    with av.open(str(target), options={"ignore_editlist": "1"}) as file:
        assert sum(1 for p in file.demux(video=0) if p.size) == 48
    with av.open(str(target), options={"ignore_editlist": "1"}) as file:
        kept = [bytes(p) for p in file.demux(audio=0) if p.size]
    hidden = [data for *_, data in whole[:23]]
    assert kept[0] == whole[24][3] or kept[0] == whole[23][3]
    assert not set(kept) & set(hidden)


def test_encoder_delay_of_sound_stays(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MP4, sounds=(Sound(),)))
    write(source, tmp_path / "out.mp4")
    assert packets(tmp_path / "out.mp4") == packets(source)
    assert packets(source)[0][0][0] == Fraction(-1024, 48000)


def test_index_stays_in_front(tmp_path: Path) -> None:
    for options, name in (({"movflags": "+faststart"}, "front"), ({}, "back")):
        source = make(tmp_path, replace(MP4, muxer=options), name)
        write(source, tmp_path / f"out-{name}.mp4")
        data = (tmp_path / f"out-{name}.mp4").read_bytes()
        assert (data.index(b"moov") < data.index(b"mdat")) == (name == "front")


@pytest.mark.parametrize(
    ("clip", "policy", "message"),
    [
        (MKV, {"codec": "vp9", "preset": "medium"}, "no preset 'medium'"),
        (MKV, {"quality": 60}, "from 0 to 51, not 60"),
        (replace(MKV, encoder="ffv1", options={}), {"quality": 3}, "has no quality setting"),
        (Clip(".webm", "libvpx-vp9", time_base=MS), {"codec": "h264"}, "WebM cannot hold"),
        (Clip(".webm", "libvpx-vp9", size=(97, 63), time_base=MS), {"codec": "hevc"}, "cannot"),
        (Clip(".mkv", "ffv1", "yuv411p", time_base=MS), {"codec": "h264"}, "format yuv411p"),
        (Clip(".avi", "cinepak", "rgb24", time_base=Fraction(1, 25)), {},
         "codec cinepak cannot be written again"),
    ],
)  # fmt: skip
def test_refusals(clip: Clip, policy: dict[str, Any], message: str, tmp_path: Path) -> None:
    source = make(tmp_path, clip)
    with pytest.raises(RefusedError, match=message) as caught:
        write(source, tmp_path / f"out{source.suffix}", **policy)
    assert caught.value.hint


def test_odd_sizes_that_an_encoder_cannot_write(tmp_path: Path) -> None:
    source = make(tmp_path, Clip(".mkv", "ffv1", size=(97, 63), time_base=MS))
    with pytest.raises(RefusedError, match="a side is odd") as caught:
        write(source, tmp_path / "out.mkv", codec="h264")
    assert "--codec av1" in str(caught.value.hint)
    write(source, tmp_path / "out2.mkv", codec="av1")


def test_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    source = make(tmp_path, MP4)
    with pytest.raises((OSError, OutputError)) as caught:
        write(source, tmp_path / "missing" / "out.mp4")
    assert not isinstance(caught.value, av.FFmpegError)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MKV, sounds=(Sound("flac"),)))
    (tmp_path / "out.mkv").symlink_to("/dev/full")
    with pytest.raises(OSError) as caught:
        write(source, tmp_path / "out.mkv")
    assert type(caught.value) is OSError
    assert caught.value.errno == errno.ENOSPC


def test_every_frame_is_told_of_in_order(tmp_path: Path) -> None:
    movie = open_video(make(tmp_path, MP4), Limits())
    told: list[int] = []
    asked: list[int] = []

    def ask(index: int) -> tuple[Zone, ...]:
        asked.append(index)
        return ()

    def tell(frame: MovieFrame) -> None:
        told.append(frame.index)

    write_video(movie, tmp_path / "o.mp4", ask, BLACK, VideoPolicy(), tell=tell)
    assert told == asked == list(range(14))


def test_an_error_of_the_caller_passes_and_files_are_let_go(tmp_path: Path) -> None:
    movie = open_video(make(tmp_path, MP4), Limits())

    def stop(_: MovieFrame) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(movie, tmp_path / "o.mp4", zones, BLACK, VideoPolicy(), tell=stop)


def _inside_changed(source: Path, target: Path, seed: int) -> None:
    """The same video, losslessly, with noise in the zone."""
    noise = np.random.default_rng(seed)
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        old = file.streams.video[0]
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = old.width, old.height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = old.time_base or MS
        for frame in file.decode(old):
            frame.make_writable()
            for plane, half in zip(frame.planes, (1, 2, 2), strict=True):
                rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
                r = STORED
                part = rows[r.y0 // half : r.y1 // half, r.x0 // half : r.x1 // half]
                part[...] = noise.integers(0, 256, part.shape)
            frame.pict_type = av.video.frame.PictureType.NONE
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.fixture(scope="module")
def lossless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lossless")
    return make(folder, Clip(".mkv", "ffv1", time_base=MS, frames=10))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seeds=st.tuples(st.integers(0, 999), st.integers(1000, 1999)),
    codec=st.sampled_from(["same", "h264", "hevc", "vp9", "av1"]),
    filling=st.one_of(
        st.builds(ConstantFilling, st.builds(Colour, *[st.integers(0, 255)] * 3)),
        st.just(MirrorFilling()),
    ),
)
def test_the_output_does_not_depend_on_what_is_in_the_zones(
    lossless: Path, tmp_path: Path, seeds: tuple[int, int], codec: Any, filling: Filling
) -> None:
    results = []
    for number, seed in enumerate(seeds):
        source, target = tmp_path / f"in{number}.mkv", tmp_path / f"out{number}.mkv"
        _inside_changed(lossless, source, seed)
        policy = VideoPolicy(codec=codec, reproducible=True)
        target.unlink(missing_ok=True)
        write_video(open_video(source, Limits()), target, zones, filling, policy)
        results.append(target.read_bytes())
    assert (tmp_path / "in0.mkv").read_bytes() != (tmp_path / "in1.mkv").read_bytes()
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["mp4-h264", "mp4-hevc", "webm-vp9-odd", "mp4-av1", "ts-h264"])
def test_reproducible_bytes(name: str, tmp_path: Path) -> None:
    source = make(tmp_path, CLIPS[name])
    outputs = []
    for number in range(2):
        target = tmp_path / f"out{number}{source.suffix}"
        write(source, target, reproducible=True)
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]


def _damaged(folder: Path) -> Path:
    clip = replace(MKV, encoder="libx265", options=X265, frames=24, keys=(0, 12))
    source = make(folder, clip)
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    source.write_bytes(data)
    return source


def test_damaged_frames_are_written_solid_and_listed(tmp_path: Path) -> None:
    done = write(_damaged(tmp_path), tmp_path / "out.mkv", allow_damaged=True)
    assert done.damaged
    assert done.frames >= 20


def test_so_they_are_with_a_filling_that_looks_around(tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    movie = open_video(_damaged(tmp_path), Limits())
    done = write_video(movie, target, zones, MirrorFilling(), VideoPolicy(), allow_damaged=True)
    assert done.damaged
    check = Check(movie, done)
    for frame in open_video(target, Limits()).frames():
        check.see(frame)
